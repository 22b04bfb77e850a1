/** Flows that nobody touched again are told by their records; rows of an older Granary, which kept all of them, count as ever. */
import { rowsOf } from '@granary/domain/testing/database-state';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import { readAllFlows } from './flow-store.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
});
afterAll(() => closeSoundCost(at));

/** Quantity and value of every flow, the dearest first; `kept` where it has a row. */
async function flowsOf(skuId: string): Promise<readonly string[]> {
  const units = createUnitOfWork(at.dataSource, testConfig, testPorts());
  const flows = await units.read((tx) => readAllFlows(tx, skuId));
  return flows
    .toSorted((a, b) => Number(b.value - a.value))
    .map(({ quantity, value, isKept }) => `${quantity} for ${value / 1_000_000n}${isKept ? ' kept' : ''}`);
}

/** What an older Granary would have kept. */
async function keepAll(skuId: string): Promise<void> {
  await at.dataSource.query(
    `INSERT INTO cost_flow (sku_id, flow_id, quantity, value)
     SELECT sku_id, subject_id, SUM(ABS(quantity)), SUM(ABS(value)) FROM cost_record WHERE sku_id = ? GROUP BY sku_id, subject_id`,
    [skuId],
  );
}

async function bringBack(skuId: string, [id, quantity]: readonly [string, number]) {
  const lines = [{ skuId, quantity, locationId: 'default', originalDocumentId: id, originalLine: 1 }];
  return await at.domain.inbound.return({ documentNo: next('R'), lines }, at.call);
}

test('a receipt and a sale leave no row, and are known by their records', async () => {
  await buy(at, 'A', [10, '2.00']);
  await sell(at, 'A', 4);
  expect(await flowsOf('A')).toEqual(['10 for 20', '4 for 8']);
  expect(await rowsOf(at.dataSource, "SELECT 1 FROM cost_flow WHERE sku_id = 'A'")).toEqual([]);
});

test.each([
  ['B', 'told by their records', async () => undefined],
  ['C', 'kept by an older Granary', keepAll],
])('of %s, flows %s, goods come back and a receipt is taken back as far as they go', async (skuId, _how, before) => {
  const bought = await buy(at, skuId, [10, '2.00']);
  const sold = await sell(at, skuId, 4);
  await before(skuId);
  await bringBack(skuId, [sold.id, 1]);
  await bringBack(skuId, [sold.id, 3]);
  expect((await flowsOf(skuId)).filter((flow) => flow.startsWith('0'))).toEqual(['0 for 0 kept']);
  await expect(bringBack(skuId, [sold.id, 1])).rejects.toMatchObject({ code: 'INV_010' });
  await at.domain.inbound.reverse({ documentId: bought.id, operator: 'Ann', reason: 'never came' }, at.call);
  expect((await flowsOf(skuId)).filter((flow) => flow.startsWith('0'))).toEqual(['0 for 0 kept', '0 for 0 kept']);
  expect((await recordsOf(at, skuId, 2)).at(-1)).toBe('reversal purchases -10 for -20.00');
});

test('what was owed and is settled at another cost comes back at that', async () => {
  await buy(at, 'D', [1, '2.00']);
  const sold = await sell(at, 'D', 3);
  await buy(at, 'D', [5, '4.00']);
  expect((await flowsOf('D')).filter((flow) => flow.endsWith('kept'))).toEqual(['2 for 8 kept']);
  await bringBack('D', [sold.id, 1]);
  expect((await recordsOf(at, 'D', 4)).at(-1)).toBe('return cost_of_sales 1 for 2.00');
});
