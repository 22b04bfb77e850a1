/** Books that are asked for while the stock is being decided: in whose packets they travel, and that a wrong guess costs no more than a reading. */
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { rowsOf } from '@granary/domain/testing/database-state';
import { inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buy, heldOf, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ config: { allowNegative: true } });
});
afterAll(() => closeSoundCost(at));

/** What went to the server, packet by packet. */
async function packetsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const packets: string[] = [];
  const create = at.dataSource.createQueryRunner.bind(at.dataSource);
  const spy = vi.spyOn(at.dataSource, 'createQueryRunner').mockImplementation((mode) => {
    const runner = create(mode);
    const query = runner.query.bind(runner);
    runner.query = async (sql: string, parameters?: unknown[]) => {
      packets.push(sql);
      return await query(sql, parameters);
    };
    return runner;
  });
  await work();
  spy.mockRestore();
  return packets;
}

test('states, period and layers come with the last of what a document reads, and are read no second time', async () => {
  await buy(at, 'P1', [10, '1.00']);
  await buy(at, 'P2', [10, '1.00']);
  const lines = ['P2', 'P1'].map((skuId) => ({ skuId, quantity: 4 }));
  const works = [
    () => at.domain.outbound.sales(sale(next('O'), lines), at.call),
    () => at.domain.inbound.purchase(inbound(next('PO'), [receipt('P1', 1), receipt('P2', 1)]), at.call),
  ];
  for (const work of works) {
    const packets = await packetsOf(work);
    const reading = packets.filter((sql) => sql.includes('FROM cost_'));
    expect(reading).toHaveLength(1);
    for (const told of ['FROM stock_batch', 'FROM cost_state', 'FROM cost_period']) expect(reading[0]).toContain(told);
  }
  expect(await heldOf(at, 'P1')).toBe('7 for 8.50');
});

test('of many SKUs that leave they are a packet of their own, right after, for while it is decided what they give', async () => {
  const skuIds = ['W1', 'W2', 'W3', 'W4'];
  for (const skuId of skuIds) await buy(at, skuId, [10, '1.00']);
  const lines = skuIds.map((skuId) => ({ skuId, quantity: 4 }));
  const packets = await packetsOf(() => at.domain.outbound.sales(sale(next('O'), lines), at.call));
  const [books, ...others] = packets.flatMap((sql, place) => (sql.includes('FROM cost_') ? [place] : []));
  expect(others).toEqual([]);
  for (const told of ['FROM cost_state', 'FROM cost_period', 'FROM cost_layer'])
    expect(packets[books ?? -1]).toContain(told);
  expect(packets.findIndex((sql) => sql.includes('FROM stock_batch'))).toBe((books ?? -1) - 1);
  for (const skuId of skuIds) expect(await heldOf(at, skuId)).toBe('6 for 6.00');
});

test('what needs more layers than were guessed reads them: of one SKU ten that hold one unit each', async () => {
  for (let unit = 1; unit <= 12; unit += 1) await buy(at, 'MANY', [1, `${unit}.00`]);
  await sell(at, 'MANY', 10);
  const [row] = await rowsOf(
    at.dataSource,
    "SELECT -SUM(value) AS cost FROM cost_record WHERE sku_id = 'MANY' AND kind = 'issue'",
  );
  expect(formatMoney(parseMoney(String(row?.['cost'])))).toBe('55.00');
  expect(await heldOf(at, 'MANY')).toBe('2 for 23.00');
});

test('a SKU that takes in another order than the guess is costed in its own', async () => {
  for (const unitCost of ['1.00', '2.00', '3.00']) await buy(at, 'LAST', [5, unitCost]);
  await at.cost.switchStrategy({ skuId: 'LAST', to: 'lifo' }, at.call);
  await sell(at, 'LAST', 6);
  expect(await heldOf(at, 'LAST')).toBe('9 for 13.00');
});

test('a sale that owes more than there was, and the receipt that settles it, keep the books', async () => {
  await buy(at, 'OWES', [2, '1.00']);
  await sell(at, 'OWES', 5);
  expect(await heldOf(at, 'OWES')).toBe('0 for 0.00 - 3 for 3.00');
  await buy(at, 'OWES', [10, '2.00']);
  expect(await recordsOf(at, 'OWES', 3)).toContain('deficit_correction cost_of_sales 0 for -3.00');
  expect(await heldOf(at, 'OWES')).toBe('7 for 14.00');
});

test('pieces are read before the books, and their documents are costed as any', async () => {
  await at.domain.skus.create({ skuId: 'PIECE', serialTracked: true }, at.call);
  const lines = [receipt('PIECE', 2, { unitCost: '4.00', serials: ['a', 'b'] })];
  await at.domain.inbound.purchase(inbound(next('PO'), lines), at.call);
  await at.domain.outbound.sales(sale(next('O'), [{ skuId: 'PIECE', quantity: 1, serials: ['b'] }]), at.call);
  expect(await heldOf(at, 'PIECE')).toBe('1 for 4.00');
});
