/** Goods bought in other currencies: at the rate of their day, exactly, with what was paid kept beside what it came to. */
import { countOf } from '@granary/domain/testing/database-state';
import { inbound, receipt } from '@granary/domain/testing/inputs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heldOf, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ cost: { multiCurrency: true } });
});
afterAll(() => closeSoundCost(at));

const rate = (currency: string, on: string, text: string) =>
  at.cost.setRate({ currency, on, rate: text, reason: 'the bank said so' }, at.call);
const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });

interface Bought {
  readonly quantity: number;
  readonly unitCost: string;
  readonly currency: string;
  readonly on: string;
}
const buyIn = async (skuId: string, { quantity, unitCost, currency, on: day }: Bought, shop = at) =>
  await shop.domain.inbound.purchase(
    inbound(next('PO'), [receipt(skuId, quantity, { unitCost, currency })], on(day)),
    shop.call,
  );

describe('a rate', () => {
  test('is stated for a day, told along its currency, and never edited', async () => {
    expect(await rate('EUR', '2026-08-01', '7.8')).toMatchObject({ currency: 'EUR', version: 1, rate: '7.8' });
    await rate('EUR', '2026-09-01', '8');
    expect(await rate('EUR', '2026-08-01', '7.85')).toMatchObject({ version: 3, recordedBy: 'local' });
    const page = await at.cost.rates({ currency: 'EUR', limit: 2 });
    expect(page.items.map(({ version, on: day, rate: text }) => [version, day, text])).toEqual([
      [3, '2026-08-01', '7.85'],
      [2, '2026-09-01', '8'],
    ]);
    const rest = await at.cost.rates({ currency: 'EUR', limit: 2, cursor: page.nextCursor ?? '' });
    expect(rest).toMatchObject({ items: [{ version: 1, reason: 'the bank said so' }], nextCursor: null });
  });

  test('that many state at once are all kept, one after the other', async () => {
    await Promise.all(Array.from({ length: 8 }, (_, each) => rate('JPY', '2026-08-01', `0.04${each + 1}`)));
    const { items } = await at.cost.rates({ currency: 'JPY', limit: 100 });
    expect(items.map(({ version }) => version)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test.for<[string, string, string, string, string]>([
    ['of the base currency', 'CNY', '2026-08-01', '1', 'currency'],
    ['of nothing', 'USD', '2026-08-01', '0.000', 'rate'],
    ['that is no number', 'USD', '2026-08-01', '-7', 'rate'],
    ['of no day', 'USD', '2026-02-30', '7', 'on'],
  ])('%s is refused', async ([, currency, day, text, path]) => {
    await expect(rate(currency, day, text)).rejects.toMatchObject({ code: 'INV_005', details: { issues: [{ path }] } });
  });
});

describe('goods bought in another currency', () => {
  test.for<[string, Bought, string]>([
    ['on the day of the rate', { quantity: 10, unitCost: '2.00', currency: 'EUR', on: '2026-09-01' }, '10 for 160.00'],
    ['later', { quantity: 10, unitCost: '2.00', currency: 'EUR', on: '2026-10-20' }, '10 for 160.00'],
    [
      'before the next rate, of two for one day the later',
      { quantity: 10, unitCost: '2.00', currency: 'EUR', on: '2026-08-31' },
      '10 for 157.00',
    ],
    // 3 at 0.333333 are 0.999999, times 7.85 = 7.84999215: rounded once, while three times a rounded unit would be 7.849992 too.
    [
      'is rounded once for the line',
      { quantity: 3, unitCost: '0.333333', currency: 'EUR', on: '2026-08-05' },
      '3 for 7.849992',
    ],
    // A unit is 0.0000785 and would be 0.000079 rounded: 79 for a million instead of what they cost.
    [
      'is exact where a unit is not',
      { quantity: 1_000_000, unitCost: '0.00001', currency: 'EUR', on: '2026-08-05' },
      '1000000 for 78.50',
    ],
    [
      'in the base currency needs no rate',
      { quantity: 2, unitCost: '5.00', currency: 'CNY', on: '2026-08-05' },
      '2 for 10.00',
    ],
  ])('%s cost what the rate says', async ([name, bought, held]) => {
    const skuId = `S-${name.slice(0, 40)}`;
    const document = await buyIn(skuId, bought);
    expect(await heldOf(at, skuId)).toBe(held);
    const { currency, unitCost } = bought;
    const paid = currency === 'CNY' ? undefined : { currency, unitCost };
    expect(
      document.lines[0]?.price === undefined ? undefined : { ...document.lines[0].price, rate: undefined },
    ).toEqual(paid === undefined ? undefined : { ...paid, rate: undefined });
    expect(await at.domain.inbound.get({ id: document.id })).toEqual(document);
  });

  test('leave at what they came to, and a later rate changes nothing of it', async () => {
    await buyIn('LEAVE', { quantity: 4, unitCost: '10.00', currency: 'EUR', on: '2026-09-02' });
    await rate('EUR', '2026-09-02', '9');
    await sell(at, 'LEAVE', [1, on('2026-09-03')]);
    expect(await recordsOf(at, 'LEAVE')).toEqual([
      'receipt purchases 4 for 320.00',
      'issue cost_of_sales -1 for -80.00',
    ]);
  });

  test('of which no rate is known on their day are refused with all that came with them (COST_009)', async () => {
    const refusal = { code: 'COST_009', details: { currency: 'EUR', date: '2026-07-31' } };
    await expect(
      buyIn('NONE', { quantity: 1, unitCost: '1.00', currency: 'EUR', on: '2026-07-31' }),
    ).rejects.toMatchObject(refusal);
    await expect(
      buyIn('NONE', { quantity: 1, unitCost: '1.00', currency: 'XXX', on: '2026-08-31' }),
    ).rejects.toMatchObject({ code: 'COST_009' });
    expect(await heldOf(at, 'NONE')).toBe('nothing');
    expect(await countOf(at.dataSource, "stock_level WHERE sku_id = 'NONE'")).toBe(0);
  });
});

test('costs that were billed in another currency are shared out at the rate of today', async () => {
  const today = (await at.cost.periods.current()).period?.startsOn ?? '2026-11-01';
  await rate('EUR', today, '7.5');
  const bought = await buyIn('FREIGHT', { quantity: 10, unitCost: '1.00', currency: 'CNY', on: '2026-10-01' });
  const targets = [{ skuId: 'FREIGHT' }];
  const rule = { name: 'freight', source: 'direct', method: 'quantity', isAutomatic: false, targets } as const;
  await at.cost.allocations.createRule(rule, at.call);
  const billed = { rule: 'freight', amount: '2.00', currency: 'EUR' };
  expect(await at.cost.allocations.allocate(billed, at.call)).toMatchObject({ amount: '15.00' });
  const line = { skuId: 'FREIGHT', documentId: bought.id, batchId: bought.lines[0]?.batchId ?? '', reason: 'customs' };
  const late = { ...line, amount: '-0.40', currency: 'EUR' };
  expect(await at.cost.allocations.lateCost(late, at.call)).toMatchObject({ capitalised: '-3.00' });
  expect(await heldOf(at, 'FREIGHT')).toBe('10 for 22.00');
  const unknown = { ...billed, currency: 'XXX' };
  await expect(at.cost.allocations.allocate(unknown, at.call)).rejects.toMatchObject({ code: 'COST_009' });
});

test('while other currencies are switched off neither rates nor prices in them are taken', async () => {
  const shut = await openTestCost();
  try {
    const refusal = (path: string) => ({ code: 'INV_005', details: { issues: [{ path }] } });
    const stated = { currency: 'EUR', on: '2026-08-01', rate: '7', reason: 'x' };
    await expect(shut.cost.setRate(stated, shut.call)).rejects.toMatchObject(refusal('currency'));
    const bought = { quantity: 1, unitCost: '1.00', currency: 'EUR', on: '2026-08-31' };
    await expect(buyIn('S', bought, shut)).rejects.toMatchObject(refusal('lines.0.currency'));
    await buyIn('S', { ...bought, currency: 'CNY' }, shut);
  } finally {
    await closeSoundCost(shut);
  }
});
