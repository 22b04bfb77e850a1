/**
 * Taking snapshots, as a job. What is kept of a level is how the ledger says that it stood at the instant of the snapshot,
 * however much later it is read: so a chunk may be done again, by another worker, and gives the same rows.
 *
 * One thing must be waited for: a transaction that read its time before the instant and has not committed. It holds the
 * lock of its levels. So a level counts as settled once its newest movement is later than the instant, or once its lock
 * was free after the instant; that is asked with SKIP LOCKED and given back at once, so nobody waits for a snapshot.
 */
import type { Caller } from '@granary/contracts/command';
import { GranaryError } from '@granary/contracts/error';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { Violation } from '@granary/contracts/system';
import type { Call } from '../call.ts';
import { findCommand } from '../persistence/audit-store.ts';
import { levelKey, type LevelRow } from '../entities/level.ts';
import type { SnapshotHeadRow, SnapshotLevelRow } from '../entities/snapshot.ts';
import { type LevelPair, lockFreeLevels, readLevels } from '../persistence/level-store.ts';
import { findMovementAt } from '../persistence/movement-store.ts';
import {
  countSnapshotRows,
  findSnapshot,
  lookAtLevels,
  nextLevels,
  nextOutdated,
  nextTaking,
  readBatchesAt,
  readDeltasAfter,
  removeSnapshot,
  removeSnapshotRows,
  replaceSnapshot,
  saveSnapshotRows,
} from '../persistence/snapshot-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { countLevels } from '../persistence/verify-store.ts';
import { accepted, present } from '../refusal.ts';
import { snapshotFact, toSnapshot } from '../rules/snapshot-answer.ts';
import { isPast, type LevelThen, levelThen, type Since, violationsThen } from '../rules/snapshot-state.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import type { Chunk, LongWork } from './job-work.ts';

/** Few enough that their locks, held for one statement, keep no sale waiting. */
const LEVELS_A_CHUNK = 200;
const ROWS_A_REMOVAL = 2000;
const CHUNK_DEADLINE_MS = 60_000;
/** A level whose lock is never free belongs to a transaction that hangs. */
const PATIENCE_MS = 30_000;
const BREATH_MS = 20;
const DAY_SECONDS = 86_400;
/** A chunk rests longer than it worked, so that a server that is busy gets more time for its sales. */
const REST_FACTOR = 2;
const LONGEST_REST_MS = 1_000;

export interface SnapshotCursor {
  readonly phase: 'take' | 'remove' | 'end';
  /** The snapshot that is being taken; null before the first and between two. */
  readonly snapshotId: string | null;
  readonly after: LevelPair | null;
  readonly levels: number;
  readonly rows: number;
  readonly taken: number;
  readonly removed: number;
}

export interface SnapshotReport {
  readonly taken: number;
  readonly removed: number;
  readonly levels: number;
  /** I1 and I2 broken at the instant: what somebody did to the tables by hand. */
  readonly violations: readonly Violation[];
}

type SnapshotChunk = Chunk<SnapshotCursor, Violation>;

/** `requester` asked for the job, and old snapshots go under that name; a snapshot is completed under the name of who made it. */
export function snapshotWork(engine: Engine, requester: Caller): LongWork<SnapshotCursor, Violation, SnapshotReport> {
  return {
    start: { phase: 'take', snapshotId: null, after: null, levels: 0, rows: 0, taken: 0, removed: 0 },
    total: () => engine.units.read(countLevels, CHUNK_DEADLINE_MS),
    chunk: (from) => (from.phase === 'take' ? take(engine, from) : remove(engine, from, requester)),
    progress: ({ levels, rows }) => ({ done: levels, rows }),
    report: ({ taken, removed, levels }, violations) => ({ taken, removed, levels, violations }),
    findings: ({ violations }) => violations,
  };
}

async function take(engine: Engine, from: SnapshotCursor): Promise<SnapshotChunk> {
  const head = await engine.units.read((tx) =>
    from.snapshotId === null ? nextTaking(tx) : findSnapshot(tx, from.snapshotId),
  );
  if (head === undefined) return goingOn({ ...from, phase: 'remove', snapshotId: null, after: null });
  const { after } = from;
  const skuIds = head.skuIds === null ? undefined : (JSON.parse(head.skuIds) as string[]);
  const locationId = head.locationId ?? undefined;
  // Levels that are only just being made count as well: a transaction makes them before it reads its time.
  const page = await engine.units.peek((tx) => nextLevels(tx, { after, skuIds, locationId, limit: LEVELS_A_CHUNK }));
  const last = page.at(-1);
  if (last === undefined) {
    await complete(engine, head);
    return goingOn({ ...from, snapshotId: null, after: null, taken: from.taken + 1 });
  }
  const startedAt = performance.now();
  await settle(engine, { at: head.at, levels: page });
  const then = await engine.units.read((tx) => statesAt(tx, head, page), CHUNK_DEADLINE_MS);
  const levels = then.map(({ level }) => level);
  const batches = then.flatMap((each) => each.batches);
  await engine.units.write(snapshotCall(), (tx) => saveSnapshotRows(tx, { levels, batches }));
  await rest(Math.min((performance.now() - startedAt) * REST_FACTOR, LONGEST_REST_MS));
  const next: SnapshotCursor = {
    ...from,
    ...{ snapshotId: head.snapshotId, after: { skuId: last.skuId, locationId: last.locationId } },
    ...{ levels: from.levels + page.length, rows: from.rows + levels.length + batches.length },
  };
  return { next, isLast: false, findings: then.flatMap(violationsThen) };
}

function goingOn(next: SnapshotCursor, isLast = false): SnapshotChunk {
  return { next, isLast, findings: [] };
}

interface Waiting {
  readonly at: Instant;
  readonly levels: readonly (LevelPair & { readonly recordedAt: Instant | null })[];
}

/** Resolves when no transaction from before the instant can write to these levels any more. */
async function settle(engine: Engine, { at, levels }: Waiting): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let waiting = levels.filter(({ recordedAt }) => !isPast(recordedAt, at));
  for (;;) {
    const asked = waiting;
    const free = asked.length === 0 ? [] : await engine.units.write(snapshotCall(), (tx) => lockFreeLevels(tx, asked));
    const settled = new Set(free.map(levelKey));
    const busy = asked.filter((level) => !settled.has(levelKey(level)));
    if (busy.length === 0) return;
    if (performance.now() > deadline) throw busyFor(present(busy[0], 'a level'));
    await rest(BREATH_MS);
    // One that is gone was never committed.
    const again = await engine.units.peek((tx) => lookAtLevels(tx, busy));
    waiting = again.filter(({ recordedAt }) => !isPast(recordedAt, at));
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function busyFor({ skuId, locationId }: LevelPair): GranaryError {
  return new GranaryError('unavailable', {
    message: `Level ${skuId} / ${locationId} has been locked for ${PATIENCE_MS / 1000} s.`,
    hint: 'A transaction hangs in the database; the snapshot goes on by itself when it has ended.',
    details: { dependency: 'database', retryAfterSeconds: 5 },
  });
}

/** All of it in one consistent read, so that a level, its batches and its ledger are of the same moment. */
async function statesAt(tx: Tx, head: SnapshotHeadRow, pairs: readonly LevelPair[]): Promise<readonly LevelThen[]> {
  const rows = await readLevels(tx, { skuIds: [], pairs });
  const then: { readonly level: SnapshotLevelRow; readonly since: readonly Since[] }[] = [];
  for (const row of rows) {
    const level = await levelAt(tx, head, row);
    if (level === undefined) continue;
    const since = level.version === row.version ? [] : await readDeltasAfter(tx, level);
    then.push({ level, since });
  }
  const moved = then.flatMap(({ since }) => since.map(({ batchId }) => batchId));
  const batches = await readBatchesAt(tx, pairs, moved);
  return then.map(({ level, since }) => levelThen(level, batches.get(levelKey(level)) ?? [], since));
}

/** Undefined when it had not moved by then. */
async function levelAt(
  tx: Tx,
  { snapshotId, at }: SnapshotHeadRow,
  row: LevelRow,
): Promise<SnapshotLevelRow | undefined> {
  const isSo = row.version > 0 && !isPast(row.recordedAt, at);
  const source = isSo ? row : await findMovementAt(tx, { skuId: row.skuId, locationId: row.locationId, at });
  if (source === undefined) return undefined;
  const { skuId, locationId, onHand, reserved, locked, deficit, version } = source;
  return { snapshotId, skuId, locationId, onHand, reserved, locked, deficit, version };
}

/** The snapshot may have been completed by a worker that was given up: then there is nothing left to tell. */
async function complete(engine: Engine, { snapshotId, requestedBy, commandId }: SnapshotHeadRow): Promise<void> {
  const asked = await engine.units.read((tx) => findCommand(tx, commandId));
  const call = snapshotCall({ actor: requestedBy, address: asked?.address ?? null });
  await execute(engine, {
    ...{ procedure: 'snapshot.create', input: { id: snapshotId } as object, call },
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => {
      const before = await findSnapshot(tx, snapshotId);
      const draft = await draftNow(tx, engine);
      if (before === undefined || before.state === 'complete') return { draft, outcome: accepted(null), isIdle: true };
      const { levels, batches } = await countSnapshotRows(tx, snapshotId);
      const counted = { levelCount: levels, batchCount: batches, completedAt: draft.now };
      const row: SnapshotHeadRow = { ...before, ...counted, state: 'complete', version: before.version + 1 };
      draft.facts.push(snapshotFact('stock.snapshot.completed', { before, after: row, commandId: tx.commandId }));
      const told = { before: toSnapshot(before), after: toSnapshot(row) };
      return { draft, outcome: accepted(null), ...told, write: () => replaceSnapshot(tx, before, row) };
    },
  });
}

/** Rows go first, some at a time; the head goes with the event. */
async function remove(engine: Engine, from: SnapshotCursor, requester: Caller): Promise<SnapshotChunk> {
  const days = engine.config.snapshotRetentionDays;
  const old = days === 0 ? undefined : await outdated(engine, days);
  if (old === undefined) return goingOn({ ...from, phase: 'end' }, true);
  const { snapshotId } = old;
  const went = await engine.units.write(snapshotCall(), (tx) => removeSnapshotRows(tx, snapshotId, ROWS_A_REMOVAL));
  if (went > 0) return goingOn({ ...from, rows: from.rows + went });
  await execute(engine, {
    ...{ procedure: 'snapshot.create', input: { id: snapshotId } as object, call: snapshotCall(requester) },
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => {
      const before = await findSnapshot(tx, snapshotId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: accepted(null), isIdle: true };
      draft.facts.push(snapshotFact('stock.snapshot.removed', { before, after: undefined, commandId: tx.commandId }));
      const told = { before: toSnapshot(before), after: { snapshotId, isRemoved: true } };
      return { draft, outcome: accepted(null), ...told, write: () => removeSnapshot(tx, snapshotId) };
    },
  });
  return goingOn({ ...from, removed: from.removed + 1 });
}

export async function outdated(engine: Engine, days: number): Promise<SnapshotHeadRow | undefined> {
  return await engine.units.read(async (tx) => nextOutdated(tx, plusSeconds(await tx.now(), -days * DAY_SECONDS)));
}

/** What a worker does for somebody stands under their name and the address from which they asked. */
function snapshotCall(requester: Pick<Caller, 'actor' | 'address'> = { actor: 'worker', address: null }): Call {
  const { actor, address } = requester;
  return {
    caller: { actor, address, agent: 'granary-worker', requestId: 'snapshot' },
    deadlineMs: CHUNK_DEADLINE_MS,
  };
}
