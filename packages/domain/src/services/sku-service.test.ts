/** SKUs: created once, changed by what is said, made on the way by the first receipt. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedBy, rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => at.close());

test('a SKU that is only named is plain; what is said of it stands', async () => {
  const plain = await at.domain.skus.create({ skuId: 'S1' }, at.call);
  expect(plain).toMatchObject({ name: 'S1', unit: 'unit', status: 'active', serialTracked: false, version: 1 });
  const told = { spuId: 'P', name: '茶', unit: 'tin', shelfLifeDays: 9, defaultStrategy: 'fefo', serialTracked: true };
  const described = await at.domain.skus.create({ skuId: 'S2', ...told, attributes: { nested: { a: [1] } } }, at.call);
  expect(described).toMatchObject({ ...told, attributes: { nested: { a: [1] } } });
  expect(await at.domain.skus.get({ skuId: 'S2' })).toEqual(described);
});

test('identifiers are compared exactly: case, accents and composition tell SKUs apart', async () => {
  const skuIds = ['abc', 'ABC', 'ábc', 'abc 1', 'abc１', 'strasse', 'straße', '😀', '😁'];
  for (const skuId of skuIds) await at.domain.skus.create({ skuId }, at.call);
  for (const skuId of skuIds) expect((await at.domain.skus.get({ skuId })).skuId).toBe(skuId);
});

test('an update changes what is named, keeps the rest and raises the version', async () => {
  await at.domain.skus.create({ skuId: 'S3', name: 'before', shelfLifeDays: 9, spuId: 'P3' }, at.call);
  const updated = await at.domain.skus.update({ skuId: 'S3', name: 'after', shelfLifeDays: null }, at.call);
  expect(updated).toMatchObject({ name: 'after', shelfLifeDays: null, spuId: 'P3', version: 2 });
  expect(updated.updatedAt > updated.createdAt).toBe(true);
  const [command] = await rowsOf(
    at.dataSource,
    `SELECT before_json AS was, after_json AS became FROM command WHERE procedure_name = 'sku.update'`,
  );
  expect(JSON.parse(String(command?.['was']))).toMatchObject({ name: 'before', version: 1 });
  expect(JSON.parse(String(command?.['became']))).toMatchObject({ name: 'after', version: 2 });
});

test('a setting that changes what may be sold is obeyed at once', async () => {
  await at.domain.inbound.purchase(inbound('P4', [receipt('S4', 5)]), at.call);
  await at.domain.skus.update({ skuId: 'S4', status: 'inactive' }, at.call);
  const refusal = await refusalOf(at.domain.reservations.reserve(hold('S4', 1, 'O-4'), at.call));
  expect(refusal).toMatchObject({ code: 'INV_010', details: { noun: 'SKU', id: 'S4', state: 'inactive' } });
  await at.domain.skus.update({ skuId: 'S4', status: 'active' }, at.call);
  await at.domain.reservations.reserve(hold('S4', 1, 'O-4'), at.call);
});

describe('refused without a trace is', () => {
  test('a SKU that exists, however it came to be', async () => {
    await at.domain.inbound.purchase(inbound('P5', [receipt('S5', 1)]), at.call);
    await expectRefusal(at, (key) => at.domain.skus.create({ skuId: 'S5', ...key }, at.call), {
      code: 'INV_008',
      details: { noun: 'SKU', id: 'S5' },
    });
  });

  test('an update of a SKU that does not', async () => {
    await expectRefusal(at, (key) => at.domain.skus.update({ skuId: 'ghost', name: 'x', ...key }, at.call), {
      code: 'INV_001',
      details: { skuId: 'ghost' },
    });
    await expect(at.domain.skus.get({ skuId: 'ghost' })).rejects.toMatchObject({ code: 'INV_001' });
  });

  test('a default strategy that nobody registered, with the list of those that are', async () => {
    for (const name of ['create', 'update'] as const) {
      const refusal = await expectRefusal(
        at,
        (key) => at.domain.skus[name]({ skuId: 'S1', defaultStrategy: 'FIFO', ...key }, at.call),
        { code: 'INV_005', details: { issues: [{ path: 'defaultStrategy' }] } },
      );
      for (const known of at.domain.strategies.names()) expect(refusal.message).toContain(known);
    }
  });
});

test('lists are filtered by product and status, paged, and one list’s cursor is refused by another', async () => {
  for (const skuId of ['L1', 'L2', 'L3']) await at.domain.skus.create({ skuId, spuId: 'L' }, at.call);
  await at.domain.skus.update({ skuId: 'L2', status: 'inactive' }, at.call);
  const first = await at.domain.skus.list({ spuId: 'L', limit: 1 });
  const second = await at.domain.skus.list({ spuId: 'L', limit: 2, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...second.items].map(({ skuId }) => skuId)).toEqual(['L1', 'L2', 'L3']);
  expect(second.nextCursor).toBeNull();
  expect((await at.domain.skus.list({ spuId: 'L', status: 'active', limit: 9 })).items).toHaveLength(2);
  for (const cursor of [first.nextCursor ?? '', 'nonsense']) {
    const refusal = await refusalOf(at.domain.locations.list({ limit: 1, cursor }));
    expect(refusal).toMatchObject({ code: 'INV_005', details: { issues: [{ path: 'cursor' }] } });
  }
});

test('reading changes nothing', async () => {
  const changed = await changedBy(at.dataSource, async () => {
    await at.domain.skus.list({ limit: 500 });
    await at.domain.skus.get({ skuId: 'S1' });
    await at.domain.stock.checkMany({ skuIds: ['S1', 'S4'] });
  });
  expect(changed).toEqual([]);
});
