/** Sensitive attributes: sealed wherever they come in, told sealed everywhere, and opened by the one call that may. */
import { SEALED } from '@granary/contracts/attributes';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import { rowsOf, tableNames } from '../testing/database-state.ts';
import { inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { createTestBox } from '../testing/secret-box.ts';
import { openTestDomain, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let named = 0;
const sensitiveAttributes = ['terms', 'contact'];
const SECRET = 'thirty-percent-off';
const attributes = { terms: { rebate: SECRET }, contact: null, colour: 'blue' };
const masked = { terms: { [SEALED]: expect.any(String) as string }, contact: null, colour: 'blue' };

beforeAll(async () => {
  at = await openTestDomain({ config: { sensitiveAttributes } });
});
beforeEach(() => {
  named += 1;
});
afterAll(() => at.close());

const name = (prefix: string) => `${prefix}${named}`;
const withBox = (secretBox = createTestBox(false)) =>
  createDomain({
    dataSource: at.dataSource,
    config: { ...testConfig, sensitiveAttributes },
    ports: { ...testPorts(), secretBox },
  });
const bought = async (skuId: string, documentNo: string, more: object = { attributes }) => {
  const document = await at.domain.inbound.purchase(inbound(documentNo, [receipt(skuId, 5, more)]), at.call);
  return document.lines[0]?.batchId ?? '';
};

describe('a marked attribute', () => {
  test.each(['create', 'update'] as const)('of a SKU is sealed by %s, and opened by who asks for it', async (way) => {
    const skuId = name('S');
    if (way === 'update') await at.domain.skus.create({ skuId }, at.call);
    const answer = await at.domain.skus[way]({ skuId, attributes }, at.call);
    expect(answer.attributes).toEqual(masked);
    expect((await at.domain.skus.get({ skuId })).attributes).toEqual(masked);
    expect(await at.domain.skus.attributes({ skuId })).toEqual({ attributes });
  });

  test.each(['purchase', 'production', 'opening', 'return'] as const)(
    'of a batch is sealed by inbound.%s',
    async (way) => {
      const input = {
        ...inbound(name('D'), [receipt(name('S'), 5, { attributes })]),
        workOrderNo: 'W',
        asOf: secondsFromNow(-1),
      };
      const { lines } = await at.domain.inbound[way](input, at.call);
      const batchId = lines[0]?.batchId ?? '';
      expect((await at.domain.batches.get({ batchId })).attributes).toEqual(masked);
      expect(await at.domain.batches.attributes({ batchId })).toEqual({ attributes });
    },
  );

  test('of a batch is sealed by batch.create and batch.update', async () => {
    const lot = {
      skuId: name('S'),
      batchNo: 'L',
      locationId: 'default',
      quantity: 1,
      unitCost: '1',
      qualityLevel: 'A',
    };
    const { batchId, attributes: told } = await at.domain.batches.create({ ...lot, attributes }, at.call);
    expect(told).toEqual(masked);
    await at.domain.batches.update({ batchId, attributes: { terms: SECRET.length } }, at.call);
    expect(await at.domain.batches.attributes({ batchId })).toEqual({ attributes: { terms: SECRET.length } });
    await at.domain.batches.update({ batchId, attributes: null }, at.call);
    expect(await at.domain.batches.attributes({ batchId })).toEqual({ attributes: null });
    await at.domain.batches.update({ batchId, qualityLevel: 'B' }, at.call);
  });

  test('is nowhere in the database, whatever was done with it or refused', async () => {
    const skuId = name('S');
    await at.domain.skus.create({ skuId, attributes, idempotencyKey: name('K') }, at.call);
    await expect(at.domain.skus.create({ skuId, attributes }, at.call)).rejects.toMatchObject({ code: 'INV_008' });
    await expect(
      at.domain.skus.create({ skuId: 'other', attributes, idempotencyKey: name('K') }, at.call),
    ).rejects.toThrow(/key/);
    const gone = '01J0000000000000000000GONE';
    await expect(at.domain.batches.update({ batchId: gone, attributes }, at.call)).rejects.toThrow(/batch/);
    const refusal = await at.domain.skus.get({ skuId: 'nothing' }).catch((error: unknown) => error);
    for (const input of [{ skuId, attributes }, undefined])
      await at.domain.refusals.record({
        ...{ procedure: 'sku.create', input, isChecked: false, call: at.call },
        refusal: refusal as never,
      });
    const batchId = await bought(skuId, name('D'));
    await at.domain.batches.split({ batchId, quantities: [1, 1] }, at.call);
    let text = '';
    for (const table of tableNames) text += JSON.stringify(await rowsOf(at.dataSource, `SELECT * FROM ${table}`));
    expect(text).toContain('blue');
    expect(text).not.toContain(SECRET);
  });

  test('goes with what is split off, and stays where all of what is merged agree', async () => {
    const skuId = name('S');
    const [one, two] = [await bought(skuId, name('D')), await bought(skuId, name('E'))];
    const { batch } = await at.domain.batches.merge({ batchIds: [one, two], targetBatchNo: 'BOTH' }, at.call);
    const { children } = await at.domain.batches.split({ batchId: batch.batchId, quantities: [4] }, at.call);
    for (const { batchId } of [batch, ...children])
      expect(await at.domain.batches.attributes({ batchId })).toEqual({ attributes });
  });

  test('answers a repeat with the key, and takes the same document once', async () => {
    const skuId = name('S');
    const input = { skuId, attributes, idempotencyKey: name('K') };
    const first = await at.domain.skus.create(input, at.call);
    expect(JSON.stringify(await at.domain.skus.create(input, at.call))).toBe(JSON.stringify(first));
    const batchId = await bought(skuId, name('D'));
    expect(await bought(skuId, name('D'))).toBe(batchId);
    await expect(bought(skuId, name('D'), { attributes: { terms: 'other' } })).rejects.toMatchObject({
      code: 'INV_008',
    });
  });
});

describe('a sealed value', () => {
  test('that is written back as it was read stays what it was', async () => {
    const skuId = name('S');
    const read = await at.domain.skus.create({ skuId, attributes }, at.call);
    await at.domain.skus.update({ skuId, attributes: { ...read.attributes, colour: 'red' } }, at.call);
    expect(await at.domain.skus.attributes({ skuId })).toEqual({ attributes: { ...attributes, colour: 'red' } });
  });

  test.each([
    ['of another SKU', (told: unknown) => told],
    ['that was never sealed', () => ({ [SEALED]: 'plain' })],
  ])('%s is refused', async (_what, forge) => {
    const { attributes: told } = await at.domain.skus.create({ skuId: name('S'), attributes }, at.call);
    const forged = { terms: forge(told?.['terms']) } as never;
    const refused = at.domain.skus.create({ skuId: name('T'), attributes: forged }, at.call);
    await expect(refused).rejects.toMatchObject({
      code: 'INV_005',
      details: {
        issues: [{ path: 'attributes.terms', message: expect.stringContaining('sealed for here') as string }],
      },
    });
  });

  test('of which the form is broken is refused as well, whatever the box says of it', async () => {
    const box = {
      ...createTestBox(),
      needsReseal: () => {
        throw new Error('no form');
      },
    };
    const input = { skuId: name('S'), attributes: { colour: { [SEALED]: 'x' } } };
    await expect(withBox(box).skus.create(input, at.call)).rejects.toMatchObject({ code: 'INV_005' });
  });

  test('must fit where the plain one did not have to', async () => {
    const line = receipt(name('S'), 1, { attributes: { terms: 'x'.repeat(12_000) } });
    await expect(
      at.domain.inbound.purchase(inbound(name('D'), [receipt('P', 1), line]), at.call),
    ).rejects.toMatchObject({
      code: 'INV_005',
      details: { issues: [{ path: 'lines.1.attributes' }] },
    });
  });

  test('is neither made nor opened without a key', async () => {
    const skuId = name('S');
    await at.domain.skus.create({ skuId, attributes }, at.call);
    const keyless = withBox();
    const calls = [
      () => keyless.skus.create({ skuId: name('T'), attributes }, at.call),
      () => keyless.skus.attributes({ skuId }),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({
        code: 'INV_012',
        message: expect.stringContaining('ENCRYPTION_KEYS is not set') as string,
      });
    await keyless.skus.create({ skuId: name('T'), attributes: { colour: 'blue' } }, at.call);
    expect(await keyless.skus.attributes({ skuId: name('T') })).toEqual({ attributes: { colour: 'blue' } });
  });

  test('a batch outside of the scope is not there', async () => {
    const batchId = await bought(name('S'), name('D'));
    const call = at.domain.within(['elsewhere']).batches.attributes({ batchId });
    await expect(call).rejects.toMatchObject({ code: 'INV_007' });
  });
});
