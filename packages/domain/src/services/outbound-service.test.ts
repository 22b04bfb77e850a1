/** outbound.sales: what an order holds goes first, then free stock; all lines or none; one effect a document. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '@granary/contracts/document';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

let documents = 0;
const stock = (...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.purchase(
    inbound(
      `PO-${(documents += 1)}`,
      lines.map((line) => receipt(...line)),
    ),
    at.call,
  );
const sell = (...[orderNo, lines, more]: Parameters<typeof sale>) =>
  at.domain.outbound.sales(sale(orderNo, lines, more), at.call);
const reserve = (...line: Parameters<typeof hold>) => at.domain.reservations.reserve(hold(...line), at.call);
const stateOf = async (id: string) => {
  const { state, held, fulfilled } = await at.domain.reservations.get({ id });
  return [state, held, fulfilled];
};
const sources = ({ lines }: Document) => lines.map(({ quantity, reservationId }) => [quantity, reservationId]);

describe('a sale takes', () => {
  test('what the order holds, confirmed before active, the oldest first, then free stock', async () => {
    await stock(['A', 20]);
    const first = await reserve('A', 2, { businessId: 'O-A', lineId: '1' });
    const second = await reserve('A', 3, { businessId: 'O-A', lineId: '2' });
    const paid = await reserve('A', 4, { businessId: 'O-A', lineId: '3' });
    await at.domain.reservations.confirm({ id: paid.id }, at.call);
    const document = await sell('O-A', [{ skuId: 'A', quantity: 12 }]);
    expect(sources(document)).toEqual([
      [4, paid.id],
      [2, first.id],
      [3, second.id],
      [3, null],
    ]);
    for (const { id, quantity } of [first, second, paid]) expect(await stateOf(id)).toEqual(['fulfilled', 0, quantity]);
    const { items } = await at.domain.stock.movements({ documentId: document.id, limit: 9 });
    expect(items.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta])).toEqual([
      ['deduct', -4, -4],
      ['deduct', -2, -2],
      ['deduct', -3, -3],
      ['ship', -3, 0],
    ]);
  });

  test('no more than it sells: the rest stays held', async () => {
    await stock(['B', 10]);
    const paid = await reserve('B', 6, 'O-B');
    await at.domain.reservations.confirm({ id: paid.id }, at.call);
    expect(sources(await sell('O-B', [{ skuId: 'B', quantity: 4 }], { documentNo: 'O-B/1' }))).toEqual([[4, paid.id]]);
    expect(await stateOf(paid.id)).toEqual(['confirmed', 2, 4]);
    const more = [
      { skuId: 'B', quantity: 1 },
      { skuId: 'B', quantity: 3 },
    ];
    expect(sources(await sell('O-B', more, { documentNo: 'O-B/2' }))).toEqual([
      [1, paid.id],
      [1, paid.id],
      [2, null],
    ]);
    expect(await stateOf(paid.id)).toEqual(['fulfilled', 0, 6]);
    const list = await at.domain.outbound.list({ orderNo: 'O-B', limit: 9 });
    expect(list.items.map(({ documentNo }) => documentNo)).toEqual(['O-B/2', 'O-B/1']);
  });

  test('only what is held at the place that the line names', async () => {
    await stock(['C', 3], ['C', 5, { locationId: 'north' }]);
    const both = await reserve('C', 6, 'O-C');
    expect(new Set(both.lines.map(({ locationId }) => locationId))).toEqual(new Set(['default', 'north']));
    const document = await sell('O-C', [{ skuId: 'C', quantity: 4, locationId: 'north' }]);
    expect(
      document.lines.map(({ locationId, quantity, reservationId }) => [locationId, quantity, reservationId]),
    ).toEqual([
      ['north', 3, both.id],
      ['north', 1, null],
    ]);
    expect(await stateOf(both.id)).toEqual(['active', 3, 3]);
  });

  test('nothing that another order, or the same number as a cart, holds', async () => {
    await stock(['D', 5]);
    await reserve('D', 2, { businessId: 'O-D', type: 'cart' });
    await reserve('D', 2, 'O-D2');
    await expectRefusal(at, (key) => sell('O-D', [{ skuId: 'D', quantity: 2 }], key), {
      code: 'INV_002',
      details: { lines: [{ skuId: 'D', locationId: null, requested: 2, available: 1 }] },
    });
    expect(sources(await sell('O-D', [{ skuId: 'D', quantity: 1 }]))).toEqual([[1, null]]);
  });

  test('free stock by the strategy and the criteria of the line', async () => {
    await stock(
      ['E', 5, { batchNo: 'first', unitCost: '9.00' }],
      ['E', 5, { batchNo: 'cheap', unitCost: '1.00' }],
      ['E', 5, { batchNo: 'b', qualityLevel: 'B' }],
    );
    const document = await sell('O-E', [
      { skuId: 'E', quantity: 6, strategy: 'cost_optimized', qualityLevel: 'A' },
      { skuId: 'E', quantity: 2, qualityLevel: 'B' },
    ]);
    expect(document.lines.map(({ line, batchNo, quantity, unitCost }) => [line, batchNo, quantity, unitCost])).toEqual([
      [1, 'cheap', 5, '1.00'],
      [1, 'first', 1, '9.00'],
      [2, 'b', 2, '2.50'],
    ]);
  });
});

describe('a short sale', () => {
  test('names every short line with what the order holds and what is free, and takes nothing', async () => {
    await stock(['F1', 5], ['F2', 4], ['F3', 1]);
    await reserve('F1', 2, 'O-F');
    await reserve('F1', 1, 'SOMEBODY');
    const lines = [
      { skuId: 'F1', quantity: 5 },
      { skuId: 'F2', quantity: 4 },
      { skuId: 'F3', quantity: 2 },
    ];
    await expectRefusal(at, (key) => sell('O-F', lines, key), {
      code: 'INV_002',
      details: {
        lines: [
          { skuId: 'F1', locationId: null, requested: 5, available: 4 },
          { skuId: 'F3', locationId: null, requested: 2, available: 1 },
        ],
      },
    });
  });

  test('sums lines of one SKU before it decides', async () => {
    await stock(['G', 5]);
    const lines = [
      { skuId: 'G', quantity: 3 },
      { skuId: 'G', quantity: 3 },
    ];
    await expectRefusal(at, (key) => sell('O-G', lines, key), {
      code: 'INV_002',
      details: { lines: [{ skuId: 'G', locationId: null, requested: 6, available: 5 }] },
    });
  });

  test('names the line that found too little where criteria overlap', async () => {
    await stock(['H', 5], ['H', 2, { qualityLevel: 'B' }]);
    const lines = [
      { skuId: 'H', quantity: 6 },
      { skuId: 'H', quantity: 2, qualityLevel: 'B' },
    ];
    await expectRefusal(at, (key) => sell('O-H', lines, key), {
      code: 'INV_002',
      details: { lines: [{ skuId: 'H', locationId: null, requested: 2, available: 1 }] },
    });
  });
});

describe('a document', () => {
  test('is answered again for the same content, and has one effect', async () => {
    await stock(['K', 5]);
    const first = await sell('O-K', [{ skuId: 'K', quantity: 2 }], { operator: 'Ann' });
    expect(first).toMatchObject({ type: 'sales', documentNo: 'O-K', orderNo: 'O-K', operator: 'Ann' });
    expect(await sell('O-K', [{ skuId: 'K', quantity: 2 }], { operator: 'Ann' })).toEqual(first);
    expect(await at.domain.outbound.get({ type: 'sales', documentNo: 'O-K' })).toEqual(first);
    expect((await at.domain.stock.check({ skuId: 'K' })).available).toBe(3);
  });

  test('of the same number with other content is refused, also of another order', async () => {
    for (const [orderNo, quantity] of [
      ['O-K', 1],
      ['O-K2', 2],
    ] as const)
      await expectRefusal(at, (key) => sell(orderNo, [{ skuId: 'K', quantity }], { documentNo: 'O-K', ...key }), {
        code: 'INV_008',
        details: { noun: 'sales document', id: 'O-K' },
      });
  });

  test('may have the number of a purchase', async () => {
    await stock(['L', 1]);
    await sell(`PO-${documents}`, [{ skuId: 'L', quantity: 1 }]);
  });

  test('says when it happened, in the past only', async () => {
    await stock(['M', 2]);
    const occurredAt = secondsFromNow(-60);
    expect((await sell('O-M', [{ skuId: 'M', quantity: 1 }], { occurredAt })).occurredAt).toBe(occurredAt);
    const later = { occurredAt: secondsFromNow(60) };
    await expectRefusal(at, (key) => sell('O-M2', [{ skuId: 'M', quantity: 1 }], { ...later, ...key }), {
      code: 'INV_005',
      details: { issues: [{ path: 'occurredAt' }] },
    });
  });
});

describe('refused without a trace is', () => {
  test.each([
    ['an unknown SKU', { skuId: 'ghost' }, { code: 'INV_001', details: { skuId: 'ghost' } }],
    [
      'an unknown location',
      { locationId: 'nowhere' },
      { code: 'INV_007', details: { noun: 'location', id: 'nowhere' } },
    ],
    [
      'an unknown strategy',
      { strategy: 'nearest' },
      { code: 'INV_005', details: { issues: [{ path: 'lines.1.strategy' }] } },
    ],
    [
      'an inactive SKU',
      { skuId: 'ASLEEP' },
      { code: 'INV_010', details: { noun: 'SKU', id: 'ASLEEP', state: 'inactive' } },
    ],
    [
      'a SKU without stock there',
      { locationId: 'north' },
      { code: 'INV_002', details: { lines: [{ skuId: 'N', locationId: 'north', requested: 1, available: 0 }] } },
    ],
  ])('%s', async (what, line, expected) => {
    await stock(['N', 5], ['ASLEEP', 5]);
    await at.domain.skus.update({ skuId: 'ASLEEP', status: 'inactive' }, at.call);
    const lines = [
      { skuId: 'N', quantity: 1 },
      { skuId: 'N', quantity: 1, ...line },
    ];
    await expectRefusal(at, (key) => sell(`O-N ${what}`, lines, key), expected);
  });
});
