/** Verify: all invariants, in chunks of one snapshot each, so that sales go on; every violating row is named. */
import type { VerifyReport, Violation } from '@granary/contracts/system';
import { levelKey } from '../entities/level.ts';
import { readMovementPages } from '../persistence/movement-store.ts';
import { readLevels } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { Books } from '../ports/books.ts';
import {
  checkOverall,
  checkReservations,
  checkSkus,
  countToVerify,
  nextReservations,
  nextSkus,
} from '../persistence/verify-store.ts';
import { MAX_FINDINGS } from '../rules/job-state.ts';
import { levelAgainstLedger, type LedgerWalk, type Replayed, walkLedger } from '../rules/ledger-audit.ts';
import { readBatchBalances } from '../persistence/batch-store.ts';
import { type Engine, sha256 } from './execution.ts';
import { type Chunk, type LongWork, runThrough } from './job-work.ts';

const SKUS_A_CHUNK = 50;
const RESERVATIONS_A_CHUNK = 2000;
const BOOKED_A_CHUNK = 200;
/** A chunk may hold one SKU with millions of movements. */
const CHUNK_DEADLINE_MS = 600_000;

export interface VerifyProgress {
  readonly levels: number;
  readonly movements: number;
  readonly reservations: number;
}

export interface VerifyOptions {
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly signal?: AbortSignal;
}

/** Where a verification stands: the key after which it goes on, and what it has looked at and found before. */
export interface VerifyCursor extends VerifyProgress {
  readonly phase: 'skus' | 'reservations' | 'books' | 'overall' | 'end';
  readonly after: string;
  readonly ok: boolean;
}

type VerifyChunk = Chunk<VerifyCursor, Violation>;

export function createVerification(engine: Engine) {
  const work = verifyWork(engine);
  return async ({ onProgress, signal }: VerifyOptions = {}): Promise<VerifyReport> =>
    await runThrough(work, {
      signal,
      onChunk: ({ levels, movements, reservations }) => onProgress?.({ levels, movements, reservations }),
    });
}

/** Every chunk is one consistent snapshot. */
export function verifyWork(engine: Engine): LongWork<VerifyCursor, Violation, VerifyReport> {
  return {
    start: { phase: 'skus', after: '', ok: true, levels: 0, movements: 0, reservations: 0 },
    total: () => engine.units.read(countToVerify, CHUNK_DEADLINE_MS),
    chunk: (from) => engine.units.read((tx) => chunkOf(tx, from, engine.ports.books), CHUNK_DEADLINE_MS),
    progress: ({ levels, movements, reservations }) => ({
      done: levels + reservations,
      rows: levels + movements + reservations,
    }),
    report: ({ ok, levels, movements, reservations }, violations) => ({
      ok,
      levels,
      movements,
      reservations,
      violations: violations.slice(0, MAX_FINDINGS),
    }),
    findings: ({ violations }) => violations,
  };
}

async function chunkOf(tx: Tx, from: VerifyCursor, books: Books | undefined): Promise<VerifyChunk> {
  switch (from.phase) {
    case 'skus':
      return await chunkOfSkus(tx, from);
    case 'reservations':
      return await chunkOfReservations(tx, from);
    case 'books':
      return await chunkOfBooks(tx, from, books);
    case 'overall':
    case 'end':
      return goingOn(from, await checkOverall(tx), { phase: 'end' });
  }
}

async function chunkOfSkus(tx: Tx, from: VerifyCursor): Promise<VerifyChunk> {
  const skuIds = await nextSkus(tx, from.after, SKUS_A_CHUNK);
  const last = skuIds.at(-1);
  if (last === undefined) return goingOn(from, [], { phase: 'reservations', after: '' });
  const seen = { levels: from.levels, movements: from.movements };
  return goingOn(from, await violationsOfSkus(tx, skuIds, seen), { ...seen, after: last });
}

/** Everything that is checked of some SKUs; adds to `seen` what it has looked at. */
export async function violationsOfSkus(
  tx: Tx,
  skuIds: readonly string[],
  seen: { levels: number; movements: number },
): Promise<readonly Violation[]> {
  return [...(await checkSkus(tx, skuIds)), ...(await checkLedgers(tx, skuIds, seen))];
}

async function chunkOfReservations(tx: Tx, from: VerifyCursor): Promise<VerifyChunk> {
  const ids = await nextReservations(tx, from.after, RESERVATIONS_A_CHUNK);
  const last = ids.at(-1);
  if (last === undefined) return goingOn(from, [], { phase: 'books', after: '' });
  const violations = await checkReservations(tx, from.after, last);
  return goingOn(from, violations, { after: last, reservations: from.reservations + ids.length });
}

async function chunkOfBooks(tx: Tx, from: VerifyCursor, books: Books | undefined): Promise<VerifyChunk> {
  const skuIds = (await books?.next(tx, from.after, BOOKED_A_CHUNK)) ?? [];
  const last = skuIds.at(-1);
  if (books === undefined || last === undefined) return goingOn(from, [], { phase: 'overall', after: '' });
  return goingOn(from, await books.check(tx, skuIds), { after: last });
}

function goingOn(from: VerifyCursor, findings: readonly Violation[], to: Partial<VerifyCursor>): VerifyChunk {
  const next = { ...from, ...to, ok: from.ok && findings.length === 0 };
  return { next, isLast: next.phase === 'end', findings };
}

/** I3, I4, I10: every ledger walked from its beginning, against its level and its batches. */
async function checkLedgers(
  tx: Tx,
  skuIds: readonly string[],
  seen: { levels: number; movements: number },
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  const walks = await replayLedgers(tx, skuIds, seen);
  const levels = await readLevels(tx, { skuIds, pairs: [] });
  const batches = await readBatchBalances(tx, skuIds);
  seen.levels += levels.length;
  for (const level of levels) {
    const walk = walks.get(levelKey(level)) ?? walkLedger(sha256);
    const replayed = walk.replayed();
    violations.push(...walk.violations, ...levelAgainstLedger(level, replayed));
    const mine = batches.filter((batch) => levelKey(batch) === levelKey(level));
    violations.push(...batchesAgainstLedger(mine, replayed));
    walks.delete(levelKey(level));
  }
  for (const key of walks.keys()) {
    violations.push({ invariant: 'I3', row: `level ${key.replace('\0', ' / ')}`, detail: 'has movements but no row' });
  }
  return violations;
}

export async function replayLedgers(
  tx: Tx,
  skuIds: readonly string[],
  seen: { movements: number },
): Promise<Map<string, LedgerWalk>> {
  const walks = new Map<string, LedgerWalk>();
  for await (const page of readMovementPages(tx, skuIds)) {
    for (const movement of page) {
      const key = levelKey(movement);
      let walk = walks.get(key);
      if (walk === undefined) walks.set(key, (walk = walkLedger(sha256)));
      walk.step(movement);
    }
    seen.movements += page.length;
  }
  return walks;
}

type BatchBalances = Awaited<ReturnType<typeof readBatchBalances>>[number];

function batchesAgainstLedger(batches: readonly BatchBalances[], replayed: Replayed): readonly Violation[] {
  return batches.flatMap((batch) => {
    const ledger = replayed.batches.get(batch.batchId) ?? { onHand: 0, reserved: 0, locked: 0 };
    return (['onHand', 'reserved', 'locked'] as const)
      .filter((field) => batch[field] !== ledger[field])
      .map((field) => ({
        invariant: 'I3',
        row: `batch ${batch.batchId}`,
        detail: `${field} is ${batch[field]}, the ledger says ${ledger[field]}`,
      }));
  });
}
