/** Receiving: each line tops up its batch or opens one; a batch number that the SKU has must mean the same goods. */
import type { Attributes } from '@granary/contracts/attributes';
import type { Instant } from '@granary/contracts/instant';
import { divideMoney, type Money } from '@granary/contracts/money';
import type { MovementKind } from '@granary/contracts/movement';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import type { BatchRow } from '../entities/batch.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import { levelKey } from '../entities/level.ts';
import { accepted, incompatibleBatch, invalidState, type Outcome, quote, refused } from '../refusal.ts';
import { addBatches, type Draft, levelOf } from './draft.ts';
import { post } from './post.ts';
import { visibleExpiry } from './batch-answer.ts';
import { documentLine } from './document-line.ts';

/** One line to receive, dates resolved. */
export interface Receipt {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly batchNo: string;
  readonly unitCost: Money;
  readonly qualityLevel: string;
  readonly producedOn: string | null;
  readonly expiresAt: Instant;
  readonly attributes: Attributes | null;
}

export interface ReceiveRequest {
  readonly commandId: string;
  readonly documentId: string;
  readonly kind: Extract<MovementKind, 'receive' | 'return'>;
  readonly lines: readonly Receipt[];
  readonly occurredAt: Instant;
  readonly reason: string | null;
}

export function decideReceipts(
  draft: Draft,
  requests: readonly ReceiveRequest[],
): readonly Outcome<readonly DocumentLineRow[]>[] {
  return requests.map((request) => decideOne(draft, request));
}

function decideOne(draft: Draft, request: ReceiveRequest): Outcome<readonly DocumentLineRow[]> {
  const refusal = firstMisfit(draft, request.lines) ?? overflow(draft, request.lines);
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  const lines = request.lines.map((receipt, at) => {
    const batch = receive(draft, receipt, request);
    const facts = {
      quantity: receipt.quantity,
      documentId: request.documentId,
      at,
      lineNo: at + 1,
      reservationId: null,
    };
    return { ...documentLine(batch, facts), unitCost: receipt.unitCost };
  });
  return accepted(lines);
}

/** Tops up or opens the batch of one receipt; also how a batch is created with stock of its own. */
export function receive(
  draft: Draft,
  receipt: Receipt,
  how: Omit<ReceiveRequest, 'lines' | 'documentId'> & { documentId?: string },
): BatchRow {
  const batch = findBatch(draft, receipt) ?? openBatch(draft, receipt, how);
  if (receipt.quantity === 0) return batch;
  const { kind, commandId, documentId, occurredAt, reason } = how;
  draft.batches.set(batch.batchId, { ...batch, unitCost: meanCost(batch, receipt) });
  const moved = { batchId: batch.batchId, onHandDelta: receipt.quantity, reservedDelta: 0, unitCost: receipt.unitCost };
  post(draft, { kind, commandId, documentId, occurredAt, reason, ...moved });
  return draft.batches.get(batch.batchId) ?? batch;
}

/** Quantity-weighted mean over what is on hand, half up at the sixth decimal; for information, cost layers are exact. */
function meanCost(batch: BatchRow, receipt: Receipt): Money {
  const value = batch.unitCost * BigInt(batch.onHand) + receipt.unitCost * BigInt(receipt.quantity);
  return divideMoney(value, BigInt(batch.onHand + receipt.quantity));
}

function findBatch(draft: Draft, { skuId, batchNo, locationId }: Receipt): BatchRow | undefined {
  for (const batch of draft.batches.values()) {
    if (batch.skuId === skuId && batch.batchNo === batchNo && batch.locationId === locationId) return batch;
  }
  return undefined;
}

function openBatch(draft: Draft, receipt: Receipt, how: { commandId: string; occurredAt: Instant }): BatchRow {
  const { skuId, locationId, batchNo, unitCost, qualityLevel, producedOn, expiresAt, attributes } = receipt;
  const batch: BatchRow = {
    ...{ skuId, locationId, batchNo, unitCost, qualityLevel, producedOn, expiresAt, attributes },
    batchId: draft.ids(),
    status: 'available',
    onHand: 0,
    reserved: 0,
    locked: 0,
    receivedAt: how.occurredAt,
    version: 0,
  };
  addBatches(draft, [batch]);
  draft.loaded.batches.delete(batch.batchId);
  draft.changedBatches.add(batch.batchId);
  draft.facts.push({
    type: 'stock.batch.created',
    kind: 'batch',
    id: batch.batchId,
    from: 0,
    to: 1,
    commandId: how.commandId,
    before: null,
    after: { skuId, locationId, batchNo, qualityLevel, producedOn, expiresAt: visibleExpiry(batch) },
  });
  return batch;
}

/** The number's identity is its first batch's, stored or opened by an earlier line. */
function firstMisfit(draft: Draft, lines: readonly Receipt[]) {
  const known = new Map<string, Pick<Receipt, 'qualityLevel' | 'producedOn' | 'expiresAt'>>();
  for (const batch of draft.batches.values()) known.set(`${batch.skuId}\0${batch.batchNo}`, batch);
  for (const line of lines) {
    const key = `${line.skuId}\0${line.batchNo}`;
    const first = known.get(key);
    if (first === undefined) {
      known.set(key, line);
      continue;
    }
    const differs = (['qualityLevel', 'producedOn', 'expiresAt'] as const).filter(
      (field) => first[field] !== line[field],
    );
    if (differs.length > 0) return incompatibleBatch(line.batchNo, differs);
  }
  return undefined;
}

/** More than a level can count. */
export function overflow(draft: Draft, lines: readonly Receipt[]) {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const level = levelOf(draft, line);
    const sum = (sums.get(levelKey(line)) ?? level.onHand) + line.quantity;
    if (sum > MAX_QUANTITY) {
      return invalidState({
        noun: 'level',
        id: line.skuId,
        state: 'full',
        message: `Level ${quote(line.skuId)} at ${quote(line.locationId)} would pass ${MAX_QUANTITY} units.`,
        hint: 'Count this SKU in a larger unit.',
      });
    }
    sums.set(levelKey(line), sum);
  }
  return undefined;
}
