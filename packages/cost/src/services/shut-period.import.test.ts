/** Files of receipts of a month that is frozen or closed: told row by row when they are checked, and when they are applied. */
import { rowsOf } from '@granary/domain/testing/database-state';
import { applied, checked, imported, send } from '@granary/domain/testing/importing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const JUNE = '2019-06-15T12:00:00.000000Z';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
  await at.cost.periods.create({ name: 'june', startsOn: '2019-06-01', endsOn: '2019-06-30' }, at.call);
});
afterAll(() => closeSoundCost(at));

const COST_TABLES = ['cost_state', 'cost_layer', 'cost_flow', 'cost_record'];

/** Everything that costs consist of, as it is stored. */
async function costs(): Promise<string> {
  const tables = COST_TABLES.map((name) => rowsOf(at.dataSource, `SELECT * FROM ${name} ORDER BY 1, 2`));
  return JSON.stringify(await Promise.all(tables));
}

/** As a freeze and a close leave it: what they do besides is none of this. */
const shut = (state: 'open' | 'frozen' | 'closed') =>
  at.dataSource.query("UPDATE cost_period SET state = ? WHERE name = 'june'", [state]);

test.each([
  ['frozen', 'COST_005'],
  ['closed', 'COST_006'],
] as const)('a file of receipts of a %s month is told so row by row when it is checked', async (state, code) => {
  const rows = [1, 2].map((each) => `FILE-${state}-${each},${JUNE},P,${each},2.00`);
  await shut(state);
  const before = await costs();
  const csv = ['documentNo,occurredAt,skuId,quantity,unitCost', ...rows, ''].join('\r\n');
  const { answer, errors } = await imported(at, { kind: 'receipts', csv });
  await shut('open');
  expect([answer.state, errors.map((error) => [error.row, error.code])]).toEqual([
    'rejected',
    [
      [2, code],
      [3, code],
    ],
  ]);
  expect(await costs()).toBe(before);
});

test('a file is told so as well where the month was shut after it was checked, and none of its rows comes in', async () => {
  const csv = ['documentNo,occurredAt,skuId,quantity,unitCost', `FILE-OPEN,${JUNE},P,1,2.00`, ''].join('\r\n');
  const { id } = await send(at, { kind: 'receipts', csv });
  const before = await costs();
  expect((await checked(at, id)).answer.state).toBe('checked');
  // What was only rehearsed has no cost.
  expect(await costs()).toBe(before);
  await shut('closed');
  const { answer, errors } = await applied(at, id);
  await shut('open');
  expect([answer.state, errors.map((error) => [error.row, error.code])]).toEqual(['incomplete', [[2, 'COST_006']]]);
  expect(await costs()).toBe(before);
});
