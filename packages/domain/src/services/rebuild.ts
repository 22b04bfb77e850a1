/** Rebuild: counters of levels and batches again from the ledger, SKU by SKU, each under its locks; what was right is left alone. */
import type { Caller } from '@granary/contracts/command';
import type { Instant } from '@granary/contracts/instant';
import { type LevelRow, levelKey } from '../entities/level.ts';
import type { BatchRow } from '../entities/batch.ts';
import { readBatchBalances } from '../persistence/batch-store.ts';
import { appendCommand } from '../persistence/command-store.ts';
import { ensureLevels, lockLevels, pairOf } from '../persistence/level-store.ts';
import { batches, levels } from '../persistence/tables.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import type { Tx } from '../persistence/transaction.ts';
import { countLevels, nextSkus } from '../persistence/verify-store.ts';
import { type LedgerWalk, levelAgainstLedger, type Replayed, walkLedger } from '../rules/ledger-audit.ts';
import type { Call } from '../call.ts';
import { type Engine, sha256 } from './execution.ts';
import { type Chunk, type LongWork, runThrough } from './job-work.ts';
import { replayLedgers } from './verification.ts';

const SKUS_A_CHUNK = 50;
const CHUNK_DEADLINE_MS = 600_000;
const MOST_BATCHES_TOLD = 20;

export interface Repair {
  readonly skuId: string;
  readonly locationId: string;
  readonly before: Counters;
  readonly after: Counters;
  readonly batchIds: readonly string[];
}

type Counters = Pick<LevelRow, 'onHand' | 'reserved' | 'locked' | 'deficit' | 'version'>;

export interface RebuildReport {
  readonly levels: number;
  readonly repaired: readonly Repair[];
}

/** Where a rebuild stands: the SKU after which it goes on, and what it has looked at before. */
export interface RebuildCursor {
  readonly after: string;
  readonly levels: number;
  readonly movements: number;
}

export function createRebuild(engine: Engine) {
  const work = rebuildWork(engine, { actor: 'local', address: null, agent: 'rebuild', requestId: 'rebuild' });
  return async ({ onProgress }: { onProgress?: (levels: number) => void } = {}): Promise<RebuildReport> =>
    await runThrough(work, { onChunk: ({ levels: done }) => onProgress?.(done) });
}

export function rebuildWork(engine: Engine, caller: Caller): LongWork<RebuildCursor, Repair, RebuildReport> {
  return {
    start: { after: '', levels: 0, movements: 0 },
    total: () => engine.units.read(countLevels, CHUNK_DEADLINE_MS),
    chunk: (from) => chunkOf(engine, { from, call: { caller, deadlineMs: CHUNK_DEADLINE_MS } }),
    progress: (cursor) => ({ done: cursor.levels, rows: cursor.levels + cursor.movements }),
    report: (cursor, repaired) => ({ levels: cursor.levels, repaired }),
    findings: ({ repaired }) => repaired,
    brief: (each) => ({ ...each, batchIds: each.batchIds.slice(0, MOST_BATCHES_TOLD) }),
  };
}

/** Each SKU is a unit of its own. A chunk ends behind a repair, so that no other one is lost with a worker that dies before it is saved. */
async function chunkOf(
  engine: Engine,
  { from, call }: { from: RebuildCursor; call: Call },
): Promise<Chunk<RebuildCursor, Repair>> {
  const skuIds = await engine.units.read((tx) => nextSkus(tx, from.after, SKUS_A_CHUNK), CHUNK_DEADLINE_MS);
  let next = from;
  for (const skuId of skuIds) {
    const done = await engine.units.write(call, (tx) => rebuildSku(tx, engine, { skuId, caller: call.caller }));
    next = { after: skuId, levels: next.levels + done.levels, movements: next.movements + done.movements };
    if (done.repaired.length > 0) return { next, isLast: false, findings: done.repaired };
  }
  return { next, isLast: skuIds.length === 0, findings: [] };
}

/** One SKU under its locks; answers what was repaired. */
export async function rebuildSku(
  tx: Tx,
  engine: Engine,
  { skuId, caller }: { skuId: string; caller: Caller },
): Promise<RebuildReport & { readonly movements: number }> {
  const { rows, made, walks, stored, movements } = await lockLedger(tx, skuId);
  const now = await tx.now();
  const repaired: Repair[] = [];
  for (const level of rows) {
    // A level that never moved has an empty ledger, which says nothing less clearly that it holds nothing.
    const replayed = (walks.get(levelKey(level)) ?? walkLedger(sha256)).replayed();
    const wrong = stored.filter((batch) => levelKey(batch) === levelKey(level) && !agrees(batch, replayed));
    const isRight = levelAgainstLedger(level, replayed).length === 0 && !made.has(levelKey(level));
    if (isRight && wrong.length === 0) continue;
    await repair(tx, { level, replayed, wrong });
    repaired.push({
      skuId,
      locationId: level.locationId,
      before: counters(level),
      after: counters(replayed),
      batchIds: wrong.map((batch) => batch.batchId),
    });
  }
  if (repaired.length > 0) await recordRepairs(tx, { skuId, caller, repaired, now });
  engine.ports.log(repaired.length > 0 ? 'warn' : 'info', 'rebuilt counters of a SKU', {
    skuId,
    repaired: repaired.length,
  });
  return { levels: rows.length, movements, repaired };
}

interface LockedLedger {
  readonly rows: readonly LevelRow[];
  /** Levels that were missing: of movements, or of a batch that never moved. */
  readonly made: ReadonlySet<string>;
  readonly walks: ReadonlyMap<string, LedgerWalk>;
  readonly stored: readonly BatchRow[];
  readonly movements: number;
}

/** Read while every level of the SKU is locked: one that came meanwhile, or was made here, is locked and all is read again. */
async function lockLedger(tx: Tx, skuId: string): Promise<LockedLedger> {
  const lock = async () => await lockLevels(tx, { skuIds: [skuId], pairs: [] });
  let rows = await lock();
  const first = new Set<string>(rows.map(levelKey));
  for (;;) {
    const seen = { movements: 0 };
    const walks = await replayLedgers(tx, [skuId], seen);
    const stored = await readBatchBalances(tx, [skuId]);
    await ensureLevels(tx, [...new Set([...walks.keys(), ...stored.map(levelKey)])].map(pairOf));
    const again = await lock();
    if (again.length === rows.length) {
      const made = rows.filter((row) => row.version === 0 && !first.has(levelKey(row)));
      return { rows, made: new Set(made.map(levelKey)), walks, stored, ...seen };
    }
    rows = again;
  }
}

async function recordRepairs(
  tx: Tx,
  what: { skuId: string; caller: Caller; repaired: readonly Repair[]; now: Instant },
): Promise<void> {
  const { skuId, caller, repaired, now } = what;
  const side = (of: 'before' | 'after') =>
    JSON.stringify(repaired.map(({ locationId, ...level }) => ({ skuId, locationId, ...level[of] })));
  await appendCommand(
    tx,
    {
      commandId: tx.commandId,
      procedure: 'system.rebuild',
      ...caller,
      idempotencyKey: null,
      requestHash: sha256(skuId),
      request: JSON.stringify({ skuId }),
      outcome: 'done',
      answer: null,
      before: side('before'),
      after: side('after'),
      recordedAt: now,
    },
    [skuId],
  );
}

async function repair(
  tx: Tx,
  what: { level: LevelRow; replayed: Replayed; wrong: readonly BatchRow[] },
): Promise<void> {
  const { level, replayed, wrong } = what;
  const { batches: byBatch, ...row } = replayed;
  const set = [
    'onHand',
    'reserved',
    'locked',
    'deficit',
    'version',
    'onHandVersion',
    'headHash',
    'recordedAt',
    'occurredAt',
  ] as const;
  await replaceRow(tx, {
    table: levels,
    keys: ['skuId', 'locationId'],
    row: { ...level, ...row },
    from: level.version,
    set,
  });
  for (const batch of wrong) {
    const { onHand = 0, reserved = 0, locked = 0 } = byBatch.get(batch.batchId) ?? {};
    const next = { ...batch, onHand, reserved, locked, version: batch.version + 1 };
    await replaceRow(tx, {
      table: batches,
      keys: ['batchId'],
      row: next,
      from: batch.version,
      set: ['onHand', 'reserved', 'locked', 'version'],
    });
  }
}

function agrees(batch: BatchRow, replayed: Replayed): boolean {
  const { onHand = 0, reserved = 0, locked = 0 } = replayed.batches.get(batch.batchId) ?? {};
  return batch.onHand === onHand && batch.reserved === reserved && batch.locked === locked;
}

function counters({ onHand, reserved, locked, deficit, version }: Counters): Counters {
  return { onHand, reserved, locked, deficit, version };
}
