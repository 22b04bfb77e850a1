/** Verify: all invariants, in chunks of one snapshot each, so that sales go on; every violating row is named. */
import type { VerifyReport, Violation } from '@granary/contracts/system';
import { levelKey } from '../entities/level.ts';
import { readMovementPages } from '../persistence/movement-store.ts';
import { readLevels } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { checkOverall, checkReservations, checkSkus, nextReservations, nextSkus } from '../persistence/verify-store.ts';
import { levelAgainstLedger, type LedgerWalk, type Replayed, walkLedger } from '../rules/ledger-audit.ts';
import { readBatchBalances } from '../persistence/batch-store.ts';
import { type Engine, sha256 } from './execution.ts';

const SKUS_A_CHUNK = 50;
const RESERVATIONS_A_CHUNK = 2000;
/** A chunk may hold one SKU with millions of movements. */
const CHUNK_DEADLINE_MS = 600_000;
const MAX_VIOLATIONS = 1000;

export interface VerifyProgress {
  readonly levels: number;
  readonly movements: number;
  readonly reservations: number;
}

export interface VerifyOptions {
  readonly onProgress?: (progress: VerifyProgress) => void;
  readonly signal?: AbortSignal;
}

export function createVerification(engine: Engine) {
  return async ({ onProgress, signal }: VerifyOptions = {}): Promise<VerifyReport> => {
    const violations: Violation[] = [];
    const seen = { levels: 0, movements: 0, reservations: 0 };
    const chunk = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
      signal?.throwIfAborted();
      const answer = await engine.units.read(work, CHUNK_DEADLINE_MS);
      onProgress?.(seen);
      return answer;
    };
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after;
      after = await chunk(async (tx) => {
        const skuIds = await nextSkus(tx, from, SKUS_A_CHUNK);
        if (skuIds.length === 0) return undefined;
        violations.push(...(await checkSkus(tx, skuIds)), ...(await checkLedgers(tx, skuIds, seen)));
        return skuIds.at(-1);
      });
    }
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after;
      after = await chunk(async (tx) => {
        const ids = await nextReservations(tx, from, RESERVATIONS_A_CHUNK);
        const last = ids.at(-1);
        if (last === undefined) return undefined;
        violations.push(...(await checkReservations(tx, from, last)));
        seen.reservations += ids.length;
        return last;
      });
    }
    violations.push(...(await chunk(checkOverall)));
    return { ok: violations.length === 0, ...seen, violations: violations.slice(0, MAX_VIOLATIONS) };
  };
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
