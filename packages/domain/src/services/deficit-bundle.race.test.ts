/** A first short sale of a SKU while somebody makes it a bundle: what is made of others owes nothing itself. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain({ config: { allowNegative: true } });
  await at.domain.inbound.purchase(inbound('PO', [receipt('PART', 9)]), at.call);
});
afterAll(() => closeSound(at));

/** As bundles.create does it, up to where it would commit. */
async function bundling(skuId: string): Promise<() => Promise<void>> {
  const other = at.dataSource.createQueryRunner();
  await other.startTransaction('READ COMMITTED');
  await other.query(`UPDATE sku SET kind = 'bundle', version = version + 1 WHERE sku_id = ?`, [skuId]);
  await other.query('SELECT 1 FROM stock_level WHERE sku_id = ? FOR UPDATE', [skuId]);
  const definition = ['0'.repeat(26), skuId];
  await other.query(
    `INSERT INTO stock_assembly (command_id, sku_id, kind, state, cap, version, created_at, updated_at)
     VALUES (?, ?, 'bundle', 'active', NULL, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    definition,
  );
  await other.query(
    `INSERT INTO stock_assembly_part (sku_id, line_no, part_sku_id, batch_id, quantity) VALUES (?, 1, 'PART', NULL, 2)`,
    [skuId],
  );
  return async () => {
    await other.commitTransaction();
    await other.release();
  };
}

test.each([
  { skuId: 'NEW', isKnown: false, description: 'that never had a level' },
  { skuId: 'SOLD-OUT', isKnown: true, description: 'of which a level is empty' },
])('of a SKU $description: the sale waits for the definition and takes the parts', async ({ skuId, isKnown }) => {
  await at.domain.skus.create({ skuId }, at.call);
  if (isKnown) await at.domain.stock.configure({ skuId, locationId: 'default', isActive: true }, at.call);
  const commit = await bundling(skuId);
  const sold = at.domain.outbound.sales(sale(skuId, [{ skuId, quantity: 2 }]), at.call);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await commit();
  expect((await sold).lines).toMatchObject([{ skuId: 'PART', quantity: 4 }]);
});
