/** Virtual stock: so many units of a real SKU, or of one batch, sold under another name. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VirtualCreateInput } from '@granary/contracts/virtual';
import { batchIdOf } from '../testing/lock-inputs.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 10 }, at.call);
});
afterAll(() => closeSound(at));

let documents = 0;
const stock = (...lines: Parameters<typeof receipt>[]) => {
  const receipts = lines.map((line) => receipt(...line));
  return at.domain.inbound.purchase(inbound(`PO-${(documents += 1)}`, receipts), at.call);
};
const north = { locationId: 'north' };
const virtual = (skuId: string, input: Omit<VirtualCreateInput, 'skuId'>) =>
  at.domain.virtuals.create({ skuId, ...input }, at.call);
const reserve = (...line: Parameters<typeof hold>) => at.domain.reservations.reserve(hold(...line), at.call);
const sell = (...line: Parameters<typeof sale>) => at.domain.outbound.sales(sale(...line), at.call);
const available = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

describe('a case of twelve', () => {
  test('is what the pieces of all places allow, and takes twelve of them', async () => {
    await stock(['A', 20], ['A', 17, north]);
    await virtual('A-CASE', { realSkuId: 'A', ratio: 12 });
    expect(await available('A-CASE')).toBe(3);
    const summary = await at.domain.stock.available({ skuId: 'A-CASE', excludeExpired: true, includeReserved: false });
    // Each place makes one of its own; a third is gathered from what both leave over.
    expect(summary).toMatchObject({ available: 3, onHand: 0, locations: [{ available: 1 }, { available: 1 }] });
    const made = await reserve('A-CASE', 2, 'O-A');
    expect(made).toMatchObject({ skuId: 'A-CASE', quantity: 2, held: 2 });
    expect(made.lines.map(({ skuId, locationId, quantity }) => [skuId, locationId, quantity])).toEqual([
      ['A', 'north', 17],
      ['A', 'default', 7],
    ]);
    expect([await available('A-CASE'), await available('A')]).toEqual([1, 13]);
    const part = await at.domain.reservations.deduct({ id: made.id, quantity: 1 }, at.call);
    expect(part.reservations).toMatchObject([{ held: 1, fulfilled: 1, lines: [{ held: 5 }, { held: 7 }] }]);
    // What is left of it lies at two places, none of which has a whole one.
    const document = await sell('O-A', [{ skuId: 'A-CASE', quantity: 2 }]);
    expect(
      document.lines.map(({ line, skuId, locationId, quantity, reservationId }) => [
        line,
        skuId,
        locationId,
        quantity,
        reservationId,
      ]),
    ).toEqual([
      [1, 'A', 'north', 5, made.id],
      [1, 'A', 'default', 7, made.id],
      [1, 'A', 'default', 12, null],
    ]);
    expect(await available('A')).toBe(1);
  });

  test('is short when one piece is missing, in cases and in pieces', async () => {
    await stock(['B', 23]);
    await virtual('B-CASE', { realSkuId: 'B', ratio: 12 });
    const line = { skuId: 'B-CASE', locationId: null, requested: 2, available: 1 };
    await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...hold('B-CASE', 2, 'O-B'), ...key }, at.call), {
      code: 'INV_002',
      details: { lines: [{ ...line, components: [{ skuId: 'B', requested: 24, available: 23 }] }] },
    });
  });

  test('and pieces, a bundle and another ratio of one SKU are summed', async () => {
    await stock(['C', 30], ['C2', 30]);
    await virtual('C-CASE', { realSkuId: 'C', ratio: 12 });
    await virtual('C-SIX', { realSkuId: 'C', ratio: 6 });
    await at.domain.bundles.create(
      {
        skuId: 'C-SET',
        components: [
          { skuId: 'C', quantity: 5 },
          { skuId: 'C2', quantity: 1 },
        ],
      },
      at.call,
    );
    const lines = (pieces: number) => [
      hold('C-CASE', 1, 'O-C'),
      hold('C-SIX', 1, 'O-C'),
      hold('C', pieces, 'O-C'),
      hold('C-SET', 2, 'O-C'),
    ];
    expect(await refusalOf(at.domain.reservations.reserveMany({ lines: lines(3) }, at.call))).toMatchObject({
      code: 'INV_002',
      details: { lines: [{ skuId: 'C', requested: 3, available: 2 }] },
    });
    const { reservations } = await at.domain.reservations.reserveMany({ lines: lines(2) }, at.call);
    expect(reservations.map(({ held }) => held)).toEqual([1, 1, 2, 2]);
    expect(await available('C')).toBe(0);
  });

  test('by a batch takes of that batch alone', async () => {
    await stock(['D', 30, { batchNo: 'D-1' }], ['D', 30, { batchNo: 'D-2' }]);
    const batchId = await batchIdOf(at, 'D', 'D-2');
    expect(await virtual('D-CASE', { batchId, ratio: 12 })).toMatchObject({ realSkuId: 'D', batchId });
    expect(await available('D-CASE')).toBe(2);
    const made = await reserve('D-CASE', 1, 'O-D');
    expect(made.lines).toMatchObject([{ skuId: 'D', batchId, quantity: 12 }]);
    expect(await refusalOf(reserve('D-CASE', 2, 'O-D2'))).toMatchObject({
      details: { lines: [{ available: 1, components: [{ skuId: 'D', requested: 24, available: 18 }] }] },
    });
    const plan = await at.domain.stock.allocate({ skuId: 'D-CASE', quantity: 1 });
    expect(plan.lines).toMatchObject([{ skuId: 'D', batchNo: 'D-2', quantity: 12 }]);
  });

  test('by a batch follows it into the one that it is merged into', async () => {
    await stock(['K', 6, { batchNo: 'K-1' }], ['K', 6, { batchNo: 'K-2' }], ['K', 30, { batchNo: 'K-3' }]);
    const [first, second] = [await batchIdOf(at, 'K', 'K-1'), await batchIdOf(at, 'K', 'K-2')];
    await virtual('K-CASE', { batchId: first, ratio: 12 });
    expect(await available('K-CASE')).toBe(0);
    await at.domain.batches.merge(
      { batchIds: [first, second], targetBatchNo: 'K-2', operator: 'Ann', reason: 'one box' },
      at.call,
    );
    expect(await available('K-CASE')).toBe(1);
    expect((await reserve('K-CASE', 1, 'O-K')).lines).toMatchObject([{ batchId: second, quantity: 12 }]);
  });

  test('passes no quantity beyond 2^31-1', async () => {
    await stock(['E', 10]);
    await virtual('E-LOT', { realSkuId: 'E', ratio: 1_000_000 });
    const line = hold('E-LOT', 2148, 'O-E');
    await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...line, ...key }, at.call), { code: 'INV_005' });
    expect(await refusalOf(reserve('E-LOT', 2147, 'O-E'))).toMatchObject({ code: 'INV_002' });
  });
});

describe('a cap', () => {
  test('counts what is held, in units, and no more than it is offered', async () => {
    await stock(['F', 100]);
    await virtual('F-DEAL', { realSkuId: 'F', ratio: 2, cap: 5 });
    expect(await available('F-DEAL')).toBe(5);
    const made = await reserve('F-DEAL', 3, 'O-F1');
    expect(await available('F-DEAL')).toBe(2);
    expect(await at.domain.stock.explain({ skuId: 'F-DEAL' })).toMatchObject({
      available: 2,
      assembly: { cap: 5, held: 3 },
    });
    const line = { skuId: 'F-DEAL', locationId: null, requested: 3, available: 2, components: [] };
    await expectRefusal(
      at,
      (key) => at.domain.reservations.reserve({ ...hold('F-DEAL', 3, 'O-F2'), ...key }, at.call),
      {
        code: 'INV_002',
        details: { lines: [line] },
      },
    );
    // One's own hold makes room for what replaces it.
    expect(await reserve('F-DEAL', 5, { businessId: 'O-F1', replace: true })).toMatchObject({ id: made.id, held: 5 });
    expect(await available('F-DEAL')).toBe(0);
    await at.domain.reservations.deduct({ id: made.id, quantity: 2 }, at.call);
    expect(await available('F-DEAL')).toBe(2);
    await at.domain.reservations.release({ id: made.id }, at.call);
    expect(await available('F-DEAL')).toBe(5);
  });

  test('is shared by the lines of one call, and freed by what is overdue', async () => {
    await stock(['G', 100]);
    await virtual('G-DEAL', { realSkuId: 'G', ratio: 1, cap: 3 });
    const lines = [
      hold('G-DEAL', 2, { businessId: 'O-G', lineId: '1' }),
      hold('G-DEAL', 2, { businessId: 'O-G', lineId: '2', locationId: 'default' }),
    ];
    expect(await refusalOf(at.domain.reservations.reserveMany({ lines }, at.call))).toMatchObject({
      details: { lines: [{ skuId: 'G-DEAL', requested: 2, available: 1 }] },
    });
    await reserve('G-DEAL', 3, { businessId: 'O-G2', ttlSeconds: 5 });
    at.advance(6);
    expect(await reserve('G-DEAL', 2, 'O-G3')).toMatchObject({ held: 2 });
    expect(await sell('O-G3', [{ skuId: 'G-DEAL', quantity: 3 }])).toMatchObject({
      lines: [{ quantity: 2 }, { quantity: 1 }],
    });
  });

  test('lowered under what is held offers nothing; taken away, all there is', async () => {
    await stock(['H', 10]);
    await virtual('H-DEAL', { realSkuId: 'H', ratio: 1, cap: 5 });
    await reserve('H-DEAL', 4, 'O-H');
    expect(await at.domain.virtuals.update({ skuId: 'H-DEAL', cap: 2 }, at.call)).toMatchObject({
      cap: 2,
      ratio: 1,
      realSkuId: 'H',
      version: 2,
    });
    expect(await available('H-DEAL')).toBe(0);
    expect(await refusalOf(reserve('H-DEAL', 1, 'O-H2'))).toMatchObject({ details: { lines: [{ available: 0 }] } });
    await at.domain.virtuals.update({ skuId: 'H-DEAL', cap: null, ratio: 3 }, at.call);
    expect(await available('H-DEAL')).toBe(2);
  });
});

describe('where more may be sold than there is', () => {
  test('what has no level of its own owes nothing and stays refused', async () => {
    const lax = await openTestDomain({ config: { allowNegative: true } });
    try {
      await lax.domain.inbound.purchase(inbound('PO', [receipt('A', 5), receipt('B', 5)]), lax.call);
      await lax.domain.virtuals.create({ skuId: 'CASE', realSkuId: 'A', ratio: 12 }, lax.call);
      await lax.domain.bundles.create(
        {
          skuId: 'SET',
          components: [
            { skuId: 'A', quantity: 9 },
            { skuId: 'B', quantity: 1 },
          ],
        },
        lax.call,
      );
      for (const skuId of ['CASE', 'SET']) {
        const short = sale(`O-${skuId}`, [{ skuId, quantity: 1 }]);
        expect(await refusalOf(lax.domain.outbound.sales(short, lax.call))).toMatchObject({ code: 'INV_002' });
      }
      const mixed = sale('O', [{ skuId: 'A', quantity: 7 }]);
      expect(await lax.domain.outbound.sales(mixed, lax.call)).toMatchObject({
        deficits: [{ skuId: 'A', quantity: 2 }],
      });
      expect((await lax.domain.stock.levels({ limit: 9 })).items.map(({ skuId }) => skuId)).toEqual(['A', 'B']);
      expect((await lax.domain.verify()).violations).toEqual([]);
    } finally {
      await lax.close();
    }
  });
});
