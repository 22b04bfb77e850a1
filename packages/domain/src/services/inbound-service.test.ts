/** Inbound: what opens a batch, what tops one up, what is refused; and a refusal leaves nothing behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { valueOf } from '../testing/database-state.ts';
import { daysFromNow, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

const purchase = (...[no, lines, more]: Parameters<typeof inbound>) =>
  at.domain.inbound.purchase(inbound(no, lines, more), at.call);
const batchesOf = async (skuId: string) => (await at.domain.batches.list({ skuId, limit: 500 })).items;

describe('a batch number that the SKU has', () => {
  test('is topped up at the same place; its cost is the mean by quantity, half up at the sixth decimal', async () => {
    await purchase('T1', [receipt('TOP', 1, { batchNo: 'LOT', unitCost: '1.00' })]);
    const { lines } = await purchase('T2', [receipt('TOP', 2, { batchNo: 'LOT', unitCost: '2.00' })]);
    expect(lines).toMatchObject([{ quantity: 2, unitCost: '2.00', batchNo: 'LOT' }]);
    expect(await batchesOf('TOP')).toMatchObject([
      { batchId: lines[0]?.batchId, onHand: 3, unitCost: '1.666667', version: 2 },
    ]);
  });

  test('is opened at another place with the same quality and dates', async () => {
    const goods = { batchNo: 'LOT', producedOn: '2026-01-01', expiresAt: '2027-01-01' };
    await purchase('T3', [receipt('PLACES', 5, goods)]);
    await purchase('T4', [receipt('PLACES', 7, { ...goods, locationId: 'north' })]);
    expect((await batchesOf('PLACES')).map(({ locationId, onHand }) => [locationId, onHand])).toEqual([
      ['default', 5],
      ['north', 7],
    ]);
  });

  const known = { batchNo: 'LOT', qualityLevel: 'A', producedOn: '2026-01-01', expiresAt: '2027-01-01' };
  test.each([
    ['quality', { qualityLevel: 'B' }, ['qualityLevel']],
    ['production', { producedOn: '2026-01-02' }, ['producedOn']],
    ['expiry', { expiresAt: '2027-01-02' }, ['expiresAt']],
    [
      'everything',
      { qualityLevel: 'B', producedOn: '2026-02-01', expiresAt: '2027-02-01' },
      ['qualityLevel', 'producedOn', 'expiresAt'],
    ],
  ])('is refused with another %s, wherever it is received', async (what, other, differs) => {
    const skuId = `OTHER-${what}`;
    await purchase(`T5-${what}`, [receipt(skuId, 1, known)]);
    for (const locationId of ['default', 'north']) {
      const line = receipt(skuId, 1, { ...known, ...other, locationId });
      const fresh = receipt(`NEVER-${what}`, 1, { locationId });
      await expectRefusal(at, (key) => purchase(`T6-${what}`, [fresh, line], key), {
        code: 'INV_009',
        details: { batchNo: 'LOT', differs },
      });
    }
  });

  test('is the same number for another SKU, which has batches of its own', async () => {
    await purchase('T7', [
      receipt('MINE', 1, { batchNo: 'SHARED' }),
      receipt('YOURS', 1, { batchNo: 'SHARED', qualityLevel: 'B' }),
    ]);
    expect(await batchesOf('YOURS')).toMatchObject([{ batchNo: 'SHARED', qualityLevel: 'B' }]);
  });
});

describe('two lines of one document with one batch number', () => {
  test('are one batch, and two lines of the document', async () => {
    const line = receipt('TWICE', 4, { batchNo: 'LOT' });
    const document = await purchase('D1', [line, { ...line, quantity: 6, unitCost: '5.00' }]);
    expect(document.lines.map(({ line: no, quantity, unitCost }) => [no, quantity, unitCost])).toEqual([
      [1, 4, '2.50'],
      [2, 6, '5.00'],
    ]);
    expect(await batchesOf('TWICE')).toMatchObject([{ onHand: 10, unitCost: '4.00', version: 1 }]);
  });

  test('are refused when they are different goods', async () => {
    const line = receipt('TORN', 4, { batchNo: 'LOT' });
    await expectRefusal(at, (key) => purchase('D2', [line, { ...line, qualityLevel: 'B' }], key), {
      code: 'INV_009',
      details: { batchNo: 'LOT', differs: ['qualityLevel'] },
    });
  });
});

test('a line without a batch number opens one that is named by document and line', async () => {
  const { lines } = await purchase('N1', [
    receipt('NONE', 1),
    receipt('NONE', 2),
    receipt('NONE', 3, { batchNo: 'X' }),
  ]);
  expect(lines.map((line) => line.batchNo)).toEqual(['N1-1', 'N1-2', 'X']);
});

describe('an expiry', () => {
  test('follows from production and shelf life where it is not said, and never otherwise', async () => {
    await at.domain.skus.create({ skuId: 'SHELF', shelfLifeDays: 10 }, at.call);
    await purchase('E1', [
      receipt('SHELF', 1, { batchNo: 'made', producedOn: '2026-02-20' }),
      receipt('SHELF', 1, { batchNo: 'said', producedOn: '2026-02-20', expiresAt: '2026-02-25' }),
      receipt('SHELF', 1, { batchNo: 'moment', expiresAt: '2026-03-01T12:00:00.123456Z' }),
      receipt('SHELF', 1, { batchNo: 'unknown' }),
      receipt('FOREVER', 1, { batchNo: 'made', producedOn: '2026-02-20' }),
    ]);
    const expiries = [...(await batchesOf('SHELF')), ...(await batchesOf('FOREVER'))].map((batch) => batch.expiresAt);
    expect(expiries).toEqual([
      '2026-03-03T00:00:00.000000Z',
      '2026-02-26T00:00:00.000000Z',
      '2026-03-01T12:00:00.123456Z',
      null,
      null,
    ]);
  });

  test.each([
    ['Asia/Shanghai', '2026-12-31', '2026-12-31T16:00:00.000000Z'],
    ['Europe/Berlin', '2026-03-28', '2026-03-28T23:00:00.000000Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-29T22:00:00.000000Z'],
    ['America/Sao_Paulo', '2018-11-03', '2018-11-04T03:00:00.000000Z'],
    ['America/Sao_Paulo', '2019-02-16', '2019-02-17T03:00:00.000000Z'],
    ['Africa/Cairo', '2026-04-23', '2026-04-23T22:00:00.000000Z'],
    ['UTC', '2024-02-28', '2024-02-29T00:00:00.000000Z'],
  ])('given as a date ends with that day in %s: %s', async (timezone, expiresAt, instant) => {
    const there = await openTestDomain({ config: { timezone } });
    try {
      await there.domain.inbound.purchase(inbound('Z', [receipt('Z', 1, { expiresAt })]), there.call);
      expect((await there.domain.batches.list({ limit: 1 })).items[0]?.expiresAt).toBe(instant);
    } finally {
      await there.close();
    }
  });
});

describe('a document', () => {
  test('is answered again for the same content, whatever the key, and has one effect', async () => {
    const lines = [receipt('AGAIN', 5)];
    const first = await purchase('S1', lines, { supplier: 'Acme' });
    expect(await purchase('S1', lines, { supplier: 'Acme' })).toEqual(first);
    expect(await purchase('S1', lines, { supplier: 'Acme', idempotencyKey: 'late' })).toEqual(first);
    expect(await at.domain.inbound.get({ type: 'purchase', documentNo: 'S1' })).toEqual(first);
    expect(await valueOf(at.dataSource, `SELECT on_hand FROM stock_level WHERE sku_id = 'AGAIN'`)).toBe('5');
  });

  test.each([
    ['quantity', [receipt('FIXED', 6)], {}],
    ['another line', [receipt('FIXED', 5), receipt('FIXED', 1)], {}],
    ['supplier', [receipt('FIXED', 5)], { supplier: 'Other' }],
    ['reason', [receipt('FIXED', 5)], { reason: 'because' }],
  ])('of the same number is refused with another %s', async (_what, lines, more) => {
    await purchase('S2', [receipt('FIXED', 5)]);
    await expectRefusal(at, (key) => purchase('S2', lines, { ...more, ...key }), {
      code: 'INV_008',
      details: { noun: 'purchase document', id: 'S2' },
    });
  });

  test('of another type may have the same number; a return moves stock as one', async () => {
    await purchase('S3', [receipt('BACK', 5)]);
    const returned = await at.domain.inbound.return(inbound('S3', [receipt('BACK', 2)], { reason: 'torn' }), at.call);
    expect(returned).toMatchObject({ type: 'return', documentNo: 'S3', reason: 'torn' });
    const { items } = await at.domain.stock.movements({ documentId: returned.id, limit: 10 });
    expect(items).toMatchObject([{ kind: 'return', onHandDelta: 2, documentId: returned.id, reason: 'torn' }]);
  });

  test('is read by its number or its id, listed newest first, and is no outbound document', async () => {
    const { id } = await purchase('S4', [receipt('READ', 1)]);
    expect(await at.domain.inbound.get({ id })).toMatchObject({ documentNo: 'S4' });
    await expect(at.domain.outbound.get({ id })).rejects.toMatchObject({ code: 'INV_007' });
    const sold = await at.domain.outbound.sales(sale('S4', [{ skuId: 'READ', quantity: 1 }]), at.call);
    await expect(at.domain.inbound.get({ id: sold.id })).rejects.toMatchObject({ code: 'INV_007' });
    const first = await at.domain.inbound.list({ limit: 1 });
    expect(first.items).toMatchObject([{ documentNo: 'S4', lineCount: 1 }]);
    const second = await at.domain.inbound.list({ limit: 1, cursor: first.nextCursor ?? '' });
    expect(second.items[0]?.id.localeCompare(first.items[0]?.id ?? '')).toBe(-1);
    expect(
      (await at.domain.inbound.list({ limit: 9, type: 'return' })).items.every((each) => each.type === 'return'),
    ).toBe(true);
  });

  test('says when it happened, in the past', async () => {
    const occurredAt = secondsFromNow(-3600);
    const document = await purchase('S5', [receipt('PAST', 1)], { occurredAt });
    expect(document.occurredAt).toBe(occurredAt);
    expect(document.recordedAt > occurredAt).toBe(true);
    expect(await batchesOf('PAST')).toMatchObject([{ receivedAt: occurredAt }]);
  });
});

describe('refused without a trace is', () => {
  test('what happens in the future', async () => {
    await expectRefusal(
      at,
      (key) => purchase('R1', [receipt('FUTURE', 1)], { ...key, occurredAt: secondsFromNow(60) }),
      {
        code: 'INV_005',
        details: { issues: [{ path: 'occurredAt' }] },
      },
    );
  });

  test('an unknown location, with the SKUs that would have been new', async () => {
    const lines = [receipt('NEW-1', 1), receipt('NEW-2', 1, { locationId: 'nowhere' })];
    await expectRefusal(at, (key) => purchase('R2', lines, key), {
      code: 'INV_007',
      details: { noun: 'location', id: 'nowhere' },
    });
    await expect(at.domain.skus.get({ skuId: 'NEW-1' })).rejects.toMatchObject({ code: 'INV_001' });
  });

  test('more than a level can count', async () => {
    await purchase('R3', [receipt('FULL', 2_147_483_000)]);
    const lines = [receipt('FRESH', 1), receipt('FULL', 600), receipt('FULL', 48)];
    await expectRefusal(at, (key) => purchase('R4', lines, key), {
      code: 'INV_010',
      details: { noun: 'level', state: 'full' },
    });
    await purchase('R5', lines.slice(0, 2).concat(receipt('FULL', 47)));
  });

  test('an unknown SKU where SKUs are not made on the way', async () => {
    const strict = await openTestDomain({ config: { autoCreateSku: false } });
    try {
      await strict.domain.skus.create({ skuId: 'KNOWN' }, strict.call);
      const input = inbound('R6', [receipt('KNOWN', 1), receipt('STRANGER', 1)]);
      await expectRefusal(strict, (key) => strict.domain.inbound.purchase({ ...input, ...key }, strict.call), {
        code: 'INV_001',
        details: { skuId: 'STRANGER' },
      });
      await strict.domain.inbound.purchase(inbound('R7', [receipt('KNOWN', 1)]), strict.call);
    } finally {
      await strict.close();
    }
  });
});

test('an inactive SKU may be received: the goods are there, whatever the catalogue says', async () => {
  await at.domain.skus.create({ skuId: 'ASLEEP', status: 'inactive' }, at.call);
  await purchase('I1', [receipt('ASLEEP', 3, { expiresAt: daysFromNow(5) })]);
  expect((await batchesOf('ASLEEP'))[0]?.onHand).toBe(3);
});
