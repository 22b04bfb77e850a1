/** A SKU that somebody else made between two statements of a call was told of by them: told a second time, its events would never be in order again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fact } from '../entities/outbox.ts';
import { closeSound } from '../testing/soundness.ts';
import { receipt } from '../testing/inputs.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

/** Another call has made the SKU and changed it twice, and commits once this one waits for it. */
async function whileMade(skuId: string, call: () => Promise<unknown>): Promise<void> {
  const other = at.dataSource.createQueryRunner();
  await other.startTransaction('READ COMMITTED');
  await other.query(
    `INSERT INTO sku (sku_id, name, unit, status, kind, serial_tracked, version, created_at, updated_at)
     VALUES (?, ?, 'unit', 'active', 'stock', 0, 3, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [skuId, skuId],
  );
  const told = [1, 2, 3].map((to) => ({
    type: 'stock.sku.updated',
    kind: 'sku',
    id: skuId,
    from: to - 1,
    to,
    commandId: '',
  }));
  await other.query('INSERT INTO outbox (outbox_id, facts, created_at) VALUES (?, ?, UTC_TIMESTAMP(6))', [
    skuId.padEnd(26, '0'),
    JSON.stringify(told),
  ]);
  const done = call();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await other.commitTransaction();
  await other.release();
  await done;
}

async function factsOf(skuId: string): Promise<readonly unknown[]> {
  const rows: { facts: string }[] = await at.dataSource.query('SELECT facts FROM outbox');
  const facts = rows.flatMap((row) => JSON.parse(row.facts) as Fact[]);
  const own = facts.filter(({ kind, id, commandId }) => kind === 'sku' && id === skuId && commandId !== '');
  return own.map(({ from, to }) => [from, to]);
}

test('a batch of it', async () => {
  const batch = { skuId: 'B', batchNo: 'LOT', quantity: 1, unitCost: '1.00', locationId: 'default', qualityLevel: 'A' };
  await whileMade('B', () => at.domain.batches.create(batch, at.call));
  expect(await factsOf('B')).toEqual([]);
});

test('a receipt of it', async () => {
  await whileMade('R', () => at.domain.inbound.purchase({ documentNo: 'PO', lines: [receipt('R', 1)] }, at.call));
  expect(await factsOf('R')).toEqual([]);
});

test('a bundle of it, which changes it', async () => {
  await at.domain.skus.create({ skuId: 'PART' }, at.call);
  await whileMade('KIT', () =>
    at.domain.bundles.create({ skuId: 'KIT', components: [{ skuId: 'PART', quantity: 2 }] }, at.call),
  );
  expect(await factsOf('KIT')).toEqual([[3, 4]]);
  expect(await at.domain.skus.get({ skuId: 'KIT' })).toMatchObject({ kind: 'bundle', version: 4 });
});
