/** What is not there is refused by its name: nothing is answered, and nothing is made. */
import { transferReceiveInput } from '@granary/contracts/transfer';
import type { GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt } from '../testing/inputs.ts';
import { recalling } from '../testing/lock-inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('PO', [receipt('PLAIN', 5)]), at.call);
});
afterAll(() => closeSound(at));

const GONE = '01J00000000000000000000000';
const reason = 'a test';

test.each<
  [string, (domain: TestDomain['domain'], call: TestDomain['call']) => Promise<unknown>, Partial<GranaryError>]
>([
  ['an alert', ({ alerts }) => alerts.get({ alertId: GONE }), { kind: 'notFound' }],
  ['an adjustment by id', ({ adjustments }) => adjustments.get({ id: GONE }), { kind: 'notFound' }],
  [
    'an adjustment by number',
    ({ adjustments }) => adjustments.get({ type: 'count', documentNo: 'NONE' }),
    { details: { noun: 'adjustment', id: 'NONE' } },
  ],
  ['a document by id', ({ inbound: { get } }) => get({ id: GONE }), { details: { noun: 'document', id: GONE } }],
  [
    'a document by number',
    ({ inbound: { get } }) => get({ type: 'purchase', documentNo: 'NONE' }),
    { details: { noun: 'document', id: 'NONE' } },
  ],
  ['a bundle', ({ bundles }) => bundles.get({ skuId: 'PLAIN' }), { details: { noun: 'bundle', id: 'PLAIN' } }],
  ['a virtual SKU', ({ virtuals }) => virtuals.get({ skuId: 'PLAIN' }), { details: { noun: 'virtual', id: 'PLAIN' } }],
  [
    'a bundle that is to change',
    ({ bundles }, call) => bundles.update({ skuId: 'PLAIN', components: [{ skuId: 'PLAIN', quantity: 1 }] }, call),
    { kind: 'notFound' },
  ],
  ['an import', ({ imports }) => imports.get({ importId: GONE }), { details: { noun: 'import', id: GONE } }],
  ['the errors of an import', ({ imports }) => imports.errors({ importId: GONE, limit: 5 }), { kind: 'notFound' }],
  [
    'an import that is sent on',
    ({ imports }, call) => imports.upload({ importId: GONE, part: 1, csv: 'skuId' }, call),
    { kind: 'notFound' },
  ],
  ['an import to check', ({ imports }, call) => imports.check({ importId: GONE }, call), { kind: 'notFound' }],
  ['an import to cancel', ({ imports }, call) => imports.cancel({ importId: GONE }, call), { kind: 'notFound' }],
  [
    'an expected receipt that is to change',
    ({ inTransit }, call) => inTransit.cancel({ inTransitId: GONE, reason }, call),
    { details: { noun: 'expected receipt', id: GONE } },
  ],
  ['a SKU to check', ({ stock }) => stock.check({ skuId: 'NONE' }), { kind: 'stockNotFound' }],
  ['a SKU among others', ({ stock }) => stock.checkMany({ skuIds: ['PLAIN', 'NONE'] }), { kind: 'stockNotFound' }],
  [
    'a product',
    ({ stock }) => stock.available({ spuId: 'NONE', excludeExpired: true, includeReserved: false }),
    { details: { skuId: 'NONE' } },
  ],
  [
    'a SKU whose alerts are looked at',
    ({ alerts }, call) => alerts.evaluate({ skuIds: ['NONE'] }, call),
    { kind: 'stockNotFound', details: { skuId: 'NONE' } },
  ],
  [
    'a transfer by id',
    ({ transfers }) => transfers.get({ transferId: GONE }),
    { details: { noun: 'transfer', id: GONE } },
  ],
  ['a transfer to ship', ({ transfers }, call) => transfers.ship({ transferNo: 'NONE' }, call), { kind: 'notFound' }],
  [
    'a transfer to receive',
    ({ transfers }, call) => transfers.receive(transferReceiveInput.parse({ transferNo: 'NONE' }), call),
    { kind: 'notFound' },
  ],
  [
    'a transfer to write off',
    ({ transfers }, call) =>
      transfers.writeOff({ transferNo: 'NONE', lines: [{ line: 1, quantity: 1 }], reason }, call),
    { kind: 'notFound' },
  ],
  [
    'a transfer to cancel',
    ({ transfers }, call) => transfers.cancel({ transferNo: 'NONE', reason }, call),
    { kind: 'notFound' },
  ],
  [
    'a lot to recall',
    ({ batches }, call) => batches.recall(recalling('PLAIN', 'NONE'), call),
    { details: { noun: 'batch', id: 'NONE' } },
  ],
  [
    'what an order took',
    ({ stock }) => stock.trace({ orderNo: 'NONE', limit: 5 }),
    { details: { noun: 'order', id: 'NONE' } },
  ],
  [
    'a piece',
    ({ stock }) => stock.trace({ skuId: 'PLAIN', serial: 'NONE', limit: 5 }),
    { details: { noun: 'serial', id: 'NONE' } },
  ],
  ['a webhook', ({ webhooks }) => webhooks.get({ webhookId: GONE }), { details: { noun: 'webhook', id: GONE } }],
])('%s', async (_name, ask, expected) => {
  expect(await refusalOf(ask(at.domain, at.call))).toMatchObject(expected);
});

test('a reservation that is named by nothing at all', async () => {
  const refusal = await refusalOf(at.domain.reservations.confirm({}, at.call));
  expect(refusal).toMatchObject({ kind: 'validation', details: { issues: [{ path: 'id' }] } });
});

test('an address that is none of the web', async () => {
  const refusal = await refusalOf(at.domain.webhooks.create({ url: 'ftp://example.com/hook' }, at.call));
  expect(refusal).toMatchObject({ kind: 'validation', details: { issues: [{ path: 'url' }] } });
});

test('what a caller of one place may not see is not there for them', async () => {
  const north = at.domain.within(['north']);
  expect(await refusalOf(north.locations.create({ locationId: 'east' }, at.call))).toMatchObject({
    details: { noun: 'location', id: 'east' },
  });
  await at.domain.skus.create({ skuId: 'HIDDEN', serialTracked: true }, at.call);
  const line = receipt('HIDDEN', 1, { serials: ['H1'] });
  const { id } = await at.domain.inbound.purchase(inbound('PO-H', [line]), at.call);
  expect(await refusalOf(north.inbound.get({ id }))).toMatchObject({ details: { noun: 'document', id } });
  expect(await refusalOf(north.stock.trace({ skuId: 'HIDDEN', serial: 'H1', limit: 5 }))).toMatchObject({
    details: { noun: 'serial', id: 'H1' },
  });
});
