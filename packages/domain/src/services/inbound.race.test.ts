/** Receipts at once: a new batch number gets one meaning wherever it arrives, and a document number one effect. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GranaryError } from '@granary/contracts/error';
import { inbound, receipt } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.skus.create({ skuId: 'KNOWN' }, at.call);
});
afterAll(() => closeSound(at));

async function outcomes(calls: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const results = await Promise.allSettled(calls);
  return results.map((result) => {
    if (result.status === 'fulfilled') return 'done';
    const reason: unknown = result.reason;
    return reason instanceof GranaryError ? reason.code : String(reason);
  });
}
const purchase = (...args: Parameters<typeof inbound>) => at.domain.inbound.purchase(inbound(...args), at.call);

test.each(['KNOWN', 'UNHEARD-OF'])(
  'a new batch number at two places with two qualities: one wins, for a SKU that is %s',
  async (sku) => {
    for (let round = 0; round < 15; round += 1) {
      const skuId = sku === 'KNOWN' ? sku : `${sku}-${round}`;
      const goods = (locationId: string, qualityLevel: string) =>
        purchase(`${skuId}-${round}-${locationId}`, [
          receipt(skuId, 1, { batchNo: `LOT-${round}`, locationId, qualityLevel }),
        ]);
      expect([...(await outcomes([goods('default', 'A'), goods('north', 'B')]))].toSorted()).toEqual([
        'INV_009',
        'done',
      ]);
      const batches = (await at.domain.batches.list({ skuId, limit: 500 })).items;
      expect(batches.filter(({ batchNo }) => batchNo === `LOT-${round}`)).toHaveLength(1);
    }
  },
);

test('a new batch number at two places with equal goods is opened at both', async () => {
  for (let round = 0; round < 5; round += 1) {
    const goods = ['default', 'north'].map((locationId) =>
      purchase(`EQUAL-${round}-${locationId}`, [receipt(`EQUAL-${round}`, 1, { batchNo: 'LOT', locationId })]),
    );
    expect(await outcomes(goods)).toEqual(['done', 'done']);
    expect((await at.domain.batches.list({ skuId: `EQUAL-${round}`, limit: 9 })).items).toHaveLength(2);
  }
});

test('a batch made by hand and received elsewhere at once is one batch, or is refused to the later one', async () => {
  for (let round = 0; round < 10; round += 1) {
    const made = { skuId: 'KNOWN', batchNo: `HAND-${round}`, locationId: 'default', quantity: 1, unitCost: '1.00' };
    const [byHand, received] = await outcomes([
      at.domain.batches.create({ ...made, qualityLevel: 'A' }, at.call),
      purchase(`HAND-${round}`, [
        receipt('KNOWN', 1, { batchNo: `HAND-${round}`, locationId: 'north', qualityLevel: 'B' }),
      ]),
    ]);
    expect([
      ['done', 'INV_009'],
      ['INV_008', 'done'],
    ]).toContainEqual([byHand, received]);
  }
});

test('one document twenty times at once is received once, and answered the same to all', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => purchase('ONCE', [receipt('ONCE', 5)])));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect((await at.domain.stock.check({ skuId: 'ONCE' })).available).toBe(5);
});

test('one number for twenty documents is for one of them', async () => {
  const calls = Array.from({ length: 20 }, (_, each) => purchase('MINE', [receipt('MINE', each + 1)]));
  const codes = await outcomes(calls);
  expect(codes.filter((code) => code === 'done')).toHaveLength(1);
  expect(codes.filter((code) => code === 'INV_008')).toHaveLength(19);
});

test('twenty documents of the same SKUs in any order, all of them new, are all received', async () => {
  const skuIds = ['N1', 'N2', 'N3', 'N4'];
  const calls = Array.from({ length: 20 }, (_, each) => {
    const named = each % 2 === 0 ? skuIds : skuIds.toReversed();
    return purchase(
      `NEW-${each}`,
      named.map((skuId) => receipt(skuId, 1, { batchNo: 'LOT', locationId: each % 3 === 0 ? 'north' : 'default' })),
    );
  });
  expect(new Set(await outcomes(calls))).toEqual(new Set(['done']));
  const { items } = await at.domain.stock.checkMany({ skuIds });
  expect(items.map(({ available }) => available)).toEqual([20, 20, 20, 20]);
});
