/** How much there is, by location, with cost and the nearest expiry; of a SKU or of all variants of a product. */
import type { Instant } from '@granary/contracts/instant';
import { divideMoney, formatMoney } from '@granary/contracts/money';
import type { StockAvailableInput, StockSummary } from '@granary/contracts/stock';
import { type BatchRow, freeOf, NEVER } from '../entities/batch.ts';
import { levelKey } from '../entities/level.ts';
import { readVariants } from '../persistence/catalog-store.ts';
import { notFound, unknownSku } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { earliestExpiry, passedOver } from '../rules/eligibility.ts';
import type { Engine } from './execution.ts';
import { readStock } from './stock-view.ts';

export function createStockSummary(engine: Engine) {
  async function available(input: StockAvailableInput): Promise<StockSummary> {
    return await engine.units.read(async (tx) => {
      const { skuId, spuId } = input;
      const skuIds = skuId === undefined ? await readVariants(tx, spuId ?? '') : [skuId];
      const draft = await readStock(tx, engine, skuIds);
      if (skuId !== undefined && !draft.skus.has(skuId)) throw unknownSku(skuId);
      if (skuIds.length === 0) throw unknownSku(spuId ?? '');
      if (input.locationId !== undefined && !draft.locations.has(input.locationId))
        throw notFound('location', input.locationId);
      const counted = [...draft.batches.values()].filter((batch) => counts(draft, batch, input));
      const shown = [...draft.levels.values()].filter(
        (level) => input.locationId === undefined || level.locationId === input.locationId,
      );
      return {
        skuId: skuId ?? null,
        spuId: spuId ?? null,
        ...summed(draft, counted, input),
        locations: shown.map((level) => ({
          skuId: level.skuId,
          locationId: level.locationId,
          version: level.version,
          ...summed(
            draft,
            counted.filter((batch) => levelKey(batch) === levelKey(level)),
            input,
          ),
        })),
        asOf: draft.now,
      };
    });
  }

  return { available };
}

/**
 * Which batches the totals are about: those that the criteria name, whether or not any of it may be taken. Goods that are
 * frozen or at an inactive place are on hand all the same; they only are not available.
 */
function counts(draft: Draft, batch: BatchRow, criteria: StockAvailableInput): boolean {
  const { locationId, qualityLevel, minRemainingDays, excludeExpired } = criteria;
  if (locationId !== undefined && batch.locationId !== locationId) return false;
  if (qualityLevel !== undefined && batch.qualityLevel !== qualityLevel) return false;
  if (batch.status === 'expired' || batch.expiresAt <= draft.now) return !excludeExpired;
  return minRemainingDays === undefined || batch.expiresAt >= earliestExpiry(draft.now, minRemainingDays);
}

function summed(draft: Draft, batches: readonly BatchRow[], input: StockAvailableInput) {
  const total = (of: (batch: BatchRow) => number) => batches.reduce((sum, batch) => sum + of(batch), 0);
  const value = batches.reduce((sum, batch) => sum + batch.unitCost * BigInt(batch.onHand), 0n);
  const onHand = total((batch) => batch.onHand);
  const nearest = batches.reduce<Instant>((first, batch) => (batch.expiresAt < first ? batch.expiresAt : first), NEVER);
  return {
    available: total((batch) => availableOf(draft, batch, input)),
    onHand,
    reserved: total((batch) => batch.reserved),
    locked: total((batch) => batch.locked),
    batchCount: batches.length,
    nearestExpiresAt: nearest === NEVER ? null : nearest,
    meanUnitCost: onHand === 0 ? null : formatMoney(divideMoney(value, BigInt(onHand))),
    totalCost: formatMoney(value),
  };
}

/** What allocation would take of it, and with includeReserved what it would take if nothing were held. */
function availableOf(draft: Draft, batch: BatchRow, input: StockAvailableInput): number {
  if (draft.skus.get(batch.skuId)?.status !== 'active') return 0;
  const reason = passedOver(batch, {}, { places: draft, now: draft.now });
  const isTakeable = reason === undefined || reason === 'held' || (reason === 'expired' && !input.excludeExpired);
  return isTakeable ? freeOf(batch) + (input.includeReserved ? batch.reserved : 0) : 0;
}
