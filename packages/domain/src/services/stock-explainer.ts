/** Why available is what it is: the question every operator asks first. */
import type { StockExplanation } from '@granary/contracts/stock';
import { type BatchRow, freeOf } from '../entities/batch.ts';
import { levelKey } from '../entities/level.ts';
import { readHeldLines } from '../persistence/reservation-reader-store.ts';
import { unknownSku } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { isPlaceOpen, passedOver } from '../rules/eligibility.ts';
import type { Engine } from './execution.ts';
import { readStock } from './stock-view.ts';

const MAX_ROWS = 500;

export function createStockExplainer(engine: Engine) {
  async function explain({ skuId }: { skuId: string }): Promise<StockExplanation> {
    return await engine.units.read(async (tx) => {
      const draft = await readStock(tx, engine, [skuId]);
      if (!draft.skus.has(skuId)) throw unknownSku(skuId);
      const holds = await readHeldLines(tx, skuId, MAX_ROWS + 1);
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
          const { batchId, batchNo, locationId, onHand, reserved, locked } = batch;
          return {
            ...{ batchId, batchNo, locationId, onHand, reserved, locked, reason },
            available: reason === null ? freeOf(batch) : 0,
          };
        }),
        reservations: holds
          .slice(0, MAX_ROWS)
          .map((line) => ({ ...line, overdue: line.expiresAt !== null && line.expiresAt <= draft.now })),
        truncated: holds.length > MAX_ROWS || batches.length > MAX_ROWS,
        asOf: draft.now,
      };
    });
  }

  return { explain };
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
