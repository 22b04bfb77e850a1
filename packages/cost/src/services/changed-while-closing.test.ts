/** A close that somebody else changes something under: books, rules and the period itself are looked at again in every step. */
import { GranaryError } from '@granary/contracts/error';
import { rowsOf } from '@granary/domain/testing/database-state';
import { refusalOf } from '@granary/domain/testing/refusals';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recost } from '../testing/recost.ts';
import { buy, periodsOf, sell } from '../testing/shop.ts';
import { openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
/** Done before the n-th call that takes locks, counted from when it was set. */
let acts: (() => Promise<unknown>)[] = [];
const locks = {
  using: async <T>(_scope: string, _keys: readonly string[], work: () => Promise<T>) => {
    await acts.shift()?.();
    return await work();
  },
};
const nothing = () => Promise.resolve();

beforeEach(async () => {
  acts = [];
  at = await openTestCost({ locks, cost: { eventsAtOnce: 0 } });
  await buy(at, 'A', [10, '10.00', { occurredAt: '2026-08-03T12:00:00.000000Z' }]);
  await at.cost.allocations.createRule(
    {
      ...{ name: 'rent', method: 'quantity', source: 'indirect', isAutomatic: true, amount: '30.00' },
      targets: [{ skuId: 'A' }],
    },
    at.call,
  );
});
afterEach(() => at.close());

const first = async () => (await periodsOf(at))[0]?.periodId ?? '';
const close = async () => await at.cost.periods.close({ periodId: await first() }, at.call);
const query = (sql: string) => () => at.dataSource.query(sql);
const runs = () => rowsOf(at.dataSource, 'SELECT * FROM cost_automatic_run');

describe('while a month is closed', () => {
  test('a rule that is no longer automatic is not run', async () => {
    // The period is frozen first, then each rule runs.
    acts = [nothing, query('UPDATE cost_rule SET is_automatic = 0')];
    expect(await close()).toMatchObject({ period: { state: 'closed' } });
    expect(await runs()).toEqual([]);
  });

  test.each([
    ['before a rule runs', [nothing]],
    ['before its SKUs are closed', [nothing, nothing]],
  ])('a period that is changed %s is closed by nobody', async (_when, before) => {
    acts = [...before, query('UPDATE cost_period SET version = version + 1')];
    expect(await refusalOf(close())).toMatchObject({ kind: 'invalidState' });
    expect((await periodsOf(at))[0]?.state).toBe('frozen');
  });

  test('books that stop adding up are not closed', async () => {
    acts = [nothing, nothing, query(`UPDATE cost_state SET value = value + 1 WHERE sku_id = 'A'`)];
    expect(await refusalOf(close())).toMatchObject({ kind: 'costCalculationFailed' });
  });

  test('what was told late of a later month is corrected first', async () => {
    const toldLate = async () => {
      const on = (day: string) => ({ occurredAt: `2026-09-${day}T12:00:00.000000Z` });
      await buy(at, 'A', [5, '20.00', on('10')]);
      await sell(at, 'A', [12, on('12')]);
      await buy(at, 'A', [5, '40.00', on('05')]);
    };
    acts = [nothing, nothing, toldLate];
    expect(await refusalOf(close())).toMatchObject({
      ...{ kind: 'invalidState', details: { noun: 'cost of sku', id: 'A', state: 'correcting' } },
    });
    expect((await periodsOf(at))[0]?.state).toBe('frozen');
    await recost(at);
    expect(await close()).toMatchObject({ period: { state: 'closed' } });
  });

  test('a second try runs no rule a second time', async () => {
    acts = [nothing, nothing, () => Promise.reject(new Error('killed'))];
    await expect(close()).rejects.toThrow('killed');
    expect(await runs()).toHaveLength(1);
    await at.cost.periods.unfreeze({ periodId: await first(), reason: 'once more' }, at.call);
    expect(await close()).toMatchObject({ period: { state: 'closed' } });
    expect(await runs()).toHaveLength(1);
  });
});

describe('books that are opened', () => {
  const unavailable = () =>
    Promise.reject(
      new GranaryError('unavailable', {
        ...{ message: 'Away.', hint: 'Wait.', details: { dependency: 'database', retryAfterSeconds: 1 } },
      }),
    );
  const denied = () =>
    Promise.reject(new GranaryError('notPermitted', { message: 'No.', hint: 'Ask.', details: { permission: 'x' } }));
  beforeEach(async () => {
    for (const table of ['cost_state', 'cost_layer', 'cost_event', 'cost_record', 'cost_flow'])
      await at.dataSource.query(`DELETE FROM ${table}`);
  });

  test('are tried again as a whole where what is amiss may pass', async () => {
    acts = [unavailable];
    expect(await refusalOf(at.cost.open({}, at.call))).toMatchObject({ kind: 'unavailable' });
    acts = [denied, unavailable];
    expect(await refusalOf(at.cost.open({}, at.call))).toMatchObject({ kind: 'unavailable' });
    acts = [denied, denied];
    expect(await at.cost.open({}, at.call)).toMatchObject({ skus: 0, refused: [{ skuId: 'A', cause: 'No.' }] });
  });
});
