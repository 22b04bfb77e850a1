/** Damage, picking and returns to a supplier: free stock only, all lines or none, named batches and originals. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import type { TakingLine } from './taking.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

let made = 0;
const next = (stem: string) => `${stem}-${(made += 1)}`;
const stock = (...lines: Parameters<typeof receipt>[]) =>
  at.domain.inbound.purchase(
    inbound(
      next('PO'),
      lines.map((line) => receipt(...line)),
    ),
    at.call,
  );
const damage = (...lines: TakingLine[]) =>
  at.domain.outbound.damage({ documentNo: next('DMG'), reason: 'broken', lines }, at.call);
const pick = (...lines: TakingLine[]) => at.domain.outbound.pick({ documentNo: next('PK'), lines }, at.call);
const sendBack = (...lines: TakingLine[]) =>
  at.domain.outbound.supplierReturn({ documentNo: next('SR'), supplier: 'Acme', lines }, at.call);
const doors = { damage, pick, supplierReturn: sendBack };
const batchId = async (skuId: string, batchNo: string) =>
  (await at.domain.batches.list({ skuId, limit: 50 })).items.find((batch) => batch.batchNo === batchNo)?.batchId ?? '';

describe.each(Object.entries(doors))('%s', (type, take) => {
  test('takes free stock by the strategy, never what is held', async () => {
    const skuId = `FREE-${type}`;
    await stock([skuId, 5, { batchNo: 'dear', unitCost: '9.00' }], [skuId, 5, { batchNo: 'cheap', unitCost: '1.00' }]);
    await at.domain.reservations.reserve(hold(skuId, 2, 'O-1'), at.call);
    const document = await take({ skuId, quantity: 6, strategy: 'cost_optimized' });
    expect(document).toMatchObject({
      type,
      lines: [
        { batchNo: 'cheap', quantity: 5 },
        { batchNo: 'dear', quantity: 1 },
      ],
    });
    expect(await refusalOf(take({ skuId, quantity: 3 }))).toMatchObject({
      code: 'INV_002',
      details: { lines: [{ skuId, locationId: null, requested: 3, available: 2 }] },
    });
    const { items } = await at.domain.stock.movements({ documentId: document.id, limit: 9 });
    expect(items.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta])).toEqual([
      ['ship', -5, 0],
      ['ship', -1, 0],
    ]);
    expect(await at.domain.outbound.get({ id: document.id })).toEqual(document);
  });

  test('takes all lines or none, and names every short one', async () => {
    const [one, two, three] = [`ALL-1-${type}`, `ALL-2-${type}`, `ALL-3-${type}`];
    await stock([one, 1], [two, 5], [three, 2, { locationId: 'north' }]);
    const lines = [
      { skuId: one, quantity: 2 },
      { skuId: two, quantity: 5 },
      { skuId: three, quantity: 2, locationId: 'default' },
    ];
    expect(await refusalOf(take(...lines))).toMatchObject({
      code: 'INV_002',
      details: {
        lines: [
          { skuId: one, requested: 2, available: 1 },
          { skuId: three, locationId: 'default', requested: 2, available: 0 },
        ],
      },
    });
    expect((await at.domain.stock.check({ skuId: two })).available).toBe(5);
  });

  test('takes from the batch that is named, and from no other', async () => {
    const skuId = `NAMED-${type}`;
    await stock([skuId, 5, { batchNo: 'first' }], [skuId, 2, { batchNo: 'second' }]);
    const second = await batchId(skuId, 'second');
    expect((await take({ skuId, quantity: 1, batchId: second })).lines).toMatchObject([{ batchNo: 'second' }]);
    expect(await refusalOf(take({ skuId, quantity: 2, batchId: second }))).toMatchObject({
      code: 'INV_002',
      details: { lines: [{ requested: 2, available: 1 }] },
    });
    const wrong: readonly [Partial<TakingLine>, object][] = [
      [{ batchId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' }, { code: 'INV_007' }],
      [
        { batchId: second, locationId: 'north' },
        { code: 'INV_005', details: { issues: [{ path: 'lines.0.batchId' }] } },
      ],
      [{ batchId: await batchId(`FREE-${type}`, 'dear') }, { code: 'INV_005' }],
    ];
    for (const [line, expected] of wrong)
      expect(await refusalOf(take({ skuId, quantity: 1, ...line }))).toMatchObject(expected);
  });

  test('may have expired goods only to throw them away or send them back, and only by their batch', async () => {
    const skuId = `OLD-${type}`;
    await stock([skuId, 3, { batchNo: 'old', expiresAt: '2026-01-01' }]);
    expect(await refusalOf(take({ skuId, quantity: 1 }))).toMatchObject({ code: 'INV_002' });
    const named = take({ skuId, quantity: 1, batchId: await batchId(skuId, 'old') });
    const outcome = await named.then(
      ({ lines }) => lines[0]?.batchNo,
      (error: { details: { state: string } }) => error.details.state,
    );
    expect(outcome).toEqual(type === 'pick' ? 'expired' : 'old');
  });
});

test('one number has one effect, for each type its own', async () => {
  await stock(['ONCE', 9]);
  const lines = [{ skuId: 'ONCE', quantity: 1 }];
  const call = () => at.domain.outbound.pick({ documentNo: 'X', workOrderNo: 'WO-1', lines }, at.call);
  const first = await call();
  expect(first).toMatchObject({ workOrderNo: 'WO-1' });
  expect(await call()).toEqual(first);
  expect(await refusalOf(at.domain.outbound.pick({ documentNo: 'X', lines }, at.call))).toMatchObject({
    code: 'INV_008',
  });
  await at.domain.outbound.damage({ documentNo: 'X', reason: 'r', lines }, at.call);
  expect((await at.domain.stock.check({ skuId: 'ONCE' })).available).toBe(7);
});

test('what is short first expires the overdue holds in its way', async () => {
  await stock(['DUE', 2]);
  const held = await at.domain.reservations.reserve(hold('DUE', 2, { businessId: 'O', ttlSeconds: 5 }), at.call);
  at.advance(60);
  await pick({ skuId: 'DUE', quantity: 1 });
  expect(await at.domain.reservations.get({ id: held.id })).toMatchObject({ state: 'expired' });
});

describe('goods go back to their supplier by the line that brought them', () => {
  test('from the batch that it brought, no more than it brought', async () => {
    const bought = await stock(['BK', 5, { batchNo: 'other' }], ['BK', 3, { batchNo: 'mine' }]);
    const line = { skuId: 'BK', originalDocumentNo: bought.documentNo, originalLine: 2 };
    const sent = await sendBack({ ...line, quantity: 2 });
    expect(sent.lines).toMatchObject([{ batchNo: 'mine', quantity: 2, original: { documentId: bought.id, line: 2 } }]);
    expect(await refusalOf(sendBack({ ...line, quantity: 2 }))).toMatchObject({ code: 'INV_010' });
    await at.domain.outbound.reverse({ documentId: sent.id, operator: 'Ann', reason: 'kept' }, at.call);
    await sendBack({ ...line, quantity: 3 });
  });

  test('and never what others hold', async () => {
    const bought = await stock(['BH', 3]);
    await at.domain.reservations.reserve(hold('BH', 2, 'O-BH'), at.call);
    const line = { skuId: 'BH', quantity: 2, originalDocumentId: bought.id, originalLine: 1 };
    expect(await refusalOf(sendBack(line))).toMatchObject({ code: 'INV_002', details: { lines: [{ available: 1 }] } });
  });
});

test('lists tell documents apart by type, supplier and when they happened', async () => {
  await stock(['LS', 9]);
  const occurredAt = '2026-02-03T04:05:06.000000Z';
  const old = await at.domain.outbound.pick(
    { documentNo: next('PK'), occurredAt, lines: [{ skuId: 'LS', quantity: 1 }] },
    at.call,
  );
  const sent = await at.domain.outbound.supplierReturn(
    { documentNo: next('SR'), supplier: 'Listed', lines: [{ skuId: 'LS', quantity: 1 }] },
    at.call,
  );
  const ids = async (filter: object) =>
    (await at.domain.outbound.list({ limit: 50, ...filter })).items.map(({ id }) => id);
  expect(await ids({ supplier: 'Listed' })).toEqual([sent.id]);
  expect(await ids({ from: occurredAt, to: '2026-02-03T04:05:07.000000Z' })).toEqual([old.id]);
  expect(await ids({ to: occurredAt })).toEqual([]);
  expect(await ids({ type: 'supplierReturn', supplier: 'Acme' })).not.toContain(sent.id);
});
