/** How much there is, by location, with cost and the nearest expiry; of a SKU or of all variants of a product. */
import type { Instant } from '@granary/contracts/instant';
import { divideMoney, formatMoney } from '@granary/contracts/money';
import { type StockAvailableInput, type StockSummary, stockSummary } from '@granary/contracts/stock';
import { type BatchRow, freeOf, NEVER } from '../entities/batch.ts';
import { levelKey } from '../entities/level.ts';
import { readSkus, readVariants } from '../persistence/catalog-store.ts';
import { type Expected, readExpected } from '../persistence/in-transit-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { Question, Sourced } from '../ports/read-cache.ts';
import { notFound, present, unknownSku } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { earliestExpiry, passedOver } from '../rules/eligibility.ts';
import { summaryOf } from './assembly-view.ts';
import type { Engine } from './execution.ts';
import { answerOf, fromDraft } from './kept-answers.ts';
import { supplyOf } from './next-supply.ts';
import { readStock } from './stock-view.ts';

export function createStockSummary(engine: Engine) {
  async function load(input: StockAvailableInput): Promise<Sourced<StockSummary>> {
    return await engine.units.readAnywhere(async (tx) => {
      const { skuId, spuId } = input;
      const skuIds = skuId === undefined ? await readVariants(tx, present(spuId, 'a product')) : [skuId];
      const draft = await readStock(tx, engine, skuId === undefined ? await onShelves(tx, skuIds) : skuIds);
      if (skuId !== undefined && !draft.skus.has(skuId)) throw unknownSku(skuId);
      if (skuIds.length === 0) throw unknownSku(present(spuId, 'a product'));
      if (input.locationId !== undefined && !draft.locations.has(input.locationId))
        throw notFound('location', input.locationId);
      const assembly = draft.assemblies.get(skuId ?? '');
      if (assembly !== undefined) return fromDraft(tx, draft, { ...summaryOf(draft, assembly, input), spuId: null });
      const onTheWay = (await readExpected(tx, [...draft.skus.keys()])).filter(
        (each) => input.locationId === undefined || each.locationId === input.locationId,
      );
      const counted = [...draft.batches.values()].filter((batch) => counts(draft, batch, input));
      const shown = [...draft.levels.values()].filter(
        (level) => input.locationId === undefined || level.locationId === input.locationId,
      );
      return fromDraft(tx, draft, {
        skuId: skuId ?? null,
        spuId: spuId ?? null,
        ...summed(draft, counted, input),
        ...supplyOf(onTheWay),
        locations: [...shown, ...placesToCome(draft, onTheWay)].map(({ skuId: of, locationId, version }) => {
          const key = levelKey({ skuId: of, locationId });
          const here = counted.filter((batch) => levelKey(batch) === key);
          return {
            ...{ skuId: of, locationId, version, ...summed(draft, here, input) },
            ...supplyOf(onTheWay.filter((each) => levelKey(each) === key)),
          };
        }),
        asOf: draft.now,
      });
    });
  }

  /** Of a SKU it is kept; which variants a product has, and what a shelf life ends, is looked at every time. */
  async function available(input: StockAvailableInput): Promise<StockSummary> {
    const { skuId, spuId, minRemainingDays, locationId, qualityLevel, excludeExpired, includeReserved } = input;
    if (skuId === undefined || spuId !== undefined || minRemainingDays !== undefined) return (await load(input)).answer;
    const key = JSON.stringify([skuId, locationId, qualityLevel, excludeExpired, includeReserved]);
    return await answerOf(engine.ports, asked(skuId), { key, load: () => load(input) });
  }

  return { available };
}

const asked = (skuId: string): Question<StockSummary> => ({
  kind: 'stock.available',
  read: (kept) => stockSummary.safeParse(kept).data,
  asks: () => [skuId],
});

/** Where a SKU will lie for the first time there is no level yet: nothing is there, and something is coming. */
function placesToCome(draft: Draft, onTheWay: readonly Expected[]) {
  const places = new Map(onTheWay.map((each) => [levelKey(each), { ...each, version: 0 }]));
  return [...places].flatMap(([key, place]) => (draft.levels.has(key) ? [] : [place]));
}

/** Bundles and virtual SKUs among the variants of a product are taken from goods that are counted already, or of other products. */
async function onShelves(tx: Tx, skuIds: readonly string[]): Promise<readonly string[]> {
  const known = await readSkus(tx, skuIds);
  return skuIds.filter((skuId) => known.get(skuId)?.kind === 'stock');
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
