/** SPEC I8 through services and database: random histories of goods and of what accountants do, verified after each. */
import { GranaryError } from '@granary/contracts/error';
import { adjusting } from '@granary/domain/testing/adjustment-inputs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { next, buy, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

/** 15 in a usual run, 300 in the long one. */
const SEQUENCES = Math.ceil(inject('costRuns') * 0.03);
const STEPS = 14;

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
});
afterAll(() => closeSoundCost(at));

/** Numbers from 0 up to, not including, a limit: the same for every run, so that a failure can be had again. */
function drawing(seed: number): (limit: number) => number {
  let state = seed * 2_654_435_761 + 12_345;
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return (state >>> 8) % limit;
  };
}

interface History {
  readonly skuId: string;
  readonly draw: (limit: number) => number;
  readonly sales: string[];
}

const strategies = ['fifo', 'lifo', 'fefo', 'weighted_average', 'periodic_average', 'specific', 'standard'];
const why = { operator: 'Ann', reason: 'drawn' };

/** Mostly now, sometimes some months ago. */
function moment(draw: History['draw']) {
  return draw(4) > 0 ? {} : { occurredAt: `2026-0${6 + draw(3)}-1${draw(9)}T12:00:00.000000Z` };
}

const STEP_KINDS: readonly ((history: History) => Promise<unknown>)[] = [
  ({ skuId, draw }) => buy(at, skuId, [1 + draw(20), `${draw(30)}.${draw(900_000) + 100_000}`, moment(draw)]),
  ({ skuId, draw }) => buy(at, skuId, [1 + draw(9), `0.00000${draw(9)}`]),
  async ({ skuId, draw, sales }) => {
    const { id, lines } = await sell(at, skuId, [1 + draw(12), moment(draw)]);
    if (lines.length > 0) sales.push(id);
  },
  async ({ skuId, draw, sales }) => {
    const { id, lines } = await sell(at, skuId, 1 + draw(12));
    if (lines.length > 0) sales.push(id);
  },
  async ({ skuId, draw, sales }) => {
    const originalDocumentId = sales[draw(Math.max(1, sales.length))];
    if (originalDocumentId === undefined) return;
    const line = { skuId, quantity: 1 + draw(3), locationId: 'default', originalDocumentId, originalLine: 1 };
    await at.domain.inbound.return({ documentNo: next('R'), lines: [line] }, at.call);
  },
  async ({ draw, sales }) => {
    const documentId = sales[draw(Math.max(1, sales.length))];
    if (documentId !== undefined) await at.domain.outbound.reverse({ documentId, ...why }, at.call);
  },
  ({ skuId, draw }) =>
    at.domain.outbound.damage({ documentNo: next('X'), ...why, lines: [{ skuId, quantity: 1 + draw(3) }] }, at.call),
  ({ skuId, draw }) => at.domain.adjustments.adjust(adjusting(skuId, draw(9) - 4 || 1), at.call),
  ({ skuId, draw }) => at.cost.switchStrategy({ skuId, to: strategies[draw(strategies.length)] ?? 'fifo' }, at.call),
  ({ skuId, draw }) => at.cost.revalue({ skuId, amount: `${draw(40) - 20}.${100_000 + draw(9)}`, ...why }, at.call),
  ({ skuId, draw }) => at.cost.standardCost({ skuId, cost: `${draw(25)}.50` }, at.call),
];

async function play(history: History): Promise<number> {
  let refused = 0;
  for (let step = 0; step < STEPS; step += 1) {
    const kind = STEP_KINDS[step === 0 ? 0 : history.draw(STEP_KINDS.length)];
    try {
      await kind?.(history);
    } catch (error) {
      // What cannot be is refused, and leaves everything as it was; anything else is a bug.
      if (!(error instanceof GranaryError) || error.code === 'INV_006') throw error;
      refused += 1;
    }
  }
  return refused;
}

test(
  `${SEQUENCES} random histories keep every millionth`,
  async () => {
    let refused = 0;
    for (let seed = 1; seed <= SEQUENCES; seed += 1) {
      const skuId = `SEQ-${seed}`;
      refused += await play({ skuId, draw: drawing(seed), sales: [] });
      expect((await at.cost.verify()).violations, `after history ${seed}`).toEqual([]);
    }
    // Their months are closed while the present has long begun: periodic SKUs are trued up, and what was sold since.
    for (const { periodId } of await at.cost.periods.list()) await at.cost.periods.close({ periodId }, at.call);
    expect((await at.cost.verify()).violations).toEqual([]);
    // A test in which nearly everything is refused would show nothing.
    expect(refused).toBeLessThan(SEQUENCES * STEPS * 0.5);
    expect((await recordsOf(at, 'SEQ-1')).length).toBeGreaterThan(5);
  },
  Math.max(60_000, SEQUENCES * 2000),
);
