/** Trace on a real database: from a batch to where it came from and went, and back, along the indexes made for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everywhere } from '../rules/location-scope.ts';
import { documentStepsQuery, reservationStepsQuery } from '../persistence/trace-store.ts';
import { rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { batchIdOf } from '../testing/lock-inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import type { Tx } from '../persistence/transaction.ts';

let at: TestDomain;
let lot: string;
let north: string;
let other: string;

/** LOT comes in twice and at two places; O-1 is sold from a hold, O-2 from free stock, O-3 is held, O-4 was given back. */
beforeAll(async () => {
  at = await openTestDomain();
  const { domain, call } = at;
  await domain.locations.create({ locationId: 'north', priority: 500 }, call);
  const lines = [receipt('T', 20, { batchNo: 'LOT' }), receipt('T', 5, { batchNo: 'OTHER' })];
  await domain.inbound.purchase(inbound('PO-1', lines, { supplier: 'Acme' }), call);
  await domain.inbound.purchase(inbound('PO-2', [receipt('T', 4, { batchNo: 'LOT' })]), call);
  await domain.inbound.purchase(inbound('PO-3', [receipt('T', 7, { batchNo: 'LOT', locationId: 'north' })]), call);
  const held = await domain.reservations.reserve(hold('T', 3, { businessId: 'O-1', locationId: 'default' }), call);
  await domain.reservations.confirm({ id: held.id }, call);
  await domain.outbound.sales(sale('O-1', [{ skuId: 'T', quantity: 3 }]), call);
  await domain.outbound.sales(sale('O-2', [{ skuId: 'T', quantity: 2, locationId: 'north' }]), call);
  await domain.reservations.reserve(hold('T', 1, { businessId: 'O-3', locationId: 'default' }), call);
  const back = await domain.reservations.reserve(hold('T', 1, { businessId: 'O-4', locationId: 'default' }), call);
  await domain.reservations.release({ id: back.id }, call);
  [lot, north, other] = await Promise.all([
    batchIdOf(at, 'T', 'LOT'),
    batchIdOf(at, 'T', { batchNo: 'LOT', locationId: 'north' }),
    batchIdOf(at, 'T', 'OTHER'),
  ]);
});
afterAll(() => at.close());

type Trace = Awaited<ReturnType<TestDomain['domain']['batches']['trace']>>;
const brief = ({ items }: Pick<Trace, 'items'>) =>
  items.map((step) =>
    step.kind === 'document'
      ? `${step.type} ${step.documentNo} ${step.quantity} ${step.locationId}${step.reservationId === null ? '' : ' of a hold'}`
      : `${step.state} ${step.businessId} ${step.quantity} ${step.held}`,
  );
const everything = [
  'purchase PO-1 20 default',
  'purchase PO-2 4 default',
  'purchase PO-3 7 north',
  'fulfilled O-1 3 0',
  'sales O-1 3 default of a hold',
  'sales O-2 2 north',
  'active O-3 1 1',
  'released O-4 1 0',
];

describe('a batch', () => {
  test('by number tells its places, its receipts, its holds and its orders, in their order', async () => {
    const trace = await at.domain.batches.trace({ skuId: 'T', batchNo: 'LOT', limit: 50 });
    expect(brief(trace)).toEqual(everything);
    expect(trace.batches.map(({ batchId, kinship, onHand }) => [batchId, kinship, onHand])).toEqual([
      [lot, 'self', 21],
      [north, 'self', 5],
    ]);
    expect(trace).toMatchObject({ truncated: false, nextCursor: null });
    expect(trace.items[0]).toMatchObject({ supplier: 'Acme', unitCost: '2.50', batchId: lot });
  });

  test('by id is the same lot, as its number is the same goods at every place', async () => {
    expect(brief(await at.domain.batches.trace({ batchId: north, limit: 50 }))).toEqual(everything);
  });

  test('is told page by page, nothing twice and nothing left out', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const input = { batchId: lot, limit: 3, ...(cursor === undefined ? {} : { cursor }) };
      const page = await at.domain.batches.trace(input);
      seen.push(...brief(page));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(everything);
  });

  test('that is unknown is refused', async () => {
    const missing = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
    expect(await refusalOf(at.domain.batches.trace({ batchId: missing, limit: 5 }))).toMatchObject({ code: 'INV_007' });
    const work = at.domain.batches.trace({ skuId: 'T', batchNo: 'ghost', limit: 5 });
    expect(await refusalOf(work)).toMatchObject({ code: 'INV_007', details: { noun: 'batch', id: 'ghost' } });
  });

  test('within a scope of locations shows what stands there alone', async () => {
    const trace = await at.domain.within(['north']).batches.trace({ skuId: 'T', batchNo: 'LOT', limit: 50 });
    expect(brief(trace)).toEqual(['purchase PO-3 7 north', 'sales O-2 2 north']);
    expect(trace.batches.map(({ batchId }) => batchId)).toEqual([north]);
    const work = at.domain.within(['north']).batches.trace({ batchId: lot, limit: 5 });
    expect(await refusalOf(work)).toMatchObject({ code: 'INV_007' });
  });

  test('that was split off or merged tells what it came from and where it went', async () => {
    await at.dataSource.query('UPDATE stock_batch SET split_from = ? WHERE batch_id = ?', [lot, other]);
    const child = await at.domain.batches.trace({ batchId: other, limit: 50 });
    expect(child.batches.map(({ batchNo, kinship }) => [batchNo, kinship])).toEqual([
      ['OTHER', 'self'],
      ['LOT', 'ancestor'],
      ['LOT', 'ancestor'],
    ]);
    // Of an ancestor the receipts count; whom else it was sold to does not.
    expect(brief(child)).toEqual([everything[0], 'purchase PO-1 5 default', everything[1], everything[2]]);
    const parent = await at.domain.batches.trace({ batchId: lot, limit: 50 });
    expect(parent.batches.at(-1)).toMatchObject({ batchNo: 'OTHER', kinship: 'descendant', splitFrom: lot });
    expect(brief(parent)).toEqual(everything);
    await at.dataSource.query('UPDATE stock_batch SET split_from = NULL WHERE batch_id = ?', [other]);
  });
});

test('a child that went back into its parent is kin on both sides, and no step of either is left out', async () => {
  const { domain, call } = at;
  const { lines } = await domain.inbound.purchase(inbound('C-1', [receipt('C', 9, { batchNo: 'P' })]), call);
  const parent = lines[0]?.batchId ?? '';
  const { children } = await domain.batches.split({ batchId: parent, quantities: [4] }, call);
  const child = children[0]?.batchId ?? '';
  const pick = (documentNo: string, quantity: number, batchId: string) =>
    domain.outbound.pick({ documentNo, lines: [{ skuId: 'C', quantity, batchId }] }, call);
  await pick('C-CHILD', 1, child);
  await domain.batches.merge({ batchIds: [child, parent], targetBatchNo: 'P' }, call);
  await pick('C-PARENT', 2, parent);
  await domain.reservations.reserve(hold('C', 1, { businessId: 'C-HELD' }), call);
  const steps = ['purchase 9', 'split -4', 'split 4', 'pick 1', 'merge -3', 'merge 3', 'pick 2', 'order 1'];
  for (const batchId of [child, parent]) {
    const { items, batches } = await domain.batches.trace({ batchId, limit: 50 });
    expect(items.map(({ type, quantity }) => `${type} ${quantity}`)).toEqual(steps);
    expect(batches.map(({ kinship }) => kinship)).toEqual(['self', 'ancestor']);
  }
});

describe('back from', () => {
  const trace = (input: object) => at.domain.stock.trace({ limit: 50, ...input });

  test('an order, to the batches that it took and holds, and their receipts', async () => {
    const { items } = await trace({ orderNo: 'O-1' });
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ batch: { batchId: lot, batchNo: 'LOT' }, truncated: false });
    expect(brief({ items: items[0]?.steps ?? [] })).toEqual([everything[3], everything[4]]);
    // The receipts of the lot at every place: goods may have come by transfer.
    expect(brief({ items: items[0]?.receipts ?? [] })).toEqual(everything.slice(0, 3));
  });

  test('a document, an inbound one too', async () => {
    const document = await at.domain.outbound.get({ type: 'sales', documentNo: 'O-2' });
    expect((await trace({ documentId: document.id })).items.map(({ batch }) => batch.batchId)).toEqual([north]);
    const receipt = await at.domain.inbound.get({ type: 'purchase', documentNo: 'PO-1' });
    expect((await trace({ documentId: receipt.id })).items.map(({ batch }) => batch.batchId).toSorted()).toEqual(
      [lot, other].toSorted(),
    );
  });

  test('a reservation, with the documents that took what it held', async () => {
    const [sold] = (await at.domain.reservations.list({ businessId: 'O-1', limit: 1 })).items;
    const { items } = await trace({ reservationId: sold?.id });
    expect(brief({ items: items[0]?.steps ?? [] })).toEqual([everything[3], everything[4]]);
  });

  test('page by page', async () => {
    const { id } = await at.domain.inbound.get({ type: 'purchase', documentNo: 'PO-1' });
    const first = await trace({ documentId: id, limit: 1 });
    const second = await trace({ documentId: id, limit: 1, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ batch }) => batch.batchId)).toEqual([lot, other].toSorted());
    expect(second.nextCursor).toBeNull();
  });

  test.each([
    ['order', { orderNo: 'ghost' }],
    ['document', { documentId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' }],
    ['reservation', { reservationId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' }],
  ])('an unknown %s is refused', async (noun, input) => {
    expect(await refusalOf(trace(input))).toMatchObject({ code: 'INV_007', details: { noun } });
  });

  test('what stands elsewhere is absent', async () => {
    const work = at.domain.within(['north']).stock.trace({ orderNo: 'O-1', limit: 5 });
    expect(await refusalOf(work)).toMatchObject({ code: 'INV_007' });
  });
});

describe('the plan goes by the batch, not through the table:', () => {
  beforeAll(async () => {
    const { domain, call } = at;
    const lines = Array.from({ length: 1000 }, (_, each) => receipt(`NOISE-${each % 50}`, 5, { batchNo: `N-${each}` }));
    for (const documentNo of ['N1', 'N2']) await domain.inbound.purchase(inbound(documentNo, lines), call);
    for (let each = 0; each < 4; each += 1) {
      const holds = Array.from({ length: 200 }, (_, line) =>
        hold(`NOISE-${line % 50}`, 2, { businessId: `N-${each}`, lineId: `${line}` }),
      );
      await domain.reservations.reserveMany({ lines: holds }, call);
    }
    await at.dataSource.query('ANALYZE TABLE stock_document_line, reservation_line');
  });

  test.each([
    ['stock_document_line', 'stock_document_line_batch', documentStepsQuery],
    ['reservation_line', 'reservation_line_batch', reservationStepsQuery],
  ])('%s', async (_table, index, query) => {
    const tx = { scope: everywhere } as unknown as Tx;
    const { sql, parameters } = query(tx, { batchIds: [lot, north], limit: 51 });
    const plan = JSON.stringify(await rowsOf(at.dataSource, `EXPLAIN FORMAT=JSON ${sql}`, parameters));
    expect(plan).toContain(index);
    // The page is in the order of the index, so that nothing is read beyond it. (MySQL sorts as few rows as there are here.)
    expect(plan).not.toMatch(/filesort\W*\{/);
  });
});
