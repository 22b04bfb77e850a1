/** stock.configure: thresholds and whether a level's stock may be taken. It moves nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StockConfigureInput } from '@granary/contracts/stock';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain({ config: { alertLowThreshold: 21, alertHighThreshold: 900 } });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('P', [receipt('C1', 5), receipt('C2', 5)]), at.call);
});
afterAll(() => closeSound(at));

const configure = (input: Partial<StockConfigureInput>) =>
  at.domain.stock.configure({ skuId: 'C1', locationId: 'default', ...input }, at.call);

test('thresholds stand by default, as they are set, and by default again', async () => {
  const level = async () => (await at.domain.stock.levels({ skuId: 'C1', limit: 9 })).items[0];
  expect(await level()).toMatchObject({ warningThreshold: 21, criticalThreshold: 10, highThreshold: 900 });
  const set = await configure({ warningThreshold: 7, criticalThreshold: 7, highThreshold: 0 });
  expect(set).toMatchObject({ warningThreshold: 7, criticalThreshold: 7, highThreshold: 0, onHand: 5, version: 1 });
  expect(await level()).toEqual(set);
  expect(await configure({ criticalThreshold: null })).toMatchObject({ warningThreshold: 7, criticalThreshold: 3 });
  const back = await configure({ warningThreshold: null, highThreshold: null });
  expect(back).toMatchObject({ warningThreshold: 21, criticalThreshold: 10, highThreshold: 900 });
});

test('an inactive level keeps its stock, and nothing of it may be held or sold until it is active again', async () => {
  expect(await configure({ isActive: false })).toMatchObject({ isActive: false, onHand: 5 });
  expect(await at.domain.stock.check({ skuId: 'C1' })).toMatchObject({ inStock: false, available: 0 });
  await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...hold('C1', 1, 'O'), ...key }, at.call), {
    code: 'INV_002',
    details: { lines: [{ skuId: 'C1', locationId: null, requested: 1, available: 0 }] },
  });
  const named = sale('O', [{ skuId: 'C1', quantity: 1, locationId: 'default' }]);
  await expectRefusal(at, (key) => at.domain.outbound.sales({ ...named, ...key }, at.call), {
    code: 'INV_010',
    details: { noun: 'level', state: 'inactive' },
  });
  await configure({ isActive: true });
  await at.domain.outbound.sales(named, at.call);
});

test('a level is made for a SKU at a place where it has none yet', async () => {
  expect(await configure({ locationId: 'north', warningThreshold: 1, criticalThreshold: 0 })).toMatchObject({
    locationId: 'north',
    onHand: 0,
    version: 0,
    warningThreshold: 1,
  });
});

describe('refused without a trace is', () => {
  test.each([
    ['critical above warning', { warningThreshold: 1, criticalThreshold: 2 }],
    ['critical above the default warning', { criticalThreshold: 22 }],
    ['warning below what critical was set to', { skuId: 'C2', warningThreshold: 4 }],
  ])('%s', async (_what, input) => {
    await configure({ skuId: 'C2', warningThreshold: 9, criticalThreshold: 5 });
    const there = { locationId: 'default', ...input };
    await expectRefusal(at, (key) => configure({ ...there, ...key }), {
      code: 'INV_005',
      details: { issues: [{ path: 'criticalThreshold' }] },
    });
  });

  test('thresholds that do not fit, for a level that would have been new', async () => {
    await expectRefusal(
      at,
      (key) => configure({ skuId: 'C2', locationId: 'north', warningThreshold: 1, criticalThreshold: 2, ...key }),
      { code: 'INV_005' },
    );
  });

  test('an unknown SKU, and an unknown location', async () => {
    await expectRefusal(at, (key) => configure({ skuId: 'ghost', ...key }), { code: 'INV_001' });
    await expectRefusal(at, (key) => configure({ locationId: 'nowhere', ...key }), { code: 'INV_007' });
  });
});
