/** Receiving: each line tops up its batch or opens one; a batch number that the SKU has must mean the same goods. */
import type { Instant } from '@granary/contracts/instant';
import { divideMoney, type Money } from '@granary/contracts/money';
import type { MovementKind } from '@granary/contracts/movement';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import type { BatchRow } from '../entities/batch.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import { levelKey } from '../entities/level.ts';
import {
  accepted,
  incompatibleBatch,
  invalidState,
  invariant,
  numberTaken,
  type Outcome,
  quote,
  refused,
} from '../refusal.ts';
import { type Draft, levelOf } from './draft.ts';
import { firstFrozenConflict } from './frozen.ts';
import type { Receipt } from './receipt.ts';
import { standingFor } from './merged-away.ts';
import { post } from './post.ts';
import { putBatch, UNBORN } from './put-batch.ts';
import { documentLine } from './document-line.ts';
import { settleDeficit } from './settle-deficit.ts';
import { refusesBatches } from './validate.ts';

export interface ReceiveRequest {
  readonly commandId: string;
  readonly documentId: string;
  readonly kind: Extract<MovementKind, 'receive' | 'return' | 'transferIn' | 'adjust' | 'count'>;
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
  const refusal =
    frozenTopUp(draft, request.lines) ??
    firstMisfit(draft, request.lines) ??
    overflow(draft, request.lines) ??
    refusesBatches(
      draft,
      request.lines.map((of, at) => ({ path: `lines.${of.at ?? at}.`, of })),
    );
  if (refusal !== undefined) return refused(refusal);
  // Below this line it must succeed.
  const lines = request.lines.map((receipt, at) => {
    const batch = receive(draft, receipt, request);
    const facts = {
      quantity: receipt.quantity,
      documentId: request.documentId,
      at: receipt.at ?? at,
      lineNo: at + 1,
      reservationId: receipt.reservationId ?? null,
      original: receipt.original,
    };
    const { commandId, documentId, occurredAt } = request;
    settleDeficit(draft, { batchId: batch.batchId, quantity: receipt.quantity, commandId, documentId, occurredAt });
    return { ...documentLine(batch, facts), unitCost: receipt.unitCost, price: receipt.price ?? null };
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
  const moved = {
    batchId: batch.batchId,
    onHandDelta: receipt.quantity,
    reservedDelta: 0,
    unitCost: receipt.unitCost,
    value: receipt.value,
  };
  post(draft, { kind, commandId, documentId, occurredAt, reason, ...moved });
  return draft.batches.get(batch.batchId) ?? batch;
}

/** Quantity-weighted mean over what is on hand, half up at the sixth decimal; for information, cost layers are exact. */
function meanCost(batch: BatchRow, receipt: Receipt): Money {
  const value = batch.unitCost * BigInt(batch.onHand) + receipt.unitCost * BigInt(receipt.quantity);
  return divideMoney(value, BigInt(batch.onHand + receipt.quantity));
}

/** What stands for the number there: a receipt of a merged batch reaches the one that took it over. */
function findBatch(draft: Draft, { skuId, batchNo, locationId }: Receipt): BatchRow | undefined {
  for (const batch of draft.batches.values()) {
    if (batch.skuId !== skuId || batch.batchNo !== batchNo || batch.locationId !== locationId) continue;
    const standing = standingFor(draft.batches, batch.batchId);
    invariant(standing !== undefined, `what batch ${batch.batchId} was merged into was not loaded`);
    return standing;
  }
  return undefined;
}

function openBatch(draft: Draft, receipt: Receipt, how: { commandId: string; occurredAt: Instant }): BatchRow {
  const { skuId, locationId, batchNo, unitCost, qualityLevel, producedOn, expiresAt, attributes } = receipt;
  const batch: BatchRow = {
    ...UNBORN,
    ...{ skuId, locationId, batchNo, unitCost, qualityLevel, producedOn, expiresAt, attributes },
    batchId: draft.ids(),
    receivedAt: receipt.receivedAt ?? how.occurredAt,
  };
  putBatch(draft, batch, how.commandId);
  return batch;
}

/** What is held still takes nothing in either. */
function frozenTopUp(draft: Draft, lines: readonly Receipt[]) {
  const placeOf = ({ skuId, locationId, batchNo }: Pick<Receipt, 'skuId' | 'locationId' | 'batchNo'>) =>
    [skuId, locationId, batchNo].join('\0');
  const wanted = new Set(lines.map(placeOf));
  const named = [...draft.batches.values()].filter((batch) => wanted.has(placeOf(batch)));
  return firstFrozenConflict(named.flatMap(({ batchId }) => standingFor(draft.batches, batchId) ?? []));
}

/** The number's identity is its first batch's, stored or opened by an earlier line. */
function firstMisfit(draft: Draft, lines: readonly Receipt[]) {
  const known = new Map<string, Pick<Receipt, 'locationId' | 'qualityLevel' | 'producedOn' | 'expiresAt'>>();
  for (const batch of draft.batches.values()) {
    const key = `${batch.skuId}\0${batch.batchNo}`;
    // All of a number are alike; one that the caller may see is the one to speak of.
    if (!known.has(key) || draft.scope.holds(batch.locationId)) known.set(key, batch);
  }
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
    if (differs.length === 0) continue;
    return draft.scope.holds(first.locationId) ? incompatibleBatch(line.batchNo, differs) : numberTaken(line);
  }
  return undefined;
}

/** More than a level can count. */
export function overflow(draft: Draft, lines: readonly Pick<Receipt, 'skuId' | 'locationId' | 'quantity'>[]) {
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
