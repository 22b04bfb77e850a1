/** A transfer as it is planned: what it names must be there, and one number has one content. */
import { parseInstant } from '@granary/contracts/instant';
import type { OutboundTransferInput, TransferCreateInput } from '@granary/contracts/transfer';
import type { GranaryError } from '@granary/contracts/error';
import type { Transfer } from '../entities/transfer.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { writeInTransit } from '../persistence/in-transit-store.ts';
import { findTransfer, type TransferName, writeTransfer } from '../persistence/transfer-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import {
  accepted,
  duplicate,
  invalidInput,
  notFound,
  type Outcome,
  present,
  quote,
  refused,
  unknownSku,
} from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { expectedOf } from '../rules/in-transit.ts';
import { isTransferSeen } from '../rules/transfer.ts';
import { contentHashOf } from './document-record.ts';
import type { Engine } from './execution.ts';
import { chooseStrategy } from './stock-loader.ts';

export type Plan = TransferCreateInput | OutboundTransferInput;

export function planHash({ idempotencyKey: _key, ...plan }: Plan): string {
  const { occurredAt: _at, serials: _pieces, ...said } = { occurredAt: undefined, serials: undefined, ...plan };
  return contentHashOf(said);
}

/** Whoever has the number with this content; undefined when nobody has it. */
export async function earlierTransfer(tx: Tx, plan: Plan): Promise<Outcome<Transfer | undefined>> {
  const known = await findTransfer(tx, { transferNo: plan.transferNo });
  if (known === undefined || known.contentHash === planHash(plan)) return accepted(known);
  const message = `There is a transfer ${quote(plan.transferNo)} with other content.`;
  return refused(duplicate('transfer', plan.transferNo, message));
}

export function planRefusal(engine: Engine, draft: Draft, plan: Plan): GranaryError | undefined {
  const stranger = plan.lines.find((line) => !draft.skus.has(line.skuId));
  if (stranger !== undefined) return unknownSku(stranger.skuId);
  const lost = [plan.fromLocationId, plan.toLocationId].find((id) => !draft.locations.has(id));
  if (lost !== undefined) return notFound('location', lost);
  for (const [at, { skuId, strategy }] of plan.lines.entries())
    chooseStrategy(engine, draft, { skuId, strategy, path: `lines.${at}.strategy` });
  return ownsNoLevel(
    draft,
    plan.lines.map((line) => line.skuId),
  );
}

/** A plan holds nothing, so it asks what a batch is; where it lies and in which state is asked when the goods leave. */
export async function batchRefusal(tx: Tx, { lines }: TransferCreateInput): Promise<GranaryError | undefined> {
  const named = lines.flatMap(({ batchId }) => batchId ?? []);
  const batches = new Map((await loadBatches(tx, named)).map((batch) => [batch.batchId, batch]));
  for (const [at, { skuId, batchId }] of lines.entries()) {
    if (batchId === undefined) continue;
    const batch = batches.get(batchId);
    if (batch === undefined || !tx.scope.holds(batch.locationId)) return notFound('batch', batchId);
    if (batch.skuId !== skuId)
      return invalidInput([{ path: `lines.${at}.batchId`, message: `batch ${batchId} is of another SKU` }]);
  }
  return undefined;
}

export function planned(engine: Engine, draft: Draft, plan: Plan & { readonly commandId: string }): Transfer {
  const { transferNo, fromLocationId, toLocationId, expectedAt, operator = null, reason = null, commandId } = plan;
  const { commandId: _command, ...said } = plan;
  const transferId = engine.ports.ids();
  return {
    ...{ transferId, transferNo, fromLocationId, toLocationId, operator, reason, commandId },
    ...{ state: 'draft', lineCount: plan.lines.length, contentHash: planHash(said), documentId: null, version: 1 },
    expectedAt: (expectedAt === undefined ? undefined : parseInstant(expectedAt)) ?? null,
    ...{ createdAt: draft.now, shippedAt: null, endedAt: null, endReason: null },
    lines: plan.lines.map(({ skuId, quantity, batchId = null, strategy = null, qualityLevel = null }, at) => ({
      ...{ transferId, lineNo: at + 1, skuId, quantity, batchId, strategy, qualityLevel },
    })),
    parts: [],
  };
}

/** By a plain read, to learn where its goods lie; lines and places of a transfer never change. */
export async function namedTransfer(tx: Tx, name: TransferName): Promise<Outcome<Transfer>> {
  const transfer = await findTransfer(tx, name);
  if (transfer !== undefined && isTransferSeen(tx.scope, transfer)) return accepted(transfer);
  return refused(notFound('transfer', present(name.transferId ?? name.transferNo, 'the name of a transfer')));
}

/** The transfer and, once it was shipped, what is expected of it: the two are written together and never differ. */
export async function writeStep(tx: Tx, before: Transfer | undefined, after: Transfer): Promise<void> {
  await writeTransfer(tx, before, after);
  if (after.parts.length === 0) return;
  const wasExpected = before !== undefined && before.parts.length > 0;
  await writeInTransit(tx, wasExpected ? expectedOf(before) : undefined, expectedOf(after));
}
