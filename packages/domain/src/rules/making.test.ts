/** Taking stock for what is made of others: bundles at one place, virtual units from anywhere, and a cap that all share. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fifo } from '../strategies/fifo.ts';
import { type BatchFacts, draftWith, hold } from '../testing/draft-fixture.ts';
import type { Demand, Made } from './demand.ts';
import { find, makeable, openStock } from './making.ts';
import { chooseStock } from './shortage.ts';

const made = (
  kind: Made['kind'],
  parts: Readonly<Record<string, number>>,
  { cap = null, held = 0 }: Partial<Pick<Made, 'cap' | 'held'>> = {},
): Made => ({
  ...{ kind, cap, held },
  parts: Object.entries(parts).map(([skuId, perUnit]) => ({ skuId, perUnit, strategy: fifo })),
});
/** `named` is a SKU, or a SKU and the place that is asked for. */
const demand = (named: string, quantity: number, of?: Made): Demand => {
  const [skuId = '', locationId] = named.split('@');
  return {
    ...{ skuId, quantity, criteria: { locationId }, strategy: fifo },
    ...(of === undefined ? {} : { made: of }),
  };
};
const SET = { A: 2, B: 1 };
const priorities = { near: 10, far: 200 };
/** Free units by `SKU@place`. */
const shelf = (free: Readonly<Record<string, number>>): BatchFacts[] =>
  Object.entries(free).map(([at, onHand]) => {
    const [skuId = '', locationId = 'default'] = at.split('@');
    return { batchId: at, skuId, locationId, onHand };
  });
const taken = (lines: readonly { batchId: string; quantity: number }[]) =>
  lines.map(({ batchId, quantity }) => `${batchId} ${quantity}`);

describe('how many could be made', () => {
  test.each<[what: string, from: { free: Record<string, number>; of: Made }, count: number]>([
    ['the scarcest part tells', { free: { A: 7, B: 9 }, of: made('bundle', SET) }, 3],
    ['each place by itself', { free: { A: 3, B: 9, 'A@near': 3, 'B@near': 1 }, of: made('bundle', SET) }, 2],
    ['none where every place lacks one part', { free: { A: 9, 'B@near': 9 }, of: made('bundle', SET) }, 0],
    [
      'virtual units of all places together',
      { free: { A: 7, 'A@near': 7, 'A@far': 7 }, of: made('virtual', { A: 10 }) },
      2,
    ],
    ['no more than a cap leaves', { free: { A: 100 }, of: made('virtual', { A: 1 }, { cap: 5, held: 2 }) }, 3],
    [
      'nothing where more is held than the cap says',
      { free: { A: 100 }, of: made('virtual', { A: 1 }, { cap: 5, held: 9 }) },
      0,
    ],
    ['what there is, where the cap leaves more', { free: { A: 2 }, of: made('virtual', { A: 1 }, { cap: 5 }) }, 2],
  ])('%s', (_what, { free, of }, count) => {
    const draft = draftWith({ batches: shelf(free), priorities });
    const wanted = demand('S', 1, of);
    expect(makeable(draft, wanted, openStock(draft, [wanted]))).toBe(count);
  });
});

describe('what is taken', () => {
  test('whole bundles by the priority of places, the parts of each place together', () => {
    const draft = draftWith({
      batches: shelf({ A: 9, B: 9, 'A@near': 5, 'B@near': 5, 'A@far': 9, 'B@far': 9 }),
      priorities,
    });
    const wanted = demand('S', 4, made('bundle', SET));
    const { lines, shortfall } = find(draft, wanted, openStock(draft, [wanted]));
    expect([taken(lines), shortfall]).toEqual([['A@near 4', 'B@near 2', 'A 4', 'B 2'], 0]);
  });

  test('of the place that is named and no other', () => {
    const draft = draftWith({ batches: shelf({ A: 9, B: 9, 'A@near': 2, 'B@near': 1 }), priorities });
    const wanted = demand('S@near', 2, made('bundle', SET));
    expect(find(draft, wanted, openStock(draft, [wanted])).shortfall).toBe(1);
  });

  test('nothing of what a request before it in the same unit has held under the cap', () => {
    const held = hold({ reservationId: 'r', skuId: 'V', of: { A: 6 }, quantity: 3 });
    const lines = held.lines.map((line) => ({ ...line, skuId: 'A' }));
    const draft = draftWith({ batches: shelf({ A: 100 }), holds: [{ ...held, lines }] });
    draft.movements.push({ reservationId: 'r', reservedDelta: 6 } as never);
    const wanted = demand('V', 1, made('virtual', { A: 2 }, { cap: 5 }));
    expect(makeable(draft, wanted, openStock(draft, [wanted]))).toBe(2);
  });
});

describe('of any stock and any bundles and plain lines', () => {
  const places = ['default', 'near', 'far'];
  const skus = ['A', 'B', 'C'];
  const free = fc.array(fc.nat({ max: 9 }), { minLength: 9, maxLength: 9 });
  const definition = fc.record({
    A: fc.integer({ min: 1, max: 3 }),
    B: fc.integer({ min: 1, max: 3 }),
    C: fc.integer({ min: 1, max: 3 }),
  });
  const shelves = (units: readonly number[]) =>
    shelf(
      Object.fromEntries(
        skus.flatMap((skuId, x) => places.map((place, y) => [`${skuId}@${place}`, units[x * 3 + y] ?? 0])),
      ),
    );

  test('what is promised can be taken, whole at every place, and no batch gives more than it has', () => {
    fc.assert(
      fc.property(
        fc.record({
          units: free,
          one: definition,
          other: definition,
          first: fc.nat({ max: 4 }),
          plain: fc.nat({ max: 4 }),
        }),
        ({ units, one, other, first, plain }) => {
          const draft = draftWith({ batches: shelves(units), priorities });
          const demands = [
            demand('P', first, made('bundle', one)),
            demand('A', plain),
            demand('Q', 1, made('bundle', { A: other.A, C: other.C })),
          ];
          const choice = chooseStock(draft, demands);
          if (!choice.ok) return;
          const sums = new Map<string, number>();
          for (const line of choice.allocations.flat())
            sums.set(line.batchId, (sums.get(line.batchId) ?? 0) + line.quantity);
          for (const [batchId, sum] of sums) expect(sum).toBeLessThanOrEqual(draft.batches.get(batchId)?.onHand ?? 0);
          const parts = choice.allocations[0] ?? [];
          for (const place of places) {
            const at = skus.map((skuId) =>
              parts
                .filter((line) => line.batchId === `${skuId}@${place}`)
                .reduce((sum, line) => sum + line.quantity, 0),
            );
            const wholes = at.map((sum, x) => sum / (one[skus[x] as 'A' | 'B' | 'C'] ?? 1));
            expect(new Set(wholes).size).toBe(1);
            expect(Number.isInteger(wholes[0])).toBe(true);
          }
          expect(
            parts.filter((line) => line.batchId.startsWith('B')).reduce((sum, line) => sum + line.quantity, 0),
          ).toBe(first * one.B);
        },
      ),
    );
  });

  test('exactly as many can be taken as are counted', () => {
    fc.assert(
      fc.property(free, definition, (units, of) => {
        const draft = draftWith({ batches: shelves(units), priorities });
        const wanted = (quantity: number) => demand('P', quantity, made('bundle', of));
        const count = makeable(draft, wanted(1), openStock(draft, [wanted(1)]));
        expect(chooseStock(draft, [wanted(count)]).ok).toBe(true);
        expect(chooseStock(draft, [wanted(count + 1)])).toMatchObject({ ok: false, short: [{ available: count }] });
      }),
    );
  });
});
