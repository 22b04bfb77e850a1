/** Rebuild: counters of levels and batches again from the ledger, SKU by SKU, each under its locks; what was right is left alone. */
import { type LevelRow, levelKey } from '../entities/level.ts';
import type { BatchRow } from '../entities/batch.ts';
import { readBatchBalances } from '../persistence/batch-store.ts';
import { appendCommand } from '../persistence/command-store.ts';
import { ensureLevels, lockLevels, pairOf } from '../persistence/level-store.ts';
import { batches, levels } from '../persistence/tables.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import type { Tx } from '../persistence/transaction.ts';
import { nextSkus } from '../persistence/verify-store.ts';
import { levelAgainstLedger, type Replayed, walkLedger } from '../rules/ledger-audit.ts';
import type { Call } from '../call.ts';
import { type Engine, sha256 } from './execution.ts';
import { replayLedgers } from './verification.ts';

const SKUS_A_CHUNK = 50;
const CHUNK_DEADLINE_MS = 600_000;

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

export function createRebuild(engine: Engine) {
  return async ({ onProgress }: { onProgress?: (levels: number) => void } = {}): Promise<RebuildReport> => {
    const repaired: Repair[] = [];
    let count = 0;
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after;
      const skuIds = await engine.units.read((tx) => nextSkus(tx, from, SKUS_A_CHUNK), CHUNK_DEADLINE_MS);
      for (const skuId of skuIds) {
        const done = await engine.units.write(maintenanceCall(), (tx) => rebuildSku(tx, engine, skuId));
        count += done.levels;
        repaired.push(...done.repaired);
        onProgress?.(count);
      }
      after = skuIds.at(-1);
    }
    return { levels: count, repaired };
  };
}

function maintenanceCall(): Call {
  return {
    caller: { actor: 'local', address: null, agent: 'rebuild', requestId: 'rebuild' },
    deadlineMs: CHUNK_DEADLINE_MS,
  };
}

async function rebuildSku(tx: Tx, engine: Engine, skuId: string): Promise<RebuildReport> {
  await lockLevels(tx, { skuIds: [skuId], pairs: [] });
  const now = await tx.now();
  const walks = await replayLedgers(tx, [skuId], { movements: 0 });
  await ensureLevels(tx, [...walks.keys()].map(pairOf));
  const rows = await lockLevels(tx, { skuIds: [skuId], pairs: [] });
  const stored = await readBatchBalances(tx, [skuId]);
  const repaired: Repair[] = [];
  for (const level of rows) {
    // A level that never moved has an empty ledger, which says nothing less clearly that it holds nothing.
    const replayed = (walks.get(levelKey(level)) ?? walkLedger(sha256)).replayed();
    const wrong = stored.filter((batch) => levelKey(batch) === levelKey(level) && !agrees(batch, replayed));
    if (levelAgainstLedger(level, replayed).length === 0 && wrong.length === 0) continue;
    await repair(tx, { level, replayed, wrong });
    repaired.push({
      skuId,
      locationId: level.locationId,
      before: counters(level),
      after: counters(replayed),
      batchIds: wrong.map((batch) => batch.batchId),
    });
  }
  if (repaired.length > 0) {
    await appendCommand(tx, {
      commandId: tx.commandId,
      procedure: 'system.rebuild',
      ...{ actor: 'local', address: null, agent: null, requestId: 'rebuild', idempotencyKey: null },
      requestHash: sha256(skuId),
      request: JSON.stringify({ skuId }),
      outcome: 'done',
      answer: null,
      before: JSON.stringify(repaired.map((each) => each.before)),
      after: JSON.stringify(repaired.map((each) => each.after)),
      recordedAt: now,
    });
  }
  engine.ports.log(repaired.length > 0 ? 'warn' : 'info', 'rebuilt counters of a SKU', {
    skuId,
    repaired: repaired.length,
  });
  return { levels: rows.length, repaired };
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
