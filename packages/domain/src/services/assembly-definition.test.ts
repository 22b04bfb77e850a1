/** Defining what a SKU is made of: who may become a bundle or virtual, what it then cannot do, and what a change leaves alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  const lines = ['P1', 'P2', 'P3'].map((skuId) => receipt(skuId, 100));
  await at.domain.inbound.purchase(inbound('PO', lines), at.call);
});
afterAll(() => closeSound(at));

const parts = (...skuIds: string[]) => skuIds.map((skuId) => ({ skuId, quantity: 1 }));
const bundle = (skuId: string, ...of: string[]) =>
  at.domain.bundles.create({ skuId, components: parts(...of) }, at.call);
const virtual = (skuId: string, realSkuId: string) =>
  at.domain.virtuals.create({ skuId, realSkuId, ratio: 2 }, at.call);
const reserve = (skuId: string, businessId: string) =>
  at.domain.reservations.reserve(hold(skuId, 1, businessId), at.call);

describe('a definition', () => {
  test('makes its SKU where there is none, and tells both', async () => {
    const made = await bundle('NEW', 'P1', 'P2');
    expect(made).toMatchObject({ skuId: 'NEW', state: 'active', version: 1, components: parts('P1', 'P2') });
    expect(await at.domain.skus.get({ skuId: 'NEW' })).toMatchObject({ kind: 'bundle', version: 1 });
    expect(await at.domain.bundles.get({ skuId: 'NEW' })).toEqual(made);
  });

  test('is one: a second one is refused, of either kind', async () => {
    await bundle('ONE', 'P1', 'P2');
    const again = { skuId: 'ONE', components: parts('P1', 'P3') };
    await expectRefusal(at, (key) => at.domain.bundles.create({ ...again, ...key }, at.call), { code: 'INV_008' });
    const other = { skuId: 'ONE', realSkuId: 'P1', ratio: 2 };
    await expectRefusal(at, (key) => at.domain.virtuals.create({ ...other, ...key }, at.call), {
      code: 'INV_010',
      details: { id: 'ONE', state: 'bundle' },
    });
    expect(await refusalOf(at.domain.virtuals.get({ skuId: 'ONE' }))).toMatchObject({ code: 'INV_007' });
    expect(await refusalOf(at.domain.virtuals.remove({ skuId: 'ONE' }, at.call))).toMatchObject({ code: 'INV_007' });
  });

  test('is not nested, in either direction', async () => {
    await bundle('IN', 'P1', 'P2');
    await virtual('V-IN', 'P1');
    for (const inner of ['IN', 'V-IN']) {
      const nested = { skuId: 'OUT', components: parts('P1', inner) };
      await expectRefusal(at, (key) => at.domain.bundles.create({ ...nested, ...key }, at.call), {
        code: 'INV_010',
        details: { id: inner },
      });
      expect(await refusalOf(virtual('V-OUT', inner))).toMatchObject({ code: 'INV_010', details: { id: inner } });
    }
    const update = { skuId: 'IN', components: parts('P1', 'V-IN') };
    await expectRefusal(at, (key) => at.domain.bundles.update({ ...update, ...key }, at.call), { code: 'INV_010' });
    await at.domain.skus.create({ skuId: 'EMPTY' }, at.call);
    await bundle('HAS-EMPTY', 'P1', 'EMPTY');
    expect(await refusalOf(bundle('EMPTY', 'P1', 'P2'))).toMatchObject({
      code: 'INV_010',
      details: { state: 'component' },
    });
    expect(await refusalOf(virtual('EMPTY', 'P1'))).toMatchObject({ code: 'INV_010', details: { state: 'component' } });
  });

  test('needs parts that are known, and takes none that has goods', async () => {
    const unknown = { skuId: 'X', components: parts('P1', 'NOBODY') };
    await expectRefusal(at, (key) => at.domain.bundles.create({ ...unknown, ...key }, at.call), { code: 'INV_001' });
    const stocked = { skuId: 'P1', components: parts('P2', 'P3') };
    await expectRefusal(at, (key) => at.domain.bundles.create({ ...stocked, ...key }, at.call), {
      code: 'INV_010',
      details: { id: 'P1', state: 'stocked' },
    });
    expect(await refusalOf(at.domain.skus.get({ skuId: 'X' }))).toMatchObject({ code: 'INV_001' });
    const batchId = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    const lost = { skuId: 'X', batchId, ratio: 2 };
    await expectRefusal(at, (key) => at.domain.virtuals.create({ ...lost, ...key }, at.call), { code: 'INV_007' });
  });
});

test('goods that are between two places must find a level there', async () => {
  await at.domain.locations.create({ locationId: 'far' }, at.call);
  await at.domain.inbound.purchase(inbound('PO-T', [receipt('T', 5)]), at.call);
  const transfer = {
    transferNo: 'TR',
    fromLocationId: 'default',
    toLocationId: 'far',
    lines: [{ skuId: 'T', quantity: 5 }],
  };
  await at.domain.outbound.transfer(transfer, at.call);
  expect(await refusalOf(bundle('T', 'P1', 'P2'))).toMatchObject({
    code: 'INV_010',
    details: { id: 'T', state: 'stocked' },
  });
});

describe('what is made of others owns no level', () => {
  beforeAll(async () => {
    await bundle('W', 'P1', 'P2');
    await virtual('V', 'P1');
  });

  test.each(['W', 'V'])('%s takes no receipt, no batch and no settings', async (skuId) => {
    const state = skuId === 'W' ? 'bundle' : 'virtual';
    const refused = { code: 'INV_010', details: { noun: 'SKU', id: skuId, state } };
    const lines = [receipt(skuId, 1)];
    const { inbound: inbounds, batches, stock } = at.domain;
    await expectRefusal(at, (key) => inbounds.purchase(inbound('IN-1', lines, key), at.call), refused);
    await expectRefusal(at, (key) => inbounds.return(inbound('IN-2', lines, key), at.call), refused);
    await expectRefusal(at, (key) => inbounds.production(inbound('IN-3', lines, key), at.call), refused);
    const opening = { documentNo: 'IN-4', asOf: '2026-01-01T00:00:00.000000Z' as const, lines };
    await expectRefusal(at, (key) => inbounds.opening({ ...opening, ...key }, at.call), refused);
    const lot = { ...receipt(skuId, 1), batchNo: 'LOT' };
    await expectRefusal(at, (key) => batches.create({ ...lot, ...key }, at.call), refused);
    const settings = { skuId, locationId: 'default', warningThreshold: 1 };
    await expectRefusal(at, (key) => stock.configure({ ...settings, ...key }, at.call), refused);
    expect((await stock.levels({ skuId, limit: 9 })).items).toEqual([]);
    expect(await stock.asOf({ skuId, locationId: 'default', at: (await stock.check({ skuId })).asOf })).toMatchObject({
      onHand: 0,
      version: 0,
    });
  });
});

describe('a change', () => {
  test('leaves what is held as it was made, and counts for what is held from then on', async () => {
    await bundle('CH', 'P1', 'P2');
    const before = await reserve('CH', 'O-CH-1');
    const changed = await at.domain.bundles.update(
      {
        skuId: 'CH',
        components: [
          { skuId: 'P2', quantity: 3 },
          { skuId: 'P3', quantity: 2 },
        ],
      },
      at.call,
    );
    expect(changed).toMatchObject({
      version: 2,
      components: [
        { skuId: 'P2', quantity: 3 },
        { skuId: 'P3', quantity: 2 },
      ],
    });
    const after = await reserve('CH', 'O-CH-2');
    expect(after.lines.map(({ skuId, quantity }) => [skuId, quantity])).toEqual([
      ['P2', 3],
      ['P3', 2],
    ]);
    const sold = await at.domain.outbound.sales({ orderNo: 'O-CH-1', lines: [{ skuId: 'CH', quantity: 2 }] }, at.call);
    expect(sold.lines.map(({ skuId, quantity, reservationId }) => [skuId, quantity, reservationId])).toEqual([
      ['P1', 1, before.id],
      ['P2', 1, before.id],
      ['P2', 3, null],
      ['P3', 2, null],
    ]);
  });

  test('is refused of what is not in force', async () => {
    const gone = { skuId: 'NEVER', components: parts('P1', 'P2') };
    await expectRefusal(at, (key) => at.domain.bundles.update({ ...gone, ...key }, at.call), {
      code: 'INV_007',
      details: { noun: 'bundle', id: 'NEVER' },
    });
    await expectRefusal(at, (key) => at.domain.virtuals.update({ skuId: 'NEVER', ratio: 2, ...key }, at.call), {
      code: 'INV_007',
    });
  });

  test('of a removed one is making it again: its versions go on, and what is held is still whole', async () => {
    await bundle('RM', 'P1', 'P2');
    const held = await reserve('RM', 'O-RM');
    expect(await at.domain.bundles.remove({ skuId: 'RM' }, at.call)).toMatchObject({ state: 'removed', version: 2 });
    expect(await at.domain.bundles.get({ skuId: 'RM' })).toMatchObject({ state: 'removed' });
    expect(await at.domain.skus.get({ skuId: 'RM' })).toMatchObject({ kind: 'stock' });
    await expectRefusal(at, (key) => at.domain.bundles.remove({ skuId: 'RM', ...key }, at.call), { code: 'INV_007' });
    expect(await refusalOf(reserve('RM', 'O-RM-2'))).toMatchObject({ code: 'INV_002' });
    // Plain stock again: the name may be used for goods, and what was held before is still of parts.
    await at.domain.inbound.purchase(inbound('PO-RM', [receipt('RM', 1)]), at.call);
    expect((await reserve('RM', 'O-RM-3')).lines).toMatchObject([{ skuId: 'RM', quantity: 1 }]);
    const { reservations } = await at.domain.reservations.deduct({ id: held.id }, at.call);
    expect(reservations).toMatchObject([{ state: 'fulfilled', fulfilled: 1, held: 0 }]);
    expect(await refusalOf(bundle('RM', 'P1', 'P2'))).toMatchObject({ details: { state: 'stocked' } });
    await at.domain.outbound.sales({ orderNo: 'O-RM-3', lines: [{ skuId: 'RM', quantity: 1 }] }, at.call);
    expect(await bundle('RM', 'P1', 'P2')).toMatchObject({ state: 'active', version: 3 });
  });
});

test('lists page through what is in force, by part', async () => {
  const list = async (input: object) => {
    const page = await at.domain.bundles.list({ state: 'active', limit: 2, ...input });
    return { skuIds: page.items.map(({ skuId }) => skuId), cursor: page.nextCursor };
  };
  const all: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await list(cursor === undefined ? {} : { cursor });
    all.push(...page.skuIds);
    cursor = page.cursor;
  }
  expect(all).toEqual(['CH', 'HAS-EMPTY', 'IN', 'NEW', 'ONE', 'RM', 'W']);
  expect((await list({ componentSkuId: 'EMPTY' })).skuIds).toEqual(['HAS-EMPTY']);
  expect((await list({ state: 'removed' })).skuIds).toEqual([]);
  const virtuals = await at.domain.virtuals.list({ state: 'active', realSkuId: 'P1', limit: 9 });
  expect(virtuals.items.map(({ skuId }) => skuId)).toEqual(['V', 'V-IN']);
});

test('with STOCK_AUTO_CREATE_SKU off a definition needs its SKU', async () => {
  const strict = await openTestDomain({ config: { autoCreateSku: false } });
  try {
    for (const skuId of ['S1', 'S2']) await strict.domain.skus.create({ skuId }, strict.call);
    const input = { skuId: 'S', components: parts('S1', 'S2') };
    expect(await refusalOf(strict.domain.bundles.create(input, strict.call))).toMatchObject({ code: 'INV_001' });
    await strict.domain.skus.create({ skuId: 'S' }, strict.call);
    expect(await strict.domain.bundles.create(input, strict.call)).toMatchObject({ version: 1 });
    expect(await strict.domain.skus.get({ skuId: 'S' })).toMatchObject({ kind: 'bundle', version: 2 });
  } finally {
    await strict.close();
  }
});
