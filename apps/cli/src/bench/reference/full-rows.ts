/** The rows of one reserve of one unit, in the order of the columns that `sql.ts` names: for REF-FULL, and for filling tables. */
import type { Instant } from '@granary/contracts/instant';
import { toDatabaseTime } from '@granary/domain/persistence/database-time';
import { hashedText } from '@granary/domain/rules/hash-chain';

export interface LockedLevel {
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  readonly deficit: number;
  readonly version: number;
  readonly headHash: string;
}

export interface FullReserve {
  /** As it was before. */
  readonly level: LockedLevel;
  readonly batch: { readonly batchId: string };
  readonly skuId: string;
  readonly locationId: string;
  readonly commandId: string;
  readonly reservationId: string;
  readonly businessId: string;
  readonly now: Instant;
  readonly dueAt: Instant;
  readonly sha256: (text: string) => string;
}

type Row = readonly unknown[];

export interface FullRows {
  readonly hash: string;
  readonly recordedAt: Instant;
  readonly movement: Row;
  readonly reservation: Row;
  readonly line: Row;
  readonly command: Row;
  readonly commandSku: Row;
  readonly outbox: Row;
}

const ACTOR = 'local';
const AGENT = 'granary-bench';
const REQUEST = 'bench';

export function fullRows(reserve: FullReserve): FullRows {
  const { batch, skuId, locationId, commandId, reservationId, businessId, now, dueAt, sha256 } = reserve;
  const [at, due] = [toDatabaseTime(now), toDatabaseTime(dueAt)];
  const { movement, hash } = movementOf(reserve, at);
  const request = JSON.stringify({ businessId, lineId: '', quantity: 1, replace: false, skuId, type: 'cart' });
  const binary = (hex: string) => Buffer.from(hex, 'hex');
  const content = binary(sha256(`{"quantity":1,"skuId":${JSON.stringify(skuId)}}`));
  return {
    hash,
    recordedAt: now,
    movement,
    reservation: [
      ...[reservationId, skuId, 'cart', businessId, '', 'active', 1, 0, due, content],
      ...[at, 1, commandId],
    ],
    line: [reservationId, 1, skuId, locationId, batch.batchId, 1, 1, 0, due],
    command: [
      ...[commandId, 'reservation.reserve', ACTOR, AGENT, REQUEST],
      ...[binary(sha256(request)), request, 'done', at],
    ],
    commandSku: [commandId, skuId, at],
    outbox: [commandId, factsOf(reserve), at],
  };
}

function movementOf(
  { level, batch, skuId, locationId, commandId, reservationId, now, sha256 }: FullReserve,
  at: string,
) {
  const { onHand, locked, deficit } = level;
  const [version, reserved] = [level.version + 1, level.reserved + 1];
  const ids = { commandId, reservationId, documentId: null, reason: null };
  const deltas = { onHandDelta: 0, reservedDelta: 1, lockedDelta: 0, deficitDelta: 0 };
  const hash = sha256(
    hashedText(level.headHash, {
      ...{ skuId, locationId, version, batchId: batch.batchId, kind: 'reserve' },
      ...{ ...deltas, onHand, reserved, locked, deficit, ...ids, occurredAt: now, recordedAt: now },
    }),
  );
  const movement = [
    ...[skuId, locationId, version, batch.batchId, 'reserve', 0, 1, 0, 0, onHand, reserved, locked, deficit],
    ...[commandId, reservationId, at, at, Buffer.from(hash, 'hex')],
  ];
  return { movement, hash };
}

/** The two pointers that the relay follows: the level's movement, and the reservation. */
function factsOf({ level, skuId, locationId, commandId, reservationId, businessId, dueAt }: FullReserve): string {
  const held = { skuId, type: 'cart', businessId, lineId: '', state: 'active', quantity: 1, fulfilled: 0, held: 1 };
  const versions = { from: level.version, to: level.version + 1, commandId };
  return JSON.stringify([
    { type: 'stock.level.changed', kind: 'level', id: [skuId, locationId], ...versions },
    {
      ...{ type: 'stock.reserved', kind: 'reservation', id: reservationId, from: 0, to: 1, commandId },
      ...{ before: null, after: { ...held, expiresAt: dueAt } },
    },
  ]);
}
