/** Lines that do not fit: originals of others, places that are shut, sums that are too large, numbers that are taken. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { levelOf } from '../testing/adjustment-inputs.ts';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { batchIdOf, lockOn } from '../testing/lock-inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let owing: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  owing = await openTestDomain({ config: { allowNegative: true } });
  for (const { domain, call } of [at, owing]) await domain.locations.create({ locationId: 'north' }, call);
});
afterAll(() => Promise.all([closeSound(at), closeSound(owing)]));

const badField = (path: string) => ({ kind: 'validation', details: { issues: [{ path }] } });

describe('goods that go back to their supplier', () => {
  test('by their receipt beside goods that are taken from any', async () => {
    const lines = [receipt('S', 5, { batchNo: 'FIRST' }), receipt('S', 5, { batchNo: 'SECOND' })];
    const { id } = await at.domain.inbound.purchase(inbound('PO-S', lines), at.call);
    let made = 0;
    const back = (...parts: object[]) =>
      at.domain.outbound.supplierReturn(
        { documentNo: `SR-${(made += 1)}`, supplier: 'Acme', lines: parts as never },
        at.call,
      );
    const original = { skuId: 'S', originalDocumentId: id, originalLine: 2 };
    const elsewhere = { ...original, quantity: 1, locationId: 'north' };
    expect(await refusalOf(back(elsewhere))).toMatchObject(badField('lines.0.locationId'));
    expect(await refusalOf(back({ ...original, quantity: 1, originalLine: 9 }))).toMatchObject({ kind: 'notFound' });
    const document = await back({ skuId: 'S', quantity: 1 }, { ...original, quantity: 2 });
    expect(document.lines.map(({ batchNo, quantity }) => [batchNo, quantity])).toEqual([
      ['FIRST', 1],
      ['SECOND', 2],
    ]);
  });
});

describe('what is sold short', () => {
  test('is owed by no place that is shut', async () => {
    await owing.domain.inbound.purchase(inbound('PO-N', [receipt('N', 1, { locationId: 'north' })]), owing.call);
    await owing.domain.stock.configure({ skuId: 'N', locationId: 'north', isActive: false }, owing.call);
    const lines = [{ skuId: 'N', quantity: 3, locationId: 'north' }];
    expect(await refusalOf(owing.domain.outbound.sales(sale('O-N', lines), owing.call))).toMatchObject({
      kind: expect.any(String),
    });
    expect(await levelOf(owing, 'N', 'north')).toMatchObject({ onHand: 1, deficit: 0 });
  });

  test('of a part is owed by no place at which the part is not sold', async () => {
    await owing.domain.bundles.create({ skuId: 'KIT', components: [{ skuId: 'N', quantity: 1 }] }, owing.call);
    const lines = [{ skuId: 'KIT', quantity: 1, locationId: 'north' }];
    expect(await refusalOf(owing.domain.outbound.sales(sale('O-KIT', lines), owing.call))).toMatchObject({
      kind: 'invalidState',
    });
  });

  test('of two places of one rank is owed by the first by name', async () => {
    await owing.domain.locations.create({ locationId: 'alike', priority: 7 }, owing.call);
    await owing.domain.locations.create({ locationId: 'Alike', priority: 7 }, owing.call);
    const places = ['alike', 'Alike'].map((locationId) => receipt('R', 1, { locationId }));
    await owing.domain.inbound.purchase(inbound('PO-R', places), owing.call);
    await owing.domain.outbound.sales(sale('O-R', [{ skuId: 'R', quantity: 4 }]), owing.call);
    expect(await levelOf(owing, 'R', 'Alike')).toMatchObject({ deficit: 2 });
    expect(await levelOf(owing, 'R', 'alike')).toMatchObject({ deficit: 0 });
  });
});

describe('a lock', () => {
  test('of one batch named twice is of the sum, as far as that can be counted', async () => {
    await at.domain.inbound.purchase(inbound('PO-L', [receipt('L', 5, { batchNo: 'B' })]), at.call);
    const batchId = await batchIdOf(at, 'L', 'B');
    const named = {
      ...lockOn('SUM', {}),
      batches: Array.from({ length: 3 }, () => ({ batchId, quantity: 1_000_000_000 })),
    };
    expect(await refusalOf(at.domain.locks.business(named, at.call))).toMatchObject({ kind: 'validation' });
  });
});

describe('a hold', () => {
  test('asks for goods that last, and is prolonged to a moment', async () => {
    const expiresAt = secondsFromNow(10 * 86_400);
    const lines = [receipt('T', 2, { expiresAt }), receipt('T', 2, { batchNo: 'LASTS' })];
    await at.domain.inbound.purchase(inbound('PO-T', lines), at.call);
    const made = await at.domain.reservations.reserve(
      hold('T', 2, { businessId: 'O-T', minRemainingDays: 30 }),
      at.call,
    );
    expect(made.lines.map(({ batchId }) => batchId)).toEqual([await batchIdOf(at, 'T', 'LASTS')]);
    const until = secondsFromNow(3600);
    const { reservations } = await at.domain.reservations.extend({ id: made.id, expiresAt: until }, at.call);
    expect(reservations).toMatchObject([{ expiresAt: until }]);
    const late = secondsFromNow(-5);
    expect(await refusalOf(at.domain.reservations.extend({ id: made.id, expiresAt: late }, at.call))).toMatchObject(
      badField('expiresAt'),
    );
  });
});

describe('a number that is taken', () => {
  test('says the same to those who may not see what has it', async () => {
    const north = at.domain.within(['north']);
    const lines = (locationId: string) => [receipt('Q', 5), receipt('Q', 5, { locationId })];
    const { id } = await at.domain.inbound.purchase(inbound('PO-Q', lines('north')), at.call);
    expect((await at.domain.inbound.purchase(inbound('PO-Q', lines('north')), at.call)).id).toBe(id);
    const there = { skuId: 'Q', delta: 1, locationId: 'north' };
    const seen = await at.domain.adjustments.adjustMany(
      { reasonCode: 'correction', operator: 'Ann', adjustmentNo: 'ADJ-Q', lines: [there] },
      at.call,
    );
    expect(await north.adjustments.get({ id: seen.id })).toEqual(seen);
    const [here, away] = [await levelOf(at, 'Q'), await levelOf(at, 'Q', 'north')];
    const counted = (skuId: string, locationId: string, { onHand, onHandVersion }: typeof here) => {
      return { skuId, locationId, counted: onHand, onHandVersion };
    };
    const count = {
      ...({ reasonCode: 'stocktake', operator: 'Ann', countNo: 'CNT-Q' } as const),
      lines: [counted('Q', 'default', here), counted('Q', 'north', away)],
    };
    const document = await at.domain.adjustments.countMany(count, at.call);
    expect(await at.domain.adjustments.countMany(count, at.call)).toEqual(document);
    expect(await refusalOf(north.adjustments.countMany(count, at.call))).toMatchObject({ kind: expect.any(String) });
  });
});
