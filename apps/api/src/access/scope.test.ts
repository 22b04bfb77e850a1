/** A token that is limited to locations, against real rows of its own and of another location. */
import { localPrincipal } from '@granary/contracts/permission';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { type Answer, pick, post } from '../testing/stub-api.ts';

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };
const NO_ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';

let api: RealApi;
let everywhere: string;
let here: string;

/** Through REST; the other test says that both doors answer alike. */
const send = (procedure: string, input: unknown, token = here): Promise<Answer> =>
  post(`${api.url}/v1/${procedure.replace('.', '/')}`, input, { authorization: `Bearer ${token}` });

async function done(procedure: string, input: unknown, token = everywhere): Promise<unknown> {
  const answer = await send(procedure, input, token);
  expect([procedure, answer.status, answer.text]).toEqual([procedure, 200, expect.anything()]);
  return answer.body;
}

interface Ids {
  readonly documentId: unknown;
  readonly batchId: unknown;
  readonly reservationId: unknown;
}
const stock = async (locationId: string): Promise<Ids> => {
  const line = { skuId: 'A', quantity: 50, unitCost: '2', locationId };
  const document = await done('inbound.purchase', { documentNo: `PO-${locationId}`, lines: [line] });
  const [first] = pick(document, 'lines') as unknown[];
  const hold = { skuId: 'A', quantity: 5, type: 'order', businessId: `O-${locationId}`, locationId };
  const reservation = await done('reservation.reserve', hold);
  return { documentId: pick(document, 'id'), batchId: pick(first, 'batchId'), reservationId: pick(reservation, 'id') };
};

let own: Ids;
let foreign: Ids;
beforeAll(async () => {
  api = await openRealApi({ GRANARY_ACCESS: 'tokens' });
  const { tokens } = api.granary.domain;
  everywhere = (await tokens.create({ name: 'all', role: 'admin' }, call, localPrincipal)).token ?? '';
  here = (await tokens.create({ name: 'one', role: 'admin', locationIds: ['HERE'] }, call, localPrincipal)).token ?? '';
  for (const locationId of ['HERE', 'THERE']) await done('location.create', { locationId });
  own = await stock('HERE');
  foreign = await stock('THERE');
});
afterAll(() => api?.end());

const target = (ids: Ids) => ({ id: ids.reservationId });
const byId: [procedure: string, input: (ids: Ids) => Record<string, unknown>][] = [
  ['batch.get', ({ batchId }) => ({ batchId })],
  ['inbound.get', ({ documentId }) => ({ id: documentId })],
  ['reservation.get', target],
  ['reservation.extend', (ids) => ({ ...target(ids), ttlSeconds: 7_200 })],
  ['reservation.confirm', target],
  ['reservation.deduct', (ids) => ({ ...target(ids), quantity: 1 })],
  ['reservation.release', target],
];
const absentIds: Ids = { documentId: NO_ID, batchId: NO_ID, reservationId: NO_ID };

test.each(byId)(
  '%s of a foreign id is answered as one that is not there, and changes nothing',
  async (procedure, input) => {
    const before = await done('reservation.get', target(foreign));
    const answer = await send(procedure, input(foreign));
    const absent = await send(procedure, input(absentIds));
    const [id = ''] = [foreign.batchId, foreign.documentId, foreign.reservationId].filter((each) =>
      Object.values(input(foreign)).includes(each),
    );
    expect(answer.status).toBe(404);
    expect(answer.text.replaceAll(String(id), NO_ID)).toBe(absent.text);
    expect(await done('reservation.get', target(foreign))).toEqual(before);
    await done(procedure, input(own), here);
  },
);

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
    expect(await send(procedure, input)).toMatchObject({ status: 404 });
    const body = await done('reservation.list', { businessId: 'O-THERE' });
    expect(body).toMatchObject({ items: [{ state: 'active', held: 5 }] });
  });

  test('replacing a foreign hold from here does not set it free', async () => {
    const hold = { ...there, skuId: 'A', quantity: 1, locationId: 'HERE', replace: true };
    expect(await send('reservation.reserve', hold)).toMatchObject({ status: 404 });
    expect(await send('reservation.reserveMany', { lines: [hold] })).toMatchObject({ status: 404 });
  });
});

describe('naming a location', () => {
  const reserve = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'C' };
  const sale = (line: object) => ({ orderNo: 'S', lines: [{ skuId: 'A', quantity: 1, ...line }] });
  const receipt = (line: object) => ({ documentNo: 'R', lines: [{ skuId: 'A', quantity: 1, unitCost: '1', ...line }] });
  const cases: [procedure: string, input: (line: object) => unknown, unnamed: number][] = [
    ['reservation.reserve', (line) => ({ ...reserve, ...line }), 422],
    ['reservation.reserveMany', (line) => ({ lines: [{ ...reserve, ...line }] }), 422],
    ['outbound.sales', sale, 422],
    ['stock.available', (line) => ({ skuId: 'A', ...line }), 422],
    ['stock.allocate', (line) => ({ skuId: 'A', quantity: 1, ...line }), 422],
    ['stock.movements', (line) => ({ skuId: 'A', ...line }), 422],
    ['stock.levels', (line) => ({ skuId: 'A', ...line }), 422],
    ['batch.list', (line) => ({ skuId: 'A', ...line }), 422],
    // Left out, these mean `default`, which is foreign.
    ['inbound.purchase', receipt, 404],
    ['stock.asOf', (line) => ({ skuId: 'A', at: '2026-01-01T00:00:00Z', ...line }), 404],
    ['stock.configure', (line) => ({ skuId: 'A', ...line }), 404],
  ];

  test.each(cases)('%s takes its own, hides a foreign one, and wants one named', async (procedure, input, unnamed) => {
    expect(await send(procedure, input({ locationId: 'THERE' }))).toMatchObject({ status: 404 });
    expect(await send(procedure, input({}))).toMatchObject({ status: unnamed });
    const answer = await done(procedure, input({ locationId: 'HERE' }), here);
    expect(JSON.stringify(answer)).not.toMatch(/THERE|default"/);
  });

  test('each line counts', async () => {
    const lines = ['HERE', 'THERE'].map((locationId) => ({ ...reserve, lineId: locationId, locationId }));
    expect(await send('reservation.reserveMany', { lines })).toMatchObject({ status: 404 });
  });
});

test('what looks at all locations shows those of its own alone', async () => {
  for (const [procedure, input] of [
    ['stock.explain', { skuId: 'A' }],
    ['location.list', {}],
    ['reservation.list', { skuId: 'A' }],
    ['token.list', {}],
  ] as const) {
    const answer = await done(procedure, input, here);
    expect(JSON.stringify(answer)).toContain('HERE');
    expect(JSON.stringify(answer)).not.toContain('THERE');
  }
});

test('a token made with a scope can only hand on what lies within it', async () => {
  const make = (more: object) => send('token.create', { name: 'x', role: 'user', ...more });
  expect(await make({})).toMatchObject({ status: 403 });
  expect(await make({ locationIds: ['HERE', 'THERE'] })).toMatchObject({ status: 403 });
  expect(await make({ locationIds: ['HERE'] })).toMatchObject({ status: 200 });
});
