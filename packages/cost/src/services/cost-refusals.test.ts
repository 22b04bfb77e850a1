/** What costing refuses of SKUs, rules, periods and previews that are not there or not so; and pages that go on. */
import { createCostStrategyRegistry } from '../strategies/registry.ts';
import type { Page, PageInput } from '@granary/contracts/page';
import type { GranaryError } from '@granary/contracts/error';
import { refusalOf } from '@granary/domain/testing/refusals';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import type { Question, ReadCache } from '@granary/domain/ports/read-cache';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCost, createCostCore } from '../cost.ts';
import { buy, next, periodOfToday, periodsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost, testCostConfig } from '../testing/test-cost.ts';

let at: TestCost;
beforeAll(async () => {
  at = await openTestCost({ cost: { multiCurrency: true } });
  await buy(at, 'A', [10, '10.00', { occurredAt: '2026-08-03T12:00:00.000000Z' }]);
  await buy(at, 'B', [20, '1.00']);
  await buy(at, 'GONE', [1, '1.00', { occurredAt: '2026-08-04T12:00:00.000000Z' }]);
  await sell(at, 'GONE', [1, { occurredAt: '2026-08-05T12:00:00.000000Z' }]);
  await at.domain.skus.create({ skuId: 'BARE' }, at.call);
  for (const name of ['one', 'two', 'three']) await rule(name);
});
afterAll(() => closeSoundCost(at));

const NOBODY = '01J00000000000000000000000';
const rule = (name: string, more: object = {}) =>
  at.cost.allocations.createRule(
    { name, method: 'quantity', source: 'indirect', targets: [{ skuId: 'A' }], ...more },
    at.call,
  );
const issue = (path: string) =>
  ({ kind: 'validation', details: { issues: [{ path, message: expect.any(String) as string }] } }) as const;
const unknownSku: Partial<GranaryError> = { kind: 'stockNotFound', details: { skuId: 'NOBODY' } };

test.each<[string, () => Promise<unknown>, Partial<GranaryError>]>([
  ['what was shared out to an unknown SKU', () => at.cost.allocations.allocated({ skuId: 'NOBODY' }), unknownSku],
  ['the average of an unknown SKU', () => at.cost.averageCost({ skuId: 'NOBODY' }), unknownSku],
  ['a preview of an unknown SKU', () => at.cost.preview({ skuId: 'NOBODY', type: 'issue', quantity: 1 }), unknownSku],
  [
    'a standard of an unknown SKU',
    () => at.cost.standardCost({ skuId: 'NOBODY', cost: '1.00' }, at.call),
    { kind: 'stockNotFound' },
  ],
  [
    'a standard below nothing',
    () => at.cost.standardCost({ skuId: 'A', cost: '-1.00' }, at.call),
    { kind: 'validation' },
  ],
  ['a standard per nothing', () => at.cost.standardCost({ skuId: 'A', cost: '1.00', per: 0 }, at.call), issue('per')],
  [
    'a change of an unknown rule',
    () => at.cost.allocations.updateRule({ rule: 'none' }, at.call),
    { kind: 'notFound' },
  ],
  ['a rule of nobody', () => rule('nobody', { targets: [] }), issue('targets')],
  ['a rule of one SKU twice', () => rule('twice', { targets: [{ skuId: 'A' }, { skuId: 'A' }] }), issue('targets')],
  [
    'an automatic rule without an amount',
    () => at.cost.allocations.updateRule({ rule: 'one', isAutomatic: true, amount: null }, at.call),
    issue('amount'),
  ],
  [
    'the close of an unknown period',
    () => at.cost.periods.close({ periodId: NOBODY }, at.call),
    { kind: 'periodNotFound' },
  ],
  [
    'snapshots of an unknown period',
    () => at.cost.periods.snapshots({ periodId: NOBODY, limit: 5 }),
    { kind: 'periodNotFound' },
  ],
  [
    'a preview of no moment',
    () => at.cost.preview({ skuId: 'A', type: 'issue', quantity: 1, occurredAt: 'some day' }),
    issue('occurredAt'),
  ],
  [
    'a preview of no quantity',
    () => at.cost.preview({ skuId: 'A', type: 'issue', occurredAt: '2026-08-09T00:00:00Z' }),
    issue('quantity'),
  ],
  [
    'a preview of the future',
    () => at.cost.preview({ skuId: 'A', type: 'issue', quantity: 1, occurredAt: '2999-01-01T00:00:00Z' }),
    issue('occurredAt'),
  ],
])('%s is refused', async (_name, work, expected) => {
  expect(await refusalOf(work())).toMatchObject(expected);
});

describe('every list goes on where its page ended', () => {
  beforeAll(async () => {
    for (const name of ['one', 'two', 'three'])
      await at.cost.allocations.allocate({ rule: name, amount: '1.00' }, at.call);
    const [first] = await periodsOf(at);
    await at.cost.periods.close({ periodId: first?.periodId ?? '' }, at.call);
  });
  const first = async () => (await periodsOf(at))[0]?.periodId ?? '';

  test.each<[string, (page: PageInput) => Promise<Page<unknown>>]>([
    ['rules', (page) => at.cost.allocations.rules(page)],
    ['allocations', (page) => at.cost.allocations.list(page)],
    ['periods', (page) => at.cost.periods.list(page)],
    ['snapshots', async (page) => at.cost.periods.snapshots({ periodId: await first(), ...page })],
  ])('%s', async (_name, list) => {
    const { items: all } = await list({ limit: 100 });
    expect(all.length).toBeGreaterThan(1);
    const told: unknown[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list({ limit: 1, cursor });
      told.push(...page.items);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(told).toEqual(all);
  });

  test('a SKU that ended with nothing has a snapshot and, where it never cost anything, no average', async () => {
    const { items } = await at.cost.periods.snapshots({ periodId: await first(), limit: 10 });
    expect(items.map(({ skuId, closingQuantity }) => [skuId, closingQuantity])).toEqual([
      ['A', 10],
      ['GONE', 0],
    ]);
  });
});

describe('answers', () => {
  test('of a SKU that is known and was never costed', async () => {
    expect(await at.cost.averageCost({ skuId: 'BARE' })).toMatchObject({ quantity: 0, averageCost: null });
    expect(await refusalOf(at.cost.calculate({ skuId: 'BARE', quantity: 1 }))).toMatchObject({
      kind: 'insufficientLayers',
    });
  });

  test('of the strategies there are', () => {
    expect(at.cost.strategies()).toEqual({
      ...{ strategies: [...createCostStrategyRegistry([]).names()], defaultStrategy: 'fifo' },
    });
  });

  test('of freight that was billed in the base currency', async () => {
    const { amount } = await at.cost.allocations.allocate({ rule: 'one', amount: '7.00', currency: 'CNY' }, at.call);
    expect(amount).toBe('7.00');
  });

  test('of goods on their way, which no place has', async () => {
    await at.domain.locations.create({ locationId: 'north' }, at.call);
    await buy(at, 'WAY', [4, '3.00']);
    const way = { transferNo: next('T'), fromLocationId: 'default', toLocationId: 'north' };
    await at.domain.outbound.transfer({ ...way, lines: [{ skuId: 'WAY', quantity: 3 }] }, at.call);
    const { items } = await at.cost.inventoryValue({ skuIds: ['WAY', 'GONE'], byLocation: true, limit: 5 });
    expect(items).toMatchObject([
      { skuId: 'GONE', locations: [] },
      {
        locations: [
          { locationId: 'default', quantity: 1, value: '3.00' },
          { locationId: null, value: '9.00' },
        ],
      },
    ]);
  });

  test('of a preview: a month that is there by its name, one that is not by its day, and goods that cost what they did', async () => {
    const preview = (occurredAt: string) => at.cost.preview({ skuId: 'B', type: 'receipt', quantity: 2, occurredAt });
    const today = await periodOfToday(at);
    expect(await preview(new Date().toISOString())).toMatchObject({ periods: [{ period: today.name }] });
  });

  test('that a cache keeps', async () => {
    const kept = new Map<string, string>();
    const sources: unknown[] = [];
    const readBack = <T>(question: Question<T>, key: string) => {
      const text = kept.get(`${question.kind} ${key}`);
      return text === undefined ? undefined : question.read(JSON.parse(text));
    };
    const cache: ReadCache = {
      answers: async (question, keys, load) => {
        sources.push(...keys.map((key) => question.asks(key)));
        const missing = keys.filter((key) => readBack(question, key) === undefined);
        for (const [key, { answer }] of await load(missing))
          kept.set(`${question.kind} ${key}`, JSON.stringify(answer));
        return new Map(keys.flatMap((key) => [[key, readBack(question, key)]] as never));
      },
    };
    const ports = testPorts();
    const core = createCostCore({ config: testCostConfig, ids: ports.ids });
    const caching = createCost({ core, dataSource: at.dataSource, config: testConfig, ports: { ...ports, cache } });
    const ask = async () => [
      await caching.averageCost({ skuId: 'A' }),
      await caching.inventoryValue({ limit: 5 }),
      await caching.inventoryValue({ skuIds: ['A'], limit: 5 }),
    ];
    const first = await ask();
    expect(sources).toEqual([['A'], 'everything', ['A']]);
    expect(await ask()).toEqual(first);
  });
});

describe('where no period is made by itself', () => {
  test('nothing is posted outside of one, and a close makes none', async () => {
    const strict = await openTestCost({ cost: { createPeriods: false } });
    try {
      const period = { startsOn: '2026-08-01', endsOn: '2026-08-31' };
      const { periodId } = await strict.cost.periods.create(period, strict.call);
      await buy(strict, 'A', [1, '1.00', { occurredAt: '2026-08-03T12:00:00.000000Z' }]);
      expect(await refusalOf(buy(strict, 'A', [1, '1.00']))).toMatchObject({ kind: 'periodNotFound' });
      expect(await strict.cost.periods.close({ periodId }, strict.call)).toMatchObject({ next: null });
      expect(await periodsOf(strict)).toHaveLength(1);
    } finally {
      await closeSoundCost(strict);
    }
  });

  test('an open period needs no opening', async () => {
    const today = await periodOfToday(at);
    const again = { periodId: today.periodId, reason: 'by mistake' };
    expect(await at.cost.periods.unfreeze(again, at.call)).toEqual(today);
  });
});
