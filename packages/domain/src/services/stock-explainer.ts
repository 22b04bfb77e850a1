/** Why available is what it is: the question every operator asks first. */
import type { Instant } from '@granary/contracts/instant';
import type { StockExplanation } from '@granary/contracts/explanation';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import { levelKey } from '../entities/level.ts';
import { readExpectedLines } from '../persistence/in-transit-store.ts';
import { readLockedLines } from '../persistence/lock-store.ts';
import { readHeldLines } from '../persistence/reservation-reader-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { unknownSku } from '../refusal.ts';
import type { Draft, LoadedAssembly } from '../rules/draft.ts';
import { isPlaceOpen, passedOver } from '../rules/eligibility.ts';
import { overdueAt } from '../rules/in-transit.ts';
import { explanationOf } from './assembly-view.ts';
import type { Engine } from './execution.ts';
import { readStock } from './stock-view.ts';

const MAX_ROWS = 500;

export function createStockExplainer(engine: Engine) {
  async function explain({ skuId }: { skuId: string }): Promise<StockExplanation> {
    return await engine.units.readAnywhere(async (tx) => {
      const draft = await readStock(tx, engine, [skuId]);
      if (!draft.skus.has(skuId)) throw unknownSku(skuId);
      const assembly = draft.assemblies.get(skuId);
      if (assembly !== undefined) return await explainAssembly(tx, draft, assembly);
      const holds = await readHeldLines(tx, { skuIds: [skuId] }, MAX_ROWS + 1);
      const locks = await readLockedLines(tx, skuId, MAX_ROWS + 1);
      const expected = await readExpectedLines(tx, skuId, MAX_ROWS + 1);
      const batches = [...draft.batches.values()].map((batch) => ({ batch, reason: reasonOf(draft, batch) }));
      const available = (of: (batch: BatchRow) => boolean) =>
        batches.reduce((sum, { batch, reason }) => sum + (reason === null && of(batch) ? freeOf(batch) : 0), 0);
      return {
        skuId,
        available: available(() => true),
        levels: [...draft.levels.values()].map((level) => {
          const { locationId, onHand, reserved, locked, deficit, version } = level;
          const isActive = isPlaceOpen(level, draft);
          return {
            ...{ locationId, isActive, onHand, reserved, locked, deficit, version },
            available: available((batch) => levelKey(batch) === levelKey(level)),
          };
        }),
        batches: batches.slice(0, MAX_ROWS).map(({ batch, reason }) => {
          const { batchId, batchNo, locationId, onHand, reserved, locked, frozenBy } = batch;
          return {
            ...{ batchId, batchNo, locationId, onHand, reserved, locked, reason, frozenBy },
            available: reason === null ? freeOf(batch) : 0,
          };
        }),
        reservations: withOverdue(holds, draft.now),
        locks: withOverdue(locks, draft.now),
        inTransit: expected.slice(0, MAX_ROWS).map((line) => ({ ...line, overdue: overdueAt(draft.now, line) })),
        truncated: [holds, batches, locks, expected].some((rows) => rows.length > MAX_ROWS),
        asOf: draft.now,
      };
    });
  }

  return { explain };
}

/** Its holds are those that were made under its own name; what else holds its parts, an explanation of those tells. */
async function explainAssembly(tx: Tx, draft: Draft, assembly: LoadedAssembly): Promise<StockExplanation> {
  const { skuId } = assembly;
  const { available, ...told } = explanationOf(draft, assembly);
  const skuIds = assembly.parts.map((part) => part.partSkuId);
  const holds = await readHeldLines(tx, { skuIds, ofSkuId: skuId }, MAX_ROWS + 1);
  return {
    ...{ skuId, available, levels: [], batches: [], assembly: told, locks: [], inTransit: [] },
    reservations: withOverdue(holds, draft.now),
    truncated: holds.length > MAX_ROWS,
    asOf: draft.now,
  };
}

function withOverdue<T extends { readonly expiresAt: Instant | null }>(lines: readonly T[], now: Instant) {
  return lines
    .slice(0, MAX_ROWS)
    .map((line) => ({ ...line, overdue: line.expiresAt !== null && line.expiresAt <= now }));
}

function reasonOf(draft: Draft, batch: BatchRow): StockExplanation['batches'][number]['reason'] {
  if (draft.skus.get(batch.skuId)?.status !== 'active') return 'inactive';
  switch (passedOver(batch, {}, { places: draft, now: draft.now })) {
    case undefined:
      return null;
    case 'location':
      return 'inactive';
    case 'expired':
      return 'expired';
    case 'frozen':
      return 'frozen';
    default:
      return 'nothing free';
  }
}
