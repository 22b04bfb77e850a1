/** A small shop whose commands and ledger are sealed twice: movements of A 1 to 3 in the first checkpoint, 4 in the second, 5 behind the seal. */
import { createTestArchive, createTestKeys, type TestArchive, type TestKeys } from './checkpoints.ts';
import { valueOf } from './database-state.ts';
import { hold, inbound, receipt, sale } from './inputs.ts';
import { copyTables, type TableCopy } from './table-copy.ts';
import { openTestDomain, type TestDomain } from './test-domain.ts';

export interface SealedShop {
  readonly at: TestDomain;
  readonly keys: TestKeys;
  readonly archive: TestArchive;
  readonly copy: TableCopy;
  /** Ids of commands by what they did. */
  readonly commandIds: ReadonlyMap<string, string>;
}

export async function openSealedShop(): Promise<SealedShop> {
  const keys = createTestKeys();
  const archive = createTestArchive();
  const at = await openTestDomain({ ports: { checkpointKeys: keys, checkpointArchive: archive } });
  const commandIds = new Map<string, string>();
  const { domain, call } = at;
  const note = async (name: string, work: () => Promise<unknown>) => {
    await work().catch(() => undefined);
    commandIds.set(name, await valueOf(at.dataSource, 'SELECT MAX(command_id) FROM command'));
  };
  const sell = (orderNo: string) => domain.outbound.sales(sale(orderNo, [{ skuId: 'A', quantity: 1 }]), call);
  const seal = async () => {
    at.advance(1000);
    await domain.checkpoints.seal();
  };
  await note('purchase', () =>
    domain.inbound.purchase({ ...inbound('P', [receipt('A', 100), receipt('B', 5)]), idempotencyKey: 'p' }, call),
  );
  await note('sale', () => sell('S'));
  await note('held', () => domain.reservations.reserve(hold('A', 3, 'CART'), call));
  await note('renamed', () => domain.skus.update({ skuId: 'A', name: 'first' }, call));
  await note('refused', () => domain.reservations.reserve({ ...hold('A', 1000, 'X'), idempotencyKey: 'x' }, call));
  await seal();
  await note('second', () => sell('S2'));
  await note('again', () => domain.skus.update({ skuId: 'A', name: 'second' }, call));
  await seal();
  await domain.checkpoints.archive();
  await note('unsealed', () => sell('S3'));
  return { at, keys, archive, copy: await copyTables(at.dataSource), commandIds };
}
