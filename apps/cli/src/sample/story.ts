/**
 * Eight weeks of the sample shop, as a list of steps in the order in which they happened. The same seed and the same day
 * give the same story. Stock is kept along, so that nobody in the story sells what is not there.
 */
import { locations, skus, type SampleSku } from './catalogue.ts';
import { dailyDemand } from './demand.ts';
import { createRandom, type Random } from './random.ts';
import { createShelves, type Shelves } from './shelves.ts';
import type { Step, StoryLine } from './step.ts';

const WEEKS = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BASKET_LINES = 7;
const RETURNED = 0.03;

export function tellStory({ seed, now }: { readonly seed: number; readonly now: Date }): Step[] {
  const random = createRandom(seed);
  const shelves = createShelves(random);
  const firstDay = Math.floor(now.getTime() / DAY_MS) * DAY_MS - WEEKS * 7 * DAY_MS;
  const steps: Step[] = [shelves.leftovers(firstDay, now.getTime())];
  const returns: Step[] = [];
  for (let day = 0; day < WEEKS * 7; day += 1) {
    const startsAt = firstDay + day * DAY_MS;
    if (day % 7 === 0) steps.push(...shelves.restock(startsAt + 6 * HOUR_MS, day / 7));
    const sold = sellDay({ random, shelves, startsAt, week: day / 7, lastDay: day === WEEKS * 7 - 1 });
    steps.push(...sold);
    returns.push(...returnsOf(random, sold, now.getTime()));
  }
  return [
    ...[...steps, ...returns].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
    ...carts(random, shelves, now),
  ];
}

interface Day {
  readonly random: Random;
  readonly shelves: Shelves;
  readonly startsAt: number;
  readonly week: number;
  readonly lastDay: boolean;
}

function sellDay({ random, shelves, startsAt, week, lastDay }: Day): Step[] {
  const date = isoDay(startsAt);
  const weekday = new Date(startsAt).getUTCDay();
  const steps: Step[] = [];
  for (const { locationId, share } of locations) {
    const wanted = skus.flatMap((sku) => wish(random, shelves, { sku, locationId, mean: share, week, weekday }));
    if (wanted.length === 0) continue;
    if (locationId !== 'default') {
      const lines = wanted.map((line) => ({ ...line, locationId }));
      steps.push({
        kind: 'till',
        documentNo: `TILL-${locationId.toUpperCase()}-${date}`,
        at: isoTime(startsAt + 19 * HOUR_MS),
        lines,
      });
      continue;
    }
    // A web order names no location: the warehouse has the first priority and in this story always enough.
    baskets(random, wanted).forEach((lines, index) => {
      const at = isoTime(startsAt + 7 * HOUR_MS + random.between(0, 14 * 3600) * 1000);
      const orderNo = `WEB-${date.replaceAll('-', '')}-${String(index + 1).padStart(3, '0')}`;
      steps.push({ kind: 'order', orderNo, at, shipped: !(lastDay && index % 4 === 0), lines });
    });
  }
  return steps;
}

interface Wish {
  readonly sku: SampleSku;
  readonly locationId: string;
  readonly mean: number;
  readonly week: number;
  readonly weekday: number;
}

function wish(random: Random, shelves: Shelves, { sku, locationId, mean, week, weekday }: Wish): StoryLine[] {
  const quantity = shelves.take(sku.skuId, locationId, dailyDemand(random, sku, { share: mean, week, weekday }));
  return quantity === 0 ? [] : [{ skuId: sku.skuId, quantity }];
}

/** Deals the lines of a day into baskets of one to seven. */
function baskets(random: Random, lines: readonly StoryLine[]): StoryLine[][] {
  const rest = lines.toSorted(() => random.next() - 0.5);
  const dealt: StoryLine[][] = [];
  while (rest.length > 0) dealt.push(rest.splice(0, random.between(1, BASKET_LINES)));
  return dealt;
}

function returnsOf(random: Random, sold: readonly Step[], now: number): Step[] {
  return sold.flatMap((step) => {
    const [line] = step.lines;
    if (step.kind !== 'order' || line === undefined || !random.chance(RETURNED)) return [];
    const back = Date.parse(step.at) + random.between(3, 9) * DAY_MS;
    if (back > now - DAY_MS) return [];
    const unitCost = skus.find(({ skuId }) => skuId === line.skuId)?.unitCost ?? '0';
    const returned = {
      ...line,
      quantity: 1,
      locationId: 'default',
      unitCost,
      qualityLevel: random.chance(0.3) ? 'B' : 'A',
    };
    return [{ kind: 'return' as const, documentNo: `RMA-${step.orderNo}`, at: isoTime(back), lines: [returned] }];
  });
}

/** Baskets of this moment: a dozen open ones, some given up. */
function carts(random: Random, shelves: Shelves, now: Date): Step[] {
  return Array.from({ length: 16 }, (_, index): Step => {
    const lines = Array.from({ length: random.between(1, 3) }, () => random.pick(skus as [SampleSku, ...SampleSku[]]));
    const held = [...new Set(lines.map(({ skuId }) => skuId))].flatMap((skuId) => {
      const quantity = shelves.take(skuId, 'default', 1);
      return quantity === 0 ? [] : [{ skuId, quantity }];
    });
    return {
      kind: 'cart',
      businessId: `CART-${index + 1}`,
      at: now.toISOString(),
      released: index % 4 === 3,
      lines: held,
    };
  }).filter(({ lines }) => lines.length > 0);
}

export const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10);
export const isoTime = (time: number): string => new Date(time).toISOString();
