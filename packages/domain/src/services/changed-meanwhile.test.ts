/** What was looked at without a lock is looked at again under it: whatever changed in between decides. */
import { transferCreateInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import { countOf } from '../testing/database-state.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { batchIdOf, recalling } from '../testing/lock-inputs.ts';
import { whileHeld } from '../testing/meanwhile.ts';
import { refusalOf } from '../testing/refusals.ts';
import { createTestBox } from '../testing/secret-box.ts';
import { openTestDomain, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { engineOf } from '../testing/test-engine.ts';
import { disableWebhook } from './webhook-disabling.ts';

let at: TestDomain;
let skuId = '';
let made = 0;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => at.close());
beforeEach(async () => {
  skuId = `M-${(made += 1)}`;
  await at.domain.inbound.purchase(inbound(`PO-${made}`, [receipt(skuId, 10, { batchNo: 'LOT' })]), at.call);
});

const skuRow = (id: string) => `SELECT sku_id FROM sku WHERE sku_id = '${id}'`;

describe('a definition', () => {
  const whole = () => `W-${skuId}`;
  const removal = () => [`UPDATE stock_assembly SET state = 'removed' WHERE sku_id = '${whole()}'`];
  const components = () => [{ skuId, quantity: 2 }];

  test('that is taken away while it is changed or taken away is not there any more', async () => {
    for (const call of ['update', 'remove'] as const) {
      skuId = call === 'update' ? skuId : `${skuId}-again`;
      if (call === 'remove') await at.domain.inbound.purchase(inbound(`PO-${skuId}`, [receipt(skuId, 1)]), at.call);
      await at.domain.bundles.create({ skuId: whole(), components: components() }, at.call);
      const work = () =>
        call === 'update'
          ? at.domain.bundles.update({ skuId: whole(), components: components() }, at.call)
          : at.domain.bundles.remove({ skuId: whole() }, at.call);
      const refusal = await refusalOf(whileHeld(at, { hold: skuRow(whole()), change: removal() }, work));
      expect(refusal).toMatchObject({ kind: 'notFound', details: { noun: 'bundle', id: whole() } });
    }
  });

  test('whose batch goes while it is pointed at it is left as it was', async () => {
    await at.domain.virtuals.create({ skuId: whole(), realSkuId: skuId, ratio: 2 }, at.call);
    const batchId = await batchIdOf(at, skuId, 'LOT');
    const change = [`DELETE FROM stock_batch WHERE batch_id = '${batchId}'`];
    const refusal = await refusalOf(
      whileHeld(at, { hold: skuRow(skuId), change }, () =>
        at.domain.virtuals.update({ skuId: whole(), batchId }, at.call),
      ),
    );
    expect(refusal).toMatchObject({ details: { noun: 'batch', id: batchId } });
    expect(await at.domain.virtuals.get({ skuId: whole() })).toMatchObject({ version: 1 });
  });
});

describe('a transfer that is called off', () => {
  test.each([
    ['cancelled', { state: 'cancelled' }],
    ['shipped', { kind: 'invalidState' }],
  ])('and %s by somebody else meanwhile', async (state, expected) => {
    const way = { transferNo: `T-${skuId}`, fromLocationId: 'default', toLocationId: 'north' };
    const plan = transferCreateInput.parse({ ...way, lines: [{ skuId, quantity: 1 }] });
    const { id } = await at.domain.transfers.create(plan, at.call);
    const row = `stock_transfer WHERE transfer_id = '${id}'`;
    const change = [`UPDATE stock_transfer SET state = '${state}' WHERE transfer_id = '${id}'`];
    const told = await whileHeld(at, { hold: `SELECT * FROM ${row}`, change }, () =>
      at.domain.transfers
        .cancel({ transferId: id, reason: 'no longer needed' }, at.call)
        .catch((error: unknown) => error),
    );
    expect(told).toMatchObject(expected);
    expect(await countOf(at.dataSource, `${row} AND version = 1`)).toBe(1);
  });
});

test('a lot that is renamed while its recall begins is not there any more', async () => {
  const change = [`UPDATE stock_batch SET batch_no = 'OTHER' WHERE sku_id = '${skuId}'`];
  const refusal = await refusalOf(
    whileHeld(at, { hold: skuRow(skuId), change }, () => at.domain.batches.recall(recalling(skuId, 'LOT'), at.call)),
  );
  expect(refusal).toMatchObject({ details: { noun: 'batch', id: 'LOT' } });
});

describe('a webhook', () => {
  const create = () => at.domain.webhooks.create({ url: 'https://example.com/hook' }, at.call);

  test('that somebody else seals anew meanwhile counts as done', async () => {
    const { webhookId } = await create();
    const box = createTestBox(true, 'second');
    const needsReseal = (sealed: string) => {
      if (!sealed.includes('.')) throw new Error('not the form of a sealed secret');
      return box.needsReseal(sealed);
    };
    const secretBox = { ...box, needsReseal };
    const domain = createDomain({
      dataSource: at.dataSource,
      config: testConfig,
      ports: { ...testPorts(), secretBox },
    });
    const row = `webhook WHERE webhook_id = '${webhookId}'`;
    const resealing = () => domain.maintenance.resealSecrets();
    const change = [`UPDATE webhook SET secret_sealed = 'of no form' WHERE webhook_id = '${webhookId}'`];
    expect(await whileHeld(at, { hold: `SELECT * FROM ${row}`, change }, resealing)).toEqual({ resealed: 1, left: 0 });
    // What has not even the form of a sealed secret is left to whoever tries to send.
    expect(await resealing()).toEqual({ resealed: 0, left: 0 });
    expect(await countOf(at.dataSource, `${row} AND secret_sealed = 'of no form'`)).toBe(1);
  });

  test('that is disabled already is not disabled a second time', async () => {
    const { webhookId } = await create();
    await at.domain.webhooks.update({ webhookId, isActive: false }, at.call);
    const before = await at.domain.webhooks.get({ webhookId });
    await disableWebhook(engineOf(at), webhookId, 'gone');
    expect(await at.domain.webhooks.get({ webhookId })).toEqual(before);
  });
});
