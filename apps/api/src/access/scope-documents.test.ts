/** Documents that name others, asked by a token of one location: what stands elsewhere is as absent. And who may back-date. */
import { localPrincipal } from '@granary/contracts/permission';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { post } from '../testing/stub-api.ts';
import { openTwoPlaces, type TwoPlaces } from './testing/two-places.ts';

let at: TwoPlaces;
beforeAll(async () => {
  at = await openTwoPlaces();
});
afterAll(() => at?.api.end());

type Ids = TwoPlaces['own'];
const NO_ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const absent: Ids = { saleId: NO_ID, documentId: NO_ID, batchId: NO_ID, reservationId: NO_ID, lockId: NO_ID };
const why = { operator: 'Ann', reason: 'test' };
let made = 0;
const documentNo = () => `DOC-${(made += 1)}`;
const back = (original: object) => ({
  documentNo: documentNo(),
  lines: [{ skuId: 'A', quantity: 1, locationId: 'HERE', ...original }],
});
const taking = (line: object) => ({ documentNo: documentNo(), lines: [{ skuId: 'A', quantity: 1, ...line }] });

const byId: readonly [procedure: string, input: (ids: Ids) => object][] = [
  ['inbound.return', ({ saleId }) => back({ originalDocumentId: saleId, originalLine: 1 })],
  [
    'outbound.supplierReturn',
    ({ documentId }) => ({ supplier: 'S', ...taking({ originalDocumentId: documentId, originalLine: 1 }) }),
  ],
  ['outbound.damage', ({ batchId }) => ({ reason: 'broken', ...taking({ batchId }) })],
  ['outbound.pick', ({ batchId }) => taking({ batchId })],
  ['outbound.supplierReturn', ({ batchId }) => ({ supplier: 'S', ...taking({ batchId }) })],
  ['adjustment.adjust', ({ batchId }) => ({ skuId: 'A', delta: -1, batchId, reasonCode: 'loss', operator: 'I' })],
];

test.each(byId)('%s by a foreign id is answered as by one that is not there', async (procedure, input) => {
  const answer = await at.send(procedure, input(at.foreign));
  const missing = await at.send(procedure, input(absent));
  const [id = ''] = Object.values(at.foreign).filter((each) =>
    JSON.stringify(input(at.foreign)).includes(String(each)),
  );
  expect(answer.status).toBe(404);
  expect(answer.text.replaceAll(String(id), NO_ID)).toBe(missing.text);
  await at.done(procedure, input(at.own));
});

test('a return by a foreign number or a foreign reservation is answered as by one that is not there', async () => {
  const numbered = await at.send('inbound.return', back({ originalDocumentNo: 'S-THERE', originalLine: 1 }));
  const unknown = await at.send('inbound.return', back({ originalDocumentNo: 'S-NEVER', originalLine: 1 }));
  expect(numbered).toMatchObject({ status: 404 });
  expect(numbered.text.replaceAll('S-THERE', 'S-NEVER')).toBe(unknown.text);
  const id = at.foreign.reservationId;
  await at.doneByAll('reservation.deduct', { id, quantity: 1 });
  const held = await at.send('inbound.return', back({ reservationId: id }));
  expect(held).toMatchObject({ status: 404 });
  const none = await at.send('inbound.return', back({ reservationId: NO_ID }));
  expect(held.text.replaceAll(String(id), NO_ID)).toBe(none.text);
});

test('a foreign document is reversed by nobody from here', async () => {
  for (const [procedure, id] of [
    ['outbound.reverse', at.foreign.saleId],
    ['inbound.reverse', at.foreign.documentId],
  ] as const) {
    const answer = await at.send(procedure, { documentId: id, ...why });
    const missing = await at.send(procedure, { documentId: NO_ID, ...why });
    expect(answer).toMatchObject({ status: 404 });
    expect(answer.text.replaceAll(String(id), NO_ID)).toBe(missing.text);
  }
});

describe('back-dating', () => {
  const past = '2026-01-01T00:00:00Z';
  const sale = () => ({ orderNo: documentNo(), occurredAt: past, lines: [{ skuId: 'A', quantity: 1 }] });

  test('is a right of its own, which a business has not and an admin has', async () => {
    const { tokens } = at.api.granary.domain;
    const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'test' } };
    const business = await tokens.create({ name: 'shop', role: 'business' }, call, localPrincipal);
    const authorization = `Bearer ${business.token}`;
    const answer = await post(`${at.api.url}/v1/outbound/sales`, sale(), { authorization });
    expect(answer).toMatchObject({ status: 403, body: { code: 'INV_015', details: { permission: 'stock.backdate' } } });
    const { occurredAt: _past, ...now } = sale();
    expect(await post(`${at.api.url}/v1/outbound/sales`, now, { authorization })).toMatchObject({ status: 200 });
    // Goods that were there by then: costing refuses to sell what came later.
    const lines = [{ skuId: 'A', quantity: 1, unitCost: '1.00' }];
    await at.doneByAll('inbound.purchase', { documentNo: documentNo(), occurredAt: past, lines });
    expect(await at.doneByAll('outbound.sales', sale())).toMatchObject({ occurredAt: '2026-01-01T00:00:00.000000Z' });
  });
});
