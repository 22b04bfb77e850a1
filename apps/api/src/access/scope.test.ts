/** A token that is limited to locations, against real rows of its own and of another location. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pick } from '../testing/stub-api.ts';
import { type Ids, openTwoPlaces, type TwoPlaces } from './testing/two-places.ts';

const NO_ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const LOCKING = { type: 'quality', businessId: 'L', reason: 'why' };

let at: TwoPlaces;
beforeAll(async () => {
  at = await openTwoPlaces();
});
afterAll(() => at?.api.end());

const target = (ids: Ids) => ({ id: ids.reservationId });
const byId: [procedure: string, input: (ids: Ids) => Record<string, unknown>][] = [
  ['batch.get', ({ batchId }) => ({ batchId })],
  ['batch.attributes', ({ batchId }) => ({ batchId })],
  ['batch.trace', ({ batchId }) => ({ batchId })],
  ['stock.trace', ({ saleId }) => ({ documentId: saleId })],
  ['stock.trace', ({ reservationId }) => ({ reservationId })],
  ['lock.get', ({ lockId }) => ({ lockId })],
  ['lock.release', ({ lockId }) => ({ lockId, reason: 'over' })],
  ['inbound.get', ({ documentId }) => ({ id: documentId })],
  ['outbound.get', ({ saleId }) => ({ id: saleId })],
  ['stock.movements', ({ documentId }) => ({ documentId })],
  ['stock.movements', ({ saleId }) => ({ documentId: saleId })],
  ['reservation.get', target],
  ['reservation.extend', (ids) => ({ ...target(ids), ttlSeconds: 7_200 })],
  ['reservation.confirm', target],
  ['reservation.deduct', (ids) => ({ ...target(ids), quantity: 1 })],
  ['reservation.release', target],
];
const absentIds: Ids = { saleId: NO_ID, documentId: NO_ID, batchId: NO_ID, reservationId: NO_ID, lockId: NO_ID };

test.each(byId)(
  '%s of a foreign id is answered as one that is not there, and changes nothing',
  async (procedure, input) => {
    const before = await at.doneByAll('reservation.get', target(at.foreign));
    const answer = await at.send(procedure, input(at.foreign));
    const absent = await at.send(procedure, input(absentIds));
    const [id = ''] = Object.values(at.foreign).filter((each) => Object.values(input(at.foreign)).includes(each));
    expect(answer.status).toBe(404);
    expect(answer.text.replaceAll(String(id), NO_ID)).toBe(absent.text);
    expect(await at.doneByAll('reservation.get', target(at.foreign))).toEqual(before);
    await at.done(procedure, input(at.own));
  },
);

test.each([
  ['lock.business', (batchId: unknown) => ({ batches: [{ batchId, quantity: 1 }], ...LOCKING })],
  [
    'lock.operation',
    (batchId: unknown) => ({ batchIds: [batchId], operationType: 'count', operator: 'I', reason: 'why' }),
  ],
])('%s of a foreign batch is answered as of one that is not there', async (procedure, input) => {
  const answer = await at.send(procedure, input(at.foreign.batchId));
  expect(answer.status).toBe(404);
  expect(answer.text.replaceAll(String(at.foreign.batchId), NO_ID)).toBe((await at.send(procedure, input(NO_ID))).text);
});

test('the lock of a foreign business stands in the way and is not told', async () => {
  const batches = [{ batchId: at.own.batchId, quantity: 1 }];
  const answer = await at.send('lock.business', { batches, ...LOCKING, type: 'promotion', businessId: 'L-THERE' });
  expect(answer).toMatchObject({ status: 409, body: { code: 'INV_008', details: { id: 'L-THERE' } } });
  expect(answer.text).not.toContain(at.foreign.lockId);
});

test.each([
  ['batch.split', (batchId: unknown) => ({ batchId, quantities: [1] })],
  ['batch.update', (batchId: unknown) => ({ batchId, attributes: { bay: 1 } })],
  ['batch.merge', (batchId: unknown) => ({ batchIds: [batchId, at.own.batchId], targetBatchNo: 'T' })],
])('%s of a foreign batch is answered as of one that is not there', async (procedure, input) => {
  const answer = await at.send(procedure, input(at.foreign.batchId));
  expect(answer.status).toBe(404);
  expect(answer.text.replaceAll(String(at.foreign.batchId), NO_ID)).toBe((await at.send(procedure, input(NO_ID))).text);
});

test('what a batch number means is corrected everywhere, so that needs every location; attributes do not', async () => {
  const { batchId } = at.own;
  for (const fields of [{ expiresAt: null }, { producedOn: null }, { qualityLevel: 'B' }])
    expect(await at.send('batch.update', { batchId, ...fields })).toMatchObject({ status: 403 });
  expect(await at.send('batch.update', { batchId, attributes: { bay: 1 } })).toMatchObject({ status: 200 });
  expect(await at.send('batch.expireDue', {})).toMatchObject({ status: 403 });
});

test('a recall and the sweep of locks need every location', async () => {
  const recall = { skuId: 'A', batchNo: 'PO-HERE-1', reason: 'why', operator: 'I' };
  expect(await at.send('batch.recall', recall)).toMatchObject({ status: 403 });
  expect(await at.send('lock.expireDue', {})).toMatchObject({ status: 403 });
});

describe('by business document', () => {
  const there = { type: 'order', businessId: 'O-THERE' };
  test.each([
    ['reservation.confirm', there],
    ['reservation.deduct', there],
    ['reservation.release', there],
    ['reservation.extend', { ...there, ttlSeconds: 9_000 }],
    ['reservation.convert', { from: there, to: { type: 'order', businessId: 'MINE' } }],
    ['reservation.convert', { from: { type: 'order', businessId: 'O-HERE' }, to: there }],
  ])('%s of a foreign one is as absent', async (procedure, input) => {
    expect(await at.send(procedure, input)).toMatchObject({ status: 404 });
    const body = await at.doneByAll('reservation.list', { businessId: 'O-THERE' });
    expect(body).toMatchObject({ items: [{ state: 'active', held: 5 }] });
  });

  test('replacing a foreign hold from here does not set it free, and tells nothing of it', async () => {
    const hold = { ...there, skuId: 'A', quantity: 1, locationId: 'HERE' };
    for (const replace of [true, false]) {
      const answer = await at.send('reservation.reserve', { ...hold, replace });
      expect(answer).toMatchObject({ status: 409, body: { code: 'INV_008', details: { id: 'O-THERE' } } });
      expect(answer.text).not.toMatch(/active|other content/);
      expect(answer.text).not.toContain(at.foreign.reservationId);
      const many = await at.send('reservation.reserveMany', { lines: [{ ...hold, replace }] });
      expect(many).toMatchObject({ status: 409 });
    }
    expect(await at.doneByAll('reservation.get', target(at.foreign))).toMatchObject({ state: 'active', held: 5 });
  });
});

describe('naming a location', () => {
  const reserve = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'C' };
  const sale = (line: object) => ({ orderNo: 'S', lines: [{ skuId: 'A', quantity: 1, ...line }] });
  const receipt = (line: object) => ({ documentNo: 'R', lines: [{ skuId: 'A', quantity: 1, unitCost: '1', ...line }] });
  const cases: [procedure: string, input: (line: object) => unknown, unnamed: number][] = [
    ['reservation.reserve', (line) => ({ ...reserve, ...line, lineId: JSON.stringify(line) }), 200],
    [
      'reservation.reserveMany',
      (line) => ({ lines: [{ ...reserve, ...line, lineId: `m${JSON.stringify(line)}` }] }),
      200,
    ],
    ['outbound.sales', (line) => ({ ...sale(line), documentNo: JSON.stringify(line) }), 200],
    ['stock.available', (line) => ({ skuId: 'A', ...line }), 200],
    ['stock.allocate', (line) => ({ skuId: 'A', quantity: 1, ...line }), 200],
    // Left out, these mean `default`, which is foreign.
    ['inbound.purchase', receipt, 404],
    ['stock.asOf', (line) => ({ skuId: 'A', at: '2026-01-01T00:00:00Z', ...line }), 404],
    ['stock.configure', (line) => ({ skuId: 'A', ...line }), 404],
  ];

  test.each(cases)(
    '%s takes its own, hides a foreign one, and means its own by none',
    async (procedure, input, unnamed) => {
      const hidden = await at.send(procedure, input({ locationId: 'THERE' }));
      const absent = await at.send(procedure, input({ locationId: 'NONE!' }));
      expect(hidden).toMatchObject({ status: 404 });
      expect(hidden.text.replaceAll('THERE', 'NONE!')).toBe(absent.text);
      const all = await at.send(procedure, input({}));
      expect([procedure, all.status, all.text]).toEqual([procedure, unnamed, expect.anything()]);
      const answer = await at.done(procedure, input({ locationId: 'HERE' }));
      // A refusal names what was meant by none.
      const told = [JSON.stringify(answer), ...(unnamed === 200 ? [all.text] : [])];
      for (const text of told) expect(text).not.toMatch(/THERE|default"/);
    },
  );

  test('each line counts', async () => {
    const lines = ['HERE', 'THERE'].map((locationId) => ({ ...reserve, lineId: locationId, locationId }));
    expect(await at.send('reservation.reserveMany', { lines })).toMatchObject({ status: 404 });
  });
});

describe('lists', () => {
  /** A cursor of this very list with a key of our own making. */
  const crafted = async (procedure: string, input: object, key: readonly string[]): Promise<string> => {
    const real = pick(await at.doneByAll(procedure, { ...input, limit: 1 }), 'nextCursor');
    const [list] = JSON.parse(Buffer.from(String(real), 'base64url').toString('utf8')) as string[];
    return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
  };
  const first = '00000000000000000000000000';
  const last = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';

  test.each([
    ['location.list', {}, ['A']],
    ['batch.list', { skuId: 'A' }, [first]],
    ['stock.levels', {}, ['A', 'I']],
    ['stock.movements', { skuId: 'A' }, ['A', 'I', '0']],
    ['reservation.list', { state: 'active' }, [last]],
    ['inbound.list', {}, [last]],
    ['outbound.list', {}, [last]],
  ])(
    '%s: a crafted cursor shows nothing of elsewhere, and pages are full and name no foreign row',
    async (procedure, input, key) => {
      const all = pick(await at.done(procedure, { ...input, limit: 500 }), 'items') as unknown[];
      const cursor = await crafted(procedure, input, key);
      const page = await at.done(procedure, { ...input, cursor });
      expect(JSON.stringify(page)).not.toMatch(/THERE|default"/);
      const walked: unknown[] = [];
      for (let next: unknown; next !== null;) {
        const step = await at.done(procedure, { ...input, limit: 1, ...(next === undefined ? {} : { cursor: next }) });
        walked.push(...(pick(step, 'items') as unknown[]));
        next = pick(step, 'nextCursor');
        const told = typeof next === 'string' ? Buffer.from(next, 'base64url').toString('utf8') : '';
        expect(told).not.toMatch(/THERE|default/);
        for (const id of Object.values(at.foreign)) expect(told).not.toContain(id);
      }
      expect(walked).toEqual(all);
      expect(all.length).toBeGreaterThan(0);
    },
  );
});

test('what looks at all locations shows those of its own alone', async () => {
  for (const [procedure, input] of [
    ['stock.explain', { skuId: 'A' }],
    ['location.list', {}],
    ['reservation.list', { skuId: 'A' }],
    ['batch.list', { skuId: 'A' }],
    ['lock.list', { skuId: 'A' }],
    ['stock.levels', { skuId: 'A' }],
    ['stock.movements', { skuId: 'A' }],
    ['inbound.list', {}],
    ['outbound.list', {}],
    ['token.list', {}],
  ] as const) {
    const answer = await at.done(procedure, input);
    expect(JSON.stringify(answer)).toContain('HERE');
    expect(JSON.stringify(answer)).not.toContain('THERE');
  }
});

test('a token made with a scope can only hand on what lies within it', async () => {
  const make = (more: object) => at.send('token.create', { name: 'x', role: 'user', ...more });
  expect(await make({})).toMatchObject({ status: 403 });
  expect(await make({ locationIds: ['HERE', 'THERE'] })).toMatchObject({ status: 403 });
  expect(await make({ locationIds: ['HERE'] })).toMatchObject({ status: 200 });
});
