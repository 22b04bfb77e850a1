/** Back-dating: telling what happened before stock of the SKU last changed takes a right of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../call.ts';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let plain: Call;
let held = '';

beforeAll(async () => {
  at = await openTestDomain();
  plain = { ...at.call, mayBackdate: false };
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  const occurredAt = secondsFromNow(-3600);
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 50)], { occurredAt }), plain);
  held = (await at.domain.reservations.reserve(hold('A', 20, 'O-HELD'), plain)).id;
});
afterAll(() => closeSound(at));

const before = () => secondsFromNow(-7200);
const between = () => secondsFromNow(-1800);
let made = 0;
const no = () => `D-${(made += 1)}`;
const lines = [{ skuId: 'A', quantity: 1 }];

type Doing = (occurredAt: string, call: Call) => Promise<unknown>;
const doings: Readonly<Record<string, Doing>> = {
  'inbound.purchase': (occurredAt, call) =>
    at.domain.inbound.purchase(inbound(no(), [receipt('A', 1)], { occurredAt }), call),
  'inbound.production': (occurredAt, call) =>
    at.domain.inbound.production(inbound(no(), [receipt('A', 1)], { occurredAt }), call),
  'inbound.return': (occurredAt, call) =>
    at.domain.inbound.return(inbound(no(), [receipt('A', 1)], { occurredAt }), call),
  'inbound.purchase elsewhere': (occurredAt, call) =>
    at.domain.inbound.purchase(inbound(no(), [receipt('A', 1, { locationId: 'north' })], { occurredAt }), call),
  'outbound.sales': (occurredAt, call) => at.domain.outbound.sales(sale(no(), lines, { occurredAt }), call),
  'outbound.damage': (occurredAt, call) =>
    at.domain.outbound.damage({ documentNo: no(), reason: 'r', occurredAt, lines }, call),
  'outbound.pick': (occurredAt, call) => at.domain.outbound.pick({ documentNo: no(), occurredAt, lines }, call),
  'outbound.supplierReturn': (occurredAt, call) =>
    at.domain.outbound.supplierReturn({ documentNo: no(), supplier: 'S', occurredAt, lines }, call),
  'outbound.reverse': async (occurredAt, call) => {
    const longAgo = secondsFromNow(-10_800);
    const made = await at.domain.outbound.pick({ documentNo: no(), occurredAt: longAgo, lines }, at.call);
    return await at.domain.outbound.reverse({ documentId: made.id, operator: 'o', reason: 'r', occurredAt }, call);
  },
  'reservation.deduct': (occurredAt, call) =>
    at.domain.reservations.deduct({ id: held, quantity: 1, occurredAt }, call),
};

describe.each(Object.entries(doings))('%s', (_name, work) => {
  test('before the last change is refused to whom may not, and taken from whom may', async () => {
    expect(await refusalOf(Promise.resolve(work(before(), plain)))).toMatchObject({
      code: 'INV_015',
      details: { permission: 'stock.backdate' },
    });
    await work(before(), { ...at.call, mayBackdate: true });
    // Whoever calls within the process may, unless it says otherwise.
    await work(before(), at.call);
  });

  test('in the future is refused to everybody', async () => {
    expect(await refusalOf(Promise.resolve(work(secondsFromNow(60), at.call)))).toMatchObject({ code: 'INV_005' });
  });
});

test('after the last change, or without a moment, nobody needs the right; a SKU that never moved has no last change', async () => {
  const two = [receipt('NEVER', 1), receipt('ALSO-NEVER', 1)];
  await at.domain.inbound.purchase(inbound(no(), two, { occurredAt: before() }), plain);
  await at.domain.outbound.sales(sale(no(), [{ skuId: 'NEVER', quantity: 1 }], { occurredAt: between() }), plain);
  await at.domain.outbound.sales(sale(no(), lines), plain);
});

describe('nothing comes back, or is taken back, before it moved', () => {
  const why = { operator: 'o', reason: 'r' };
  const occurredAt = between();
  const cases: Readonly<Record<string, (occurredAt: string) => Promise<unknown>>> = {
    'inbound.reverse': async (earlier) => {
      const { id } = await at.domain.inbound.purchase(inbound(no(), [receipt('R', 1)], { occurredAt }), at.call);
      return await at.domain.inbound.reverse({ documentId: id, ...why, occurredAt: earlier }, at.call);
    },
    'outbound.reverse': async (earlier) => {
      const { id } = await at.domain.outbound.pick({ documentNo: no(), occurredAt, lines }, at.call);
      return await at.domain.outbound.reverse({ documentId: id, ...why, occurredAt: earlier }, at.call);
    },
    'inbound.return': async (earlier) => {
      const { id } = await at.domain.outbound.pick({ documentNo: no(), occurredAt, lines }, at.call);
      const line = { skuId: 'A', quantity: 1, locationId: 'default', originalDocumentId: id, originalLine: 1 };
      return await at.domain.inbound.return({ documentNo: no(), occurredAt: earlier, lines: [line] }, at.call);
    },
    'outbound.supplierReturn': async (earlier) => {
      const { id } = await at.domain.inbound.purchase(inbound(no(), [receipt('R', 1)], { occurredAt }), at.call);
      const line = { skuId: 'R', quantity: 1, originalDocumentId: id, originalLine: 1 };
      const sent = { documentNo: no(), supplier: 'S', occurredAt: earlier, lines: [line] };
      return await at.domain.outbound.supplierReturn(sent, at.call);
    },
  };

  test.each(Object.entries(cases))('%s', async (_name, work) => {
    expect(await refusalOf(work(before()))).toMatchObject({
      code: 'INV_005',
      details: { issues: [{ path: 'occurredAt', message: 'must not be before what it takes back happened' }] },
    });
    await work(occurredAt);
  });
});

test('a deduct that won is answered again to whom may not, although stock has changed since', async () => {
  await at.domain.inbound.purchase(inbound(no(), [receipt('AGAIN', 5)], { occurredAt: before() }), plain);
  const { id } = await at.domain.reservations.reserve(hold('AGAIN', 1, 'O-AGAIN'), plain);
  const deducted = { id, occurredAt: between() };
  const first = await at.domain.reservations.deduct(deducted, plain);
  await at.domain.outbound.sales(sale(no(), [{ skuId: 'AGAIN', quantity: 1 }]), plain);
  expect(await at.domain.reservations.deduct(deducted, plain)).toEqual(first);
});
