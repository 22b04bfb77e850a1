/** Is there any? One query however many SKUs are asked for, and a few more when bundles are among them. */
import { type StockCheck, type StockCheckMany, stockCheck } from '@granary/contracts/stock';
import { readSkus } from '../persistence/catalog-store.ts';
import { readOffers } from '../persistence/offer-store.ts';
import type { Question, Sourced } from '../ports/read-cache.ts';
import { present, unknownSku } from '../refusal.ts';
import { millisecondsUntil, type Offer, offersOf } from '../rules/offer.ts';
import { readMakeable } from './assembly-check.ts';
import type { Engine } from './execution.ts';
import { createGathering } from './gathering.ts';
import { answersOf } from './kept-answers.ts';

const CHECK: Question<StockCheck> = {
  kind: 'stock.check',
  read: (kept) => stockCheck.safeParse(kept).data,
  asks: (skuId) => [skuId],
};

/** What is made of others changes by itself whenever one of them expires; nobody looks which. */
const MADE_HOLDS_MS = 1000;

export function createStockCheck(engine: Engine) {
  const { ask: load } = createGathering((skuIds, waitedMs) => loadChecks(engine, skuIds, waitedMs));

  async function checkMany({ skuIds }: { skuIds: readonly string[] }): Promise<StockCheckMany> {
    const found = await answersOf(engine.ports, CHECK, { keys: skuIds, load });
    const items = skuIds.map((skuId) => {
      const item = found.get(skuId);
      if (item === undefined) throw unknownSku(skuId);
      return item;
    });
    const [asOf] = items.map((item) => item.asOf).toSorted();
    return { items, asOf: present(asOf, 'a SKU') };
  }

  async function check({ skuId }: { skuId: string }): Promise<StockCheck> {
    const item = (await answersOf(engine.ports, CHECK, { keys: [skuId], load })).get(skuId);
    if (item === undefined) throw unknownSku(skuId);
    return item;
  }

  return { check, checkMany };
}

/** Whoever has waited for others has the less time left. */
const LEAST_LEFT = 0.2;

async function loadChecks(
  engine: Engine,
  skuIds: readonly string[],
  waitedMs: number,
): Promise<Map<string, Sourced<StockCheck>>> {
  const { requestDeadlineMs } = engine.config;
  const deadlineMs = Math.max(requestDeadlineMs - waitedMs, requestDeadlineMs * LEAST_LEFT);
  const { now, rows, keptMs } = await engine.units.glance(
    async (tx) => ({
      ...(await readOffers(tx, skuIds)),
      keptMs: tx.holdsMs,
    }),
    deadlineMs,
  );
  const offers = [...offersOf(rows, now).values()];
  const made = await loadMade(engine, offers);
  return new Map(
    offers.map(({ skuId, status, until, ...offer }) => {
      const parts = made.get(skuId);
      const units = parts === undefined ? offer.available : parts.units;
      const available = status === 'active' ? units : 0;
      const answer = { skuId, inStock: available > 0, available, asOf: now };
      const holdsMs = Math.min(keptMs, parts === undefined ? millisecondsUntil(until, now) : MADE_HOLDS_MS);
      return [skuId, { answer, sources: [skuId, ...(parts?.partSkuIds ?? [])], holdsMs }];
    }),
  );
}

/** Bundles and virtual SKUs lie on the shelves of others, and are looked at over one snapshot. */
async function loadMade(engine: Engine, offers: readonly Offer[]): ReturnType<typeof readMakeable> {
  const skuIds = offers.filter(({ kind }) => kind !== 'stock').map(({ skuId }) => skuId);
  if (skuIds.length === 0) return new Map();
  return await engine.units.readAnywhere(async (tx) => readMakeable(tx, engine, await readSkus(tx, skuIds)));
}
