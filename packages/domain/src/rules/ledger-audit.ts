/** Walks the ledger of one level from its first movement and says what does not follow from what came before (I3, I4, I10). */
import type { Violation } from '@granary/contracts/system';
import { GENESIS_HASH, type LevelRow } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';
import { hashedText } from './hash-chain.ts';

export interface Balances {
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  readonly deficit: number;
}

/** What the ledger says of one level. */
export interface Replayed extends Balances {
  readonly version: number;
  readonly onHandVersion: number;
  readonly headHash: string;
  readonly recordedAt: MovementRow['recordedAt'] | null;
  readonly occurredAt: MovementRow['occurredAt'] | null;
  readonly batches: ReadonlyMap<string, Balances>;
}

const EMPTY: Balances = { onHand: 0, reserved: 0, locked: 0, deficit: 0 };

export interface LedgerWalk {
  step(movement: MovementRow): void;
  replayed(): Replayed;
  readonly violations: readonly Violation[];
}

export function walkLedger(sha256: (text: string) => string): LedgerWalk {
  const violations: Violation[] = [];
  const batches = new Map<string, Balances>();
  let at = {
    ...EMPTY,
    version: 0,
    onHandVersion: 0,
    headHash: GENESIS_HASH,
    recordedAt: null as MovementRow['recordedAt'] | null,
    occurredAt: null as MovementRow['occurredAt'] | null,
  };

  function step(movement: MovementRow): void {
    const row = `movement ${movement.skuId} / ${movement.locationId} / ${movement.version}`;
    const report = (invariant: string, detail: string) => violations.push({ invariant, row, detail });
    if (movement.version !== at.version + 1) report('I4', `follows version ${at.version}`);
    const expected = plus(at, movement);
    for (const field of ['onHand', 'reserved', 'locked', 'deficit'] as const) {
      if (movement[field] !== expected[field])
        report('I3', `${field} is ${movement[field]}, the movement before it and its change make ${expected[field]}`);
    }
    const { hash, ...hashed } = movement;
    if (sha256(hashedText(at.headHash, hashed)) !== hash)
      report('I10', 'its hash does not follow from the row before it and its own columns');
    if (at.recordedAt !== null && movement.recordedAt < at.recordedAt)
      report('I10', `recorded before the movement that precedes it`);
    if (movement.batchId !== null)
      batches.set(movement.batchId, plus(batches.get(movement.batchId) ?? EMPTY, movement));
    at = {
      onHand: movement.onHand,
      reserved: movement.reserved,
      locked: movement.locked,
      deficit: movement.deficit,
      version: movement.version,
      onHandVersion: movement.onHandDelta === 0 ? at.onHandVersion : movement.version,
      headHash: hash,
      recordedAt: movement.recordedAt,
      occurredAt: latest(at.occurredAt, movement),
    };
  }

  return { step, replayed: () => ({ ...at, batches }), violations };
}

/** When stock last changed in the world: a hold or a lock changes none. */
function latest(known: Replayed['occurredAt'], { onHandDelta, deficitDelta, occurredAt }: MovementRow) {
  if (onHandDelta === 0 && deficitDelta === 0) return known;
  return known !== null && known > occurredAt ? known : occurredAt;
}

function plus(balances: Balances, movement: MovementRow): Balances {
  return {
    onHand: balances.onHand + movement.onHandDelta,
    reserved: balances.reserved + movement.reservedDelta,
    locked: balances.locked + movement.lockedDelta,
    deficit: balances.deficit + movement.deficitDelta,
  };
}

/** The level row against its ledger. */
export function levelAgainstLedger(level: LevelRow, replayed: Replayed): readonly Violation[] {
  const row = `level ${level.skuId} / ${level.locationId}`;
  const found: Violation[] = [];
  for (const field of ['onHand', 'reserved', 'locked', 'deficit'] as const) {
    if (level[field] !== replayed[field])
      found.push({ invariant: 'I3', row, detail: `${field} is ${level[field]}, the ledger says ${replayed[field]}` });
  }
  if (level.version !== replayed.version)
    found.push({ invariant: 'I4', row, detail: `version is ${level.version}, it has ${replayed.version} movements` });
  if (level.onHandVersion !== replayed.onHandVersion) {
    found.push({
      invariant: 'I3',
      row,
      detail: `onHandVersion is ${level.onHandVersion}, the ledger says ${replayed.onHandVersion}`,
    });
  }
  if (level.headHash !== replayed.headHash)
    found.push({ invariant: 'I10', row, detail: 'headHash is not the hash of the newest movement' });
  return found;
}
