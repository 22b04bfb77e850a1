/** Posting: the one way in which a level and a batch change. Each posting is a movement, a version and a link of the chain. */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { MovementKind } from '@granary/contracts/movement';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { type BatchRow, NEVER } from '../entities/batch.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';
import type { OnHandChange } from '../ports/on-hand-handler.ts';
import { invariant } from '../refusal.ts';
import { batchOf, type Draft, levelOf } from './draft.ts';
import { hashedText } from './hash-chain.ts';

export interface Posting {
  readonly kind: MovementKind;
  readonly batchId: string;
  readonly onHandDelta: number;
  readonly reservedDelta: number;
  readonly lockedDelta?: number;
  /** Of a receipt that pays a deficit back: it falls with onHand. */
  readonly deficitDelta?: number;
  readonly commandId: string;
  readonly reservationId?: string | undefined;
  readonly documentId?: string | undefined;
  readonly reason?: string | null | undefined;
  /** When it happened in the world; now when left out. */
  readonly occurredAt?: Instant | undefined;
  /** Of a receipt. */
  readonly unitCost?: Money | undefined;
  /** Of a receipt whose unit cost is rounded. */
  readonly value?: Money | undefined;
}

/** Units sold short, or, with a reversal and a negative quantity, taken back: the one movement of no batch. */
export type DeficitPosting = Pick<Posting, 'commandId' | 'documentId' | 'reason' | 'occurredAt'> & {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly kind?: Extract<MovementKind, 'deficit' | 'reverse'>;
};

export function post(draft: Draft, posting: Posting): void {
  const batch = batchOf(draft, posting.batchId);
  append(draft, { level: levelOf(draft, batch), change: posting });
  const { onHand, reserved, locked } = balancesAfter(batch, posting);
  draft.batches.set(batch.batchId, { ...batch, onHand, reserved, locked });
  draft.changedBatches.add(batch.batchId);
}

export function postDeficit(
  draft: Draft,
  { skuId, locationId, quantity, kind = 'deficit', ...why }: DeficitPosting,
): void {
  const change = { ...why, kind, batchId: null, onHandDelta: 0, reservedDelta: 0, deficitDelta: quantity };
  append(draft, { level: levelOf(draft, { skuId, locationId }), change });
}

type Change = Omit<Posting, 'batchId'> & { readonly batchId: string | null };

/** The next version of the level and the link of its chain. */
function append(draft: Draft, { level: before, change }: { level: LevelRow; change: Change }): void {
  const { onHand, reserved, locked } = balancesAfter(before, change);
  const { lockedDelta = 0, deficitDelta = 0 } = change;
  const deficit = before.deficit + deficitDelta;
  invariant(deficit >= 0, `${change.kind} would leave a deficit of ${deficit}`);
  const recordedAt = before.recordedAt !== null && before.recordedAt > draft.now ? before.recordedAt : draft.now;
  const movement = {
    skuId: before.skuId,
    locationId: before.locationId,
    version: before.version + 1,
    batchId: change.batchId,
    kind: change.kind,
    onHandDelta: change.onHandDelta,
    reservedDelta: change.reservedDelta,
    lockedDelta,
    deficitDelta,
    onHand,
    reserved,
    locked,
    deficit,
    commandId: change.commandId,
    reservationId: change.reservationId ?? null,
    documentId: change.documentId ?? null,
    reason: change.reason ?? null,
    occurredAt: change.occurredAt ?? draft.now,
    recordedAt,
    hash: '',
  } satisfies MovementRow;
  movement.hash = draft.sha256(hashedText(before.headHash, movement));
  draft.movements.push(movement);
  const isValued = change.onHandDelta !== 0 || deficitDelta !== 0;
  draft.levels.set(levelKey(before), {
    ...before,
    onHand,
    reserved,
    locked,
    deficit,
    recordedAt,
    version: movement.version,
    onHandVersion: change.onHandDelta === 0 ? before.onHandVersion : movement.version,
    occurredAt: isValued ? latest(before.occurredAt, movement.occurredAt) : before.occurredAt,
    headHash: movement.hash,
  });
  if (isValued) noteOnHandChange(draft, movement, change);
}

function latest(known: Instant | null, occurredAt: Instant): Instant {
  return known !== null && known > occurredAt ? known : occurredAt;
}

type Balances = Pick<LevelRow, 'onHand' | 'reserved' | 'locked'>;

/** Decisions check before they post, so a balance out of bounds here is a bug and must never reach the database. */
function balancesAfter(
  row: Balances,
  change: Pick<Change, 'kind' | 'onHandDelta' | 'reservedDelta' | 'lockedDelta'>,
): Balances {
  const after = {
    onHand: row.onHand + change.onHandDelta,
    reserved: row.reserved + change.reservedDelta,
    locked: row.locked + (change.lockedDelta ?? 0),
  };
  const wrong = wrongWith(after);
  if (wrong !== undefined) invariant(false, `${change.kind} would ${wrong}`);
  return after;
}

function wrongWith({ onHand, reserved, locked }: Balances): string | undefined {
  const isCountable = onHand >= 0 && onHand <= MAX_QUANTITY;
  if (!isCountable) return `leave onHand at ${onHand}`;
  if (reserved < 0) return `leave reserved at ${reserved}`;
  if (locked < 0) return `leave locked at ${locked}`;
  return reserved + locked <= onHand ? undefined : 'hold more than is on hand';
}

function noteOnHandChange(
  draft: Draft,
  movement: Omit<MovementRow, 'hash'>,
  { unitCost, value }: Pick<Change, 'unitCost' | 'value'>,
): void {
  const { skuId, locationId, version, batchId, kind, onHandDelta, deficitDelta, occurredAt } = movement;
  const { documentId, reservationId, commandId } = movement;
  draft.onHandChanges.push({
    ...{ skuId, locationId, version, batchId, kind, onHandDelta, deficitDelta, occurredAt },
    ...{ documentId, reservationId, commandId },
    ...goodsOf(batchId === null ? undefined : batchOf(draft, batchId)),
    inTransitDelta: kind === 'transferOut' || kind === 'transferIn' ? -onHandDelta : 0,
    unitCost: unitCost ?? null,
    ...(value === undefined ? {} : { value }),
  });
}

function goodsOf(
  batch: Pick<BatchRow, 'batchNo' | 'expiresAt'> | undefined,
): Pick<OnHandChange, 'batchNo' | 'expiresAt'> {
  if (batch === undefined) return { batchNo: null, expiresAt: null };
  return { batchNo: batch.batchNo, expiresAt: batch.expiresAt === NEVER ? null : batch.expiresAt };
}

/** Goods that were on their way and never arrive: no level moves, and yet there is less. */
export function postLost(
  draft: Draft,
  {
    batchId,
    quantity,
    ...lost
  }: Pick<OnHandChange, 'skuId' | 'locationId' | 'documentId' | 'commandId' | 'occurredAt'> & {
    readonly batchId: string;
    readonly batchNo: string;
    readonly quantity: number;
  },
): void {
  draft.onHandChanges.push({
    ...lost,
    ...{ batchId, version: null, kind: 'lost', expiresAt: null, unitCost: null, reservationId: null },
    ...{ onHandDelta: 0, deficitDelta: 0, inTransitDelta: -quantity },
  });
}
