/** The look at everything, for what time alone changes and for what was missed: in parts, by one worker at a time. */
import { plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import { levelKey } from '../entities/level.ts';
import { countEnded, readConfirmed, readStandingOf } from '../persistence/alert-store.ts';
import type { LevelPair } from '../persistence/level-store.ts';
import { takeLease } from '../persistence/outbox-store.ts';
import { nextLevels } from '../persistence/snapshot-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { type Cause, confirmedCauses, timeoutCauses } from '../rules/alert-cause.ts';
import { changesFor } from '../rules/alert-change.ts';
import { BY_STOCK_AND_DATE, LOOKING_MS, placeOf, type Seen, seenLevels, settle } from './alert-settling.ts';
import type { Engine } from './execution.ts';

const LEVELS_A_ROUND = 200;
const HOLDS_A_ROUND = 500;
const HOUR_SECONDS = 3600;
const SCAN_LEASE = 'alert-scan';

/** Where a scan goes on; it begins anew with whoever takes it over. */
export type ScanCursor =
  | { readonly phase: 'levels'; readonly after: LevelPair | null }
  | { readonly phase: 'confirmed'; readonly after: string; readonly causes: readonly Cause[] };

export interface ScanRound {
  /** Names this worker among others. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly from: ScanCursor | null;
}

export interface ScanResult {
  /** False when another worker scans. */
  readonly held: boolean;
  /** Null when the scan is through. */
  readonly next: ScanCursor | null;
}

export async function scanOnce(engine: Engine, { holder, leaseMs, from }: ScanRound, call: Call): Promise<ScanResult> {
  const held = await engine.units.write(call, (tx) => takeLease(tx, { holder, leaseMs, name: SCAN_LEASE }));
  if (!held) return { held: false, next: null };
  const at: ScanCursor = from ?? { phase: 'levels', after: null };
  const next = at.phase === 'levels' ? await scanLevels(engine, at.after, call) : await scanConfirmed(engine, at, call);
  return { held: true, next };
}

async function scanLevels(engine: Engine, after: LevelPair | null, call: Call): Promise<ScanCursor> {
  const page = { after, skuIds: undefined, locationId: undefined, limit: LEVELS_A_ROUND };
  const pairs = await engine.units.read((tx) => nextLevels(tx, page));
  const last = pairs.at(-1);
  if (last === undefined) return { phase: 'confirmed', after: '', causes: [] };
  await settleChanged(engine, pairs, call);
  return { phase: 'levels', after: { skuId: last.skuId, locationId: last.locationId } };
}

/** Only the levels of which something changes are locked, not the whole page. */
async function settleChanged(engine: Engine, pairs: readonly LevelPair[], call: Call): Promise<void> {
  const kinds = BY_STOCK_AND_DATE;
  const changes = await engine.units.read(async (tx) => {
    const { standing, causes } = await seenLevels(tx, engine, { pairs, kinds });
    return changesFor(standing, causes, { now: await tx.now(), commandId: '', ids: () => '' });
  }, LOOKING_MS);
  const concerned = new Set(changes.map(({ after }) => levelKey(placeOf(after))));
  const few = pairs.filter((pair) => concerned.has(levelKey(pair)));
  if (few.length === 0) return;
  await settle(engine, { look: (tx) => seenLevels(tx, engine, { pairs: few, kinds }), pairs: few, call });
}

type Confirmed = Extract<ScanCursor, { phase: 'confirmed' }>;

async function scanConfirmed(engine: Engine, { after, causes }: Confirmed, call: Call): Promise<ScanCursor | null> {
  const hours = engine.config.alertConfirmedHours;
  const { holds, now } = await engine.units.read(async (tx) => {
    const now = await tx.now();
    const before = plusSeconds(now, -hours * HOUR_SECONDS);
    return { now, holds: await readConfirmed(tx, { after, before, limit: HOLDS_A_ROUND }) };
  });
  const found = [...causes, ...holds.flatMap((hold) => confirmedCauses(hold, { now, hours }))];
  const last = holds.at(-1);
  if (last !== undefined && holds.length === HOLDS_A_ROUND && found.length < MAX_STANDING)
    return { phase: 'confirmed', after: last.reservationId, causes: found };
  await settle(engine, {
    look: async (tx) => ({ causes: found, standing: await readStandingOf(tx, 'confirmedTooLong') }),
    call,
  });
  await timeouts(engine, call);
  return null;
}

/** Whoever has as many orders stuck as this needs no longer list of them. */
const MAX_STANDING = 5000;

async function timeouts(engine: Engine, call: Call): Promise<void> {
  const percent = engine.config.alertTimeoutPercent;
  const look = async (tx: Tx): Promise<Seen> => {
    const ended = await countEnded(tx, plusSeconds(await tx.now(), -HOUR_SECONDS));
    return { causes: timeoutCauses({ ...ended, percent }), standing: await readStandingOf(tx, 'reservationTimeouts') };
  };
  await settle(engine, { look, call });
}
