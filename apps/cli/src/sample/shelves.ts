/** What lies where in the story: weekly orders up to a level, and what is taken from it. */
import { locations, skus, type SampleSku } from './catalogue.ts';
import { season } from './demand.ts';
import type { Random } from './random.ts';
import type { Step, StoryReceiptLine } from './step.ts';

const DAY_MS = 86_400_000;
const SUPPLIERS = ['Alpenwerk', 'Nordtex', 'Kontor & Sons'] as const;

export interface Shelves {
  /** Takes up to `wanted` and says how many there were. */
  take(skuId: string, locationId: string, wanted: number): number;
  /** The Monday deliveries: one document per location. */
  restock(at: number, week: number): Step[];
  /** What was left from before: some lots near their expiry, some past it and never taken away. */
  leftovers(at: number, now: number): Step;
}

export function createShelves(random: Random): Shelves {
  const stock = new Map<string, number>();
  const key = (skuId: string, locationId: string) => `${skuId} ${locationId}`;
  const put = ({ skuId, locationId, quantity }: StoryReceiptLine) =>
    stock.set(key(skuId, locationId), (stock.get(key(skuId, locationId)) ?? 0) + quantity);

  return {
    take(skuId, locationId, wanted) {
      const there = stock.get(key(skuId, locationId)) ?? 0;
      const taken = Math.min(wanted, there);
      stock.set(key(skuId, locationId), there - taken);
      return taken;
    },

    restock(at, week) {
      return locations.flatMap(({ locationId, share }) => {
        const lines = skus.flatMap((sku) => {
          const there = stock.get(key(sku.skuId, locationId)) ?? 0;
          const quantity = upToLevel(sku, share, week) - there;
          return quantity <= 0 ? [] : [receiptLine(random, sku, { locationId, quantity, at, week })];
        });
        lines.forEach(put);
        if (lines.length === 0) return [];
        const supplier = random.pick(SUPPLIERS);
        const documentNo = `PO-${week + 1}-${locationId.toUpperCase()}`;
        return [{ kind: 'purchase', documentNo, at: new Date(at).toISOString(), supplier, lines }];
      });
    },

    leftovers(at, now) {
      const perishable = skus.filter(({ shelfLifeDays }) => shelfLifeDays !== undefined);
      const lines = perishable.slice(0, 9).map((sku, index) => {
        const expired = index % 3 === 2;
        const expiresAt = new Date(now + (expired ? -random.between(2, 20) : random.between(3, 30)) * DAY_MS)
          .toISOString()
          .slice(0, 10);
        const line = {
          skuId: sku.skuId,
          locationId: 'default',
          quantity: random.between(2, 6),
          unitCost: sku.unitCost,
          batchNo: `OLD-${sku.skuId}`,
          expiresAt,
        };
        // Expired goods are on hand and yet not for sale, so the story does not count on them.
        if (!expired) put(line);
        return line;
      });
      return {
        kind: 'purchase',
        documentNo: 'PO-0-DEFAULT',
        at: new Date(at).toISOString(),
        supplier: SUPPLIERS[0],
        lines,
      };
    },
  };
}

/** A week and a half of what is expected, at least two of each. */
function upToLevel(sku: SampleSku, share: number, week: number): number {
  const expected = sku.weekly * share * (sku.demand === 'seasonal' ? season(week + 1) : 1);
  return Math.max(2, Math.ceil(expected * 1.5));
}

interface Delivery {
  readonly locationId: string;
  readonly quantity: number;
  readonly at: number;
  readonly week: number;
}

function receiptLine(random: Random, sku: SampleSku, { locationId, quantity, at, week }: Delivery): StoryReceiptLine {
  // Prices creep up by about half a per cent a week, and no two deliveries cost the same.
  const cents = Math.max(1, Math.round(Number(sku.unitCost) * 100 * (1 + week * 0.005 + (random.next() - 0.5) * 0.06)));
  const unitCost = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  const line = { skuId: sku.skuId, locationId, quantity, unitCost, batchNo: `${sku.skuId}-W${week + 1}-${locationId}` };
  if (sku.shelfLifeDays === undefined) return line;
  return { ...line, producedOn: new Date(at - random.between(5, 25) * DAY_MS).toISOString().slice(0, 10) };
}
