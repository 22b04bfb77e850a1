/** Posting: the one way in which a level and a batch change. Each posting is a movement, a version and a link of the chain. */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { MovementKind } from '@granary/contracts/movement';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';
import { invariant } from '../refusal.ts';
import { batchOf, type Draft, levelOf } from './draft.ts';
import { hashedText } from './hash-chain.ts';

export interface Posting {
  readonly kind: MovementKind;
  readonly batchId: string;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly commandId: string;
  readonly reservationId?: string | undefined;
  readonly documentId?: string | undefined;
  readonly reason?: string | null | undefined;
  /** When it happened in the world; now when left out. */
  readonly occurredAt?: Instant | undefined;
  /** Of a receipt. */
  readonly unitCost?: Money | undefined;
}

export function post(draft: Draft, posting: Posting): void {
  const batch = batchOf(draft, posting.batchId);
  const level = moved(levelOf(draft, batch), posting);
  const recordedAt = level.recordedAt !== null && level.recordedAt > draft.now ? level.recordedAt : draft.now;
  const movement: Omit<MovementRow, 'hash'> = {
    skuId: level.skuId,
    locationId: level.locationId,
    version: level.version + 1,
    batchId: batch.batchId,
    kind: posting.kind,
    onHandDelta: posting.onHandDelta,
    reservedDelta: posting.reservedDelta,
    lockedDelta: 0,
    deficitDelta: 0,
    onHand: level.onHand,
    reserved: level.reserved,
    locked: level.locked,
    deficit: level.deficit,
    commandId: posting.commandId,
    reservationId: posting.reservationId ?? null,
    documentId: posting.documentId ?? null,
    reason: posting.reason ?? null,
    occurredAt: posting.occurredAt ?? draft.now,
    recordedAt,
  };
  const hash = draft.sha256(hashedText(level.headHash, movement));
  draft.movements.push({ ...movement, hash });
  draft.batches.set(batch.batchId, moved(batch, posting));
  draft.changedBatches.add(batch.batchId);
  draft.levels.set(levelKey(level), {
    ...level,
    version: movement.version,
    onHandVersion: posting.onHandDelta === 0 ? level.onHandVersion : movement.version,
    headHash: hash,
    recordedAt,
  });
  if (posting.onHandDelta !== 0) noteOnHandChange(draft, movement, posting);
}

type Balances = Pick<LevelRow, 'onHand' | 'reserved' | 'locked'>;

/** Decisions check before they post, so a balance out of bounds here is a bug and must never reach the database. */
function moved<T extends Balances>(row: T, { onHandDelta, reservedDelta, kind }: Posting): T {
  const next = { ...row, onHand: row.onHand + onHandDelta, reserved: row.reserved + reservedDelta };
  invariant(next.onHand >= 0 && next.onHand <= MAX_QUANTITY, `${kind} would leave onHand at ${next.onHand}`);
  invariant(next.reserved >= 0, `${kind} would leave reserved at ${next.reserved}`);
  invariant(next.reserved + next.locked <= next.onHand, `${kind} would hold more than is on hand`);
  return next;
}

function noteOnHandChange(draft: Draft, movement: Omit<MovementRow, 'hash'>, posting: Posting): void {
  draft.onHandChanges.push({
    skuId: movement.skuId,
    locationId: movement.locationId,
    version: movement.version,
    batchId: posting.batchId,
    kind: movement.kind,
    onHandDelta: movement.onHandDelta,
    unitCost: posting.unitCost ?? null,
    occurredAt: movement.occurredAt,
    documentId: movement.documentId,
    reservationId: movement.reservationId,
    commandId: movement.commandId,
  });
}
