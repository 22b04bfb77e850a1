/** The close of a month as one call: what it does in which order, and that it is finished wherever it was killed. */
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { rowsOf } from '@granary/domain/testing/database-state';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cost, createCost, createCostCore } from '../cost.ts';
import { buy, heldOf, periodsOf, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost, testCostConfig } from '../testing/test-cost.ts';

const on = (day: string) => ({ occurredAt: `${day}T12:00:00.000000Z` });
const periodNamed = async (at: TestCost, name: string) => {
  const found = (await periodsOf(at)).find((each) => each.name === name);
  if (found === undefined) throw new Error(`no period ${name}`);
  return found;
};
const rule = (at: TestCost, name: string, rest: { amount?: string; isAutomatic?: boolean } = {}) =>
  at.cost.allocations.createRule(
    {
      ...{ name, method: 'quantity', source: 'indirect', isAutomatic: true, amount: '30.00', ...rest },
      targets: [{ skuId: 'A' }, { skuId: 'B' }],
    },
    at.call,
  );

/** August with two SKUs, of which 10 and 5 are left at its end, and a September in which A goes on being sold. */
async function twoMonths(at: TestCost) {
  await buy(at, 'A', [20, '10.00', on('2026-08-03')]);
  await buy(at, 'B', [5, '4.00', on('2026-08-04')]);
  await sell(at, 'A', [10, on('2026-08-20')]);
  await sell(at, 'A', [4, on('2026-09-02')]);
}

describe('a close', () => {
  let at: TestCost;
  beforeEach(async () => {
    at = await openTestCost();
    await twoMonths(at);
  });
  afterEach(() => closeSoundCost(at));

  const close = async (name = '2026-08', idempotencyKey?: string) => {
    const { periodId } = await periodNamed(at, name);
    return await at.cost.periods.close({ periodId, idempotencyKey }, at.call);
  };

  test('freezes, allocates, takes snapshots, closes and names the next period, and says so again when asked again', async () => {
    await rule(at, 'rent');
    const closing = await close();
    expect(closing).toMatchObject({ skus: 2, trueUps: 0, allocations: 1, next: { name: '2026-09', state: 'open' } });
    expect(closing.period).toMatchObject({ name: '2026-08', state: 'closed', frozenBy: 'local', closedBy: 'local' });
    expect(await close()).toEqual(closing);
  });

  test('with a key answers the same bytes again, and a key of another call is refused before anything is frozen', async () => {
    const { periodId } = await periodNamed(at, '2026-08');
    await at.cost.allocations.createRule(
      {
        name: 'x',
        method: 'quantity',
        source: 'direct',
        isAutomatic: false,
        targets: [{ skuId: 'A' }],
        idempotencyKey: 'k1',
      },
      at.call,
    );
    await expect(close('2026-08', 'k1')).rejects.toMatchObject({ code: 'INV_011' });
    expect(await at.cost.periods.get({ periodId })).toMatchObject({ state: 'open', version: 0 });
    const refusal = { code: 'INV_010', details: { state: 'out of order' } };
    await expect(close('2026-09', 'k3')).rejects.toMatchObject(refusal);
    const first = JSON.stringify(await close('2026-08', 'k2'));
    await at.cost.periods.freeze({ periodId: (await periodNamed(at, '2026-09')).periodId }, at.call);
    expect(JSON.stringify(await close('2026-08', 'k2'))).toBe(first);
    // It would be September's turn now, under a key of its own.
    await expect(close('2026-09', 'k3')).rejects.toMatchObject(refusal);
  });

  test('shares out by what was held when the period ended, at its last moment, and corrects what September sold of it', async () => {
    await rule(at, 'rent');
    await close();
    const [allocation] = (await at.cost.allocations.list({ limit: 10 })).items;
    expect(allocation).toMatchObject({
      ...{ name: 'rent', amount: '30.00', allocatedOn: '2026-08-31' },
      targets: [
        { skuId: 'A', capitalised: '20.00', expensed: '0.00' },
        { skuId: 'B', capitalised: '10.00', expensed: '0.00' },
      ],
    });
    expect(await recordsOf(at, 'A', 3)).toEqual([
      'allocation allocations 0 for 20.00',
      // 4 of the 10 units that carry the 20 have left in September.
      'correction cost_of_sales 0 for -8.00',
    ]);
    expect(await heldOf(at, 'A')).toBe('6 for 72.00');
    const { items } = await at.cost.periods.snapshots({ ...(await periodNamed(at, '2026-08')), limit: 10 });
    expect(items.map(({ skuId, allocatedValue, closingValue }) => [skuId, allocatedValue, closingValue])).toEqual([
      ['A', '20.00', '120.00'],
      ['B', '10.00', '30.00'],
    ]);
  });

  test.for<[string, () => Promise<unknown>]>([
    ['one that is not automatic', () => rule(at, 'rent', { isAutomatic: false })],
    [
      'one that is no longer',
      async () => {
        await rule(at, 'rent');
        await at.cost.allocations.updateRule({ rule: 'rent', isAutomatic: false }, at.call);
      },
    ],
  ])('leaves %s alone', async ([, make]) => {
    await make();
    expect(await close()).toMatchObject({ allocations: 0 });
  });

  test('shares out what the rule says by then', async () => {
    await rule(at, 'rent');
    await at.cost.allocations.updateRule({ rule: 'rent', amount: '3.00', targets: [{ skuId: 'B' }] }, at.call);
    await close();
    expect(await heldOf(at, 'B')).toBe('5 for 23.00');
  });

  test('that a rule cannot be run in is refused with the period open as it was', async () => {
    await buy(at, 'C', [1, '1.00', on('2026-09-03')]);
    await rule(at, 'rent');
    await at.cost.allocations.updateRule({ rule: 'rent', targets: [{ skuId: 'C' }] }, at.call);
    await expect(close()).rejects.toMatchObject({ code: 'COST_008', details: { rule: 'rent' } });
    expect(await periodNamed(at, '2026-08')).toMatchObject({ state: 'open' });
  });

  test('leaves a month in which nothing was closed to be unfrozen, and what it had begun is gone', async () => {
    const { periodId } = await periodNamed(at, '2026-08');
    await at.cost.periods.freeze({ periodId }, at.call);
    await at.dataSource.query(
      `INSERT INTO cost_snapshot SELECT ?, 'A', 'fifo', 0, 0, 20, 200, 10, 100, 0, 10, 100, 10, NULL`,
      [periodId],
    );
    await at.cost.periods.unfreeze({ periodId, reason: 'a late invoice' }, at.call);
    expect(await rowsOf(at.dataSource, 'SELECT * FROM cost_snapshot')).toEqual([]);
    await buy(at, 'A', [1, '10.00', on('2026-08-21')]);
    expect(await close()).toMatchObject({ skus: 2 });
  });
});

test('without STOCK_COST_AUTO_ALLOCATION no rule runs by itself', async () => {
  const at = await openTestCost({ cost: { autoAllocation: false } });
  try {
    await twoMonths(at);
    await rule(at, 'rent');
    const { periodId } = await periodNamed(at, '2026-08');
    expect(await at.cost.periods.close({ periodId }, at.call)).toMatchObject({ allocations: 0 });
  } finally {
    await closeSoundCost(at);
  }
});

/** The same books, kept by a process that dies right after its so-many-th COMMIT. */
function dyingAfter({ dataSource }: TestCost, commits: number): Cost {
  let left = commits;
  const onCommitted = () => {
    left -= 1;
    if (left === 0) throw new Error('killed');
  };
  const ports = { ...testPorts(), onCommitted };
  const core = createCostCore({ config: { ...testCostConfig, defaultStrategy: 'periodic_average' }, ids: ports.ids });
  return createCost({ core, dataSource, config: testConfig, ports });
}

const told = async ({ dataSource }: TestCost) =>
  JSON.stringify([
    await rowsOf(
      dataSource,
      'SELECT sku_id, kind, account, quantity, value FROM cost_record ORDER BY sku_id, kind, account, value',
    ),
    await rowsOf(
      dataSource,
      'SELECT sku_id, opening_value, inbound_value, outbound_value, allocated_value, closing_value FROM cost_snapshot ORDER BY sku_id',
    ),
    await rowsOf(dataSource, 'SELECT name, amount, allocated_on FROM cost_allocation ORDER BY name'),
  ]);

/** Answers whether it was killed before it came to its end. */
async function closedAfterDying(at: TestCost, commits: number): Promise<boolean> {
  await twoMonths(at);
  await buy(at, 'A', [10, '40.00', on('2026-08-25')]);
  await rule(at, 'rent');
  await rule(at, 'power', { amount: '7.00' });
  const { periodId } = await periodNamed(at, '2026-08');
  const isKilled = await dyingAfter(at, commits)
    .periods.close({ periodId }, at.call)
    .then(
      () => false,
      () => true,
    );
  const closing = await at.cost.periods.close({ periodId }, at.call);
  expect(closing).toMatchObject({ skus: 2, trueUps: 1, allocations: 2, next: { name: '2026-09' } });
  return isKilled;
}

test('a close that dies after any of its steps is finished by calling it again, and comes out as if it had gone through', async () => {
  const outcomes: string[] = [];
  for (let commits = 1, isKilled = true; isKilled; commits += 1) {
    const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
    try {
      isKilled = await closedAfterDying(at, commits);
      outcomes.push(await told(at));
    } finally {
      await closeSoundCost(at);
    }
  }
  // Killed after the freeze, each of the two rules, the SKUs and the end; the last one went through.
  expect(outcomes).toHaveLength(6);
  expect(new Set(outcomes)).toEqual(new Set([outcomes[0]]));
});

test('a month of which SKUs are trued up already cannot be opened again, only closed', async () => {
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
  try {
    await twoMonths(at);
    const { periodId } = await periodNamed(at, '2026-08');
    await expect(dyingAfter(at, 2).periods.close({ periodId }, at.call)).rejects.toThrow('killed');
    const refusal = { code: 'INV_010', details: { state: 'closing' } };
    await expect(at.cost.periods.unfreeze({ periodId, reason: 'too late' }, at.call)).rejects.toMatchObject(refusal);
    expect(await at.cost.periods.close({ periodId }, at.call)).toMatchObject({ period: { state: 'closed' } });
  } finally {
    await closeSoundCost(at);
  }
});

test('a true-up that would change a frozen month after it is refused, and done once that is open again', async () => {
  const at = await openTestCost({ cost: { defaultStrategy: 'periodic_average' } });
  try {
    await twoMonths(at);
    await buy(at, 'A', [10, '40.00', on('2026-08-25')]);
    const [august, september] = [await periodNamed(at, '2026-08'), await periodNamed(at, '2026-09')];
    await at.cost.periods.freeze({ periodId: september.periodId }, at.call);
    const before = await told(at);
    const refusal = { code: 'COST_005', details: { period: '2026-09' } };
    await expect(at.cost.periods.close({ periodId: august.periodId }, at.call)).rejects.toMatchObject(refusal);
    expect(await told(at)).toBe(before);
    await at.cost.periods.unfreeze({ periodId: september.periodId, reason: 'August first' }, at.call);
    expect(await at.cost.periods.close({ periodId: august.periodId }, at.call)).toMatchObject({ trueUps: 1 });
  } finally {
    await closeSoundCost(at);
  }
});
