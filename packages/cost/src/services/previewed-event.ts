/** What a preview asks about, as the event that it would be: a receipt or an issue of its moment, or a late cost. */
import type { CostPreviewInput } from '@granary/contracts/cost';
import { type Instant, parseInstant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import type { Tx } from '@granary/domain/persistence/transaction';
import { invalidInput, notFound } from '@granary/domain/refusal';
import { inTheFuture, isFuture } from '@granary/domain/services/execution';
import type { Allocation, CostEvent } from '../core/event.ts';
import { hasReceipt } from '../persistence/cost-read-store.ts';
import { flowOf } from '../rules/movement-events.ts';
import { amountOf } from '../rules/rule-weight.ts';
import type { CostEngine } from './cost-engine.ts';

export async function previewedEvent(tx: Tx, engine: CostEngine, input: CostPreviewInput): Promise<CostEvent> {
  if (input.type === 'lateCost') return await lateCost(tx, engine, input);
  const { type, quantity, unitCost, occurredAt = '' } = input;
  if (quantity === undefined) throw invalidInput([{ path: 'quantity', message: 'is needed' }]);
  const at = await pastOf(tx, occurredAt);
  const stamp = { id: engine.ids(), at, quantity };
  if (type === 'issue') return { type, ...stamp, account: 'cost_of_sales', owed: 0 };
  const value = unitCost === undefined ? {} : { value: parseMoney(unitCost) * BigInt(quantity) };
  return { type, ...stamp, ...value, account: 'purchases', settles: 0 };
}

async function pastOf(tx: Tx, occurredAt: string): Promise<Instant> {
  const at = parseInstant(occurredAt);
  if (at === undefined)
    throw invalidInput([{ path: 'occurredAt', message: 'must be an ISO 8601 time with an offset' }]);
  if (isFuture(at, await tx.now())) throw inTheFuture();
  return at;
}

async function lateCost(tx: Tx, { ids }: CostEngine, input: CostPreviewInput): Promise<Allocation> {
  const { skuId, documentId = '', batchId = '', amount = '', occurredAt } = input;
  if (!(await hasReceipt(tx, { skuId, documentId, batchId }))) throw notFound('receipt', documentId);
  const receiptId = flowOf(documentId, batchId);
  const at = occurredAt === undefined ? await tx.now() : await pastOf(tx, occurredAt);
  return { type: 'allocation', id: ids(), at, amount: amountOf(amount, 'amount'), receiptId };
}
