/** Calls that look at levels beside those that they make take the locks of all in the order in which everybody does, so nobody deadlocks with them. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hold, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const deadlocks: string[] = [];

beforeAll(async () => {
  const log = (_level: string, message: string, facts: Record<string, unknown> = {}) => {
    const cause = String(facts['cause']);
    if (message === 'a unit of work runs again' && /deadlock/i.test(cause)) deadlocks.push(cause);
  };
  at = await openTestDomain({ config: { allowNegative: true }, ports: { log } });
  for (const locationId of ['east', 'north']) await at.domain.locations.create({ locationId }, at.call);
});
beforeEach(() => {
  deadlocks.length = 0;
});
afterAll(() => closeSound(at));

let made = 0;

/** With empty levels at these places. */
async function sku(...places: readonly string[]): Promise<string> {
  const skuId = `S-${(made += 1)}`;
  await at.domain.skus.create({ skuId }, at.call);
  for (const locationId of places) await at.domain.stock.configure({ skuId, locationId, isActive: true }, at.call);
  return skuId;
}

/** Others ask all places of the SKU for stock that is not there. */
async function beside(skuId: string, call: () => Promise<unknown>): Promise<void> {
  const asking = [1, 2, 3, 4].map((each) =>
    at.domain.reservations.reserve(hold(skuId, 9, `${skuId}-${each}`), at.call).catch(() => undefined),
  );
  await Promise.all([call(), ...asking]);
}

const rounds = Array.from({ length: 25 });

test('an opening balance, which looks at all places', async () => {
  for (const _round of rounds) {
    const skuId = await sku('default', 'north');
    const asOf = '2026-01-01T00:00:00.000000Z';
    const lines = [receipt(skuId, 5, { locationId: 'north' })];
    await beside(skuId, () => at.domain.inbound.opening({ documentNo: skuId, asOf, lines }, at.call));
  }
  expect(deadlocks).toEqual([]);
});

test('an adjustment at a place that has no level yet, and at others', async () => {
  for (const _round of rounds) {
    const skuId = await sku('default', 'north');
    const lines = ['default', 'east', 'north'].map((locationId) => ({ skuId, locationId, delta: 2, unitCost: '1.00' }));
    await beside(skuId, () =>
      at.domain.adjustments.adjustMany({ reasonCode: 'correction', operator: 'Ann', lines }, at.call),
    );
  }
  expect(deadlocks).toEqual([]);
});

test('a sale of what a level that is made for it will owe', async () => {
  for (const _round of rounds) {
    const skuId = await sku('default', 'north');
    const lines = ['default', 'east', 'north'].map((locationId) => ({ skuId, locationId, quantity: 2 }));
    await beside(skuId, () => at.domain.outbound.sales(sale(skuId, lines), at.call));
  }
  expect(deadlocks).toEqual([]);
});
