/** Adjustments on a real database: where goods come from and go to, at what cost, and what they are refused for. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { adjusting, levelOf, shelfOf } from '../testing/adjustment-inputs.ts';
import { daysFromNow, hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { batchIdOf, freezing, lockOn } from '../testing/lock-inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let skuId: string;
let made = 0;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));
/** Three lots: an expired one, an old one and a new one; fifo takes from the old one first. */
beforeEach(async () => {
  skuId = `A-${(made += 1)}`;
  const lines = [
    receipt(skuId, 4, { batchNo: 'gone', unitCost: '1.00', expiresAt: daysFromNow(-3) }),
    receipt(skuId, 5, { batchNo: 'old', unitCost: '2.00' }),
    receipt(skuId, 6, { batchNo: 'new', unitCost: '3.00' }),
  ];
  for (const [each, line] of lines.entries())
    await at.domain.inbound.purchase(inbound(`P-${made}-${each}`, [line]), at.call);
});

const adjust = (delta: number, more: object = {}) =>
  at.domain.adjustments.adjust(adjusting(skuId, delta, more), at.call);

test('a minus takes from free stock by the strategy, and passes over what has expired', async () => {
  const document = await adjust(-7, { reasonCode: 'loss', reason: 'not found' });
  expect(document).toMatchObject({ type: 'adjustment', reasonCode: 'loss', reason: 'not found', operator: 'Ann' });
  expect(document.documentNo).toBe(`ADJ-${document.id}`);
  expect(document.lines).toMatchObject([
    { line: 1, batchNo: 'old', quantity: -5, unitCost: '2.00' },
    { line: 1, batchNo: 'new', quantity: -2, unitCost: '3.00' },
  ]);
  expect(await shelfOf(at, skuId)).toEqual({ gone: 4, old: 0, new: 4 });
  const { items } = await at.domain.stock.movements({ documentId: document.id, limit: 10 });
  expect(items.map(({ kind, onHandDelta, reason }) => [kind, onHandDelta, reason])).toEqual([
    ['adjust', -5, 'not found'],
    ['adjust', -2, 'not found'],
  ]);
});

test("a minus follows the SKU's own strategy", async () => {
  await at.domain.skus.update({ skuId, defaultStrategy: 'lifo' }, at.call);
  expect((await adjust(-1)).lines).toMatchObject([{ batchNo: 'new', quantity: -1 }]);
});

test('a minus of a named batch takes from that one, also when it has expired', async () => {
  await adjust(-3, { batchId: await batchIdOf(at, skuId, 'gone'), reasonCode: 'expired' });
  expect(await shelfOf(at, skuId)).toEqual({ gone: 1, old: 5, new: 6 });
});

test('a minus works where the level is closed, as goods are lost there like anywhere', async () => {
  await at.domain.stock.configure({ skuId, locationId: 'default', isActive: false }, at.call);
  await adjust(-5);
  expect(await shelfOf(at, skuId)).toMatchObject({ old: 0, new: 6 });
});

test('what is reserved or locked is never cut into, and the refusal names what is free', async () => {
  const [old, fresh] = [await batchIdOf(at, skuId, 'old'), await batchIdOf(at, skuId, 'new')];
  await at.domain.reservations.reserve(hold(skuId, 4, { businessId: `O-${made}`, batchIds: [old] }), at.call);
  await at.domain.locks.business(lockOn(`L-${made}`, { [fresh]: 4 }), at.call);
  const short = { skuId, locationId: 'default', requested: 4, available: 3 };
  await expectRefusal(at, (key) => adjust(-4, key), { code: 'INV_002', details: { lines: [short] } });
  const ofBatch = { ...short, requested: 2, available: 1, batchId: old };
  await expectRefusal(at, (key) => adjust(-2, { batchId: old, ...key }), {
    code: 'INV_002',
    details: { lines: [ofBatch] },
  });
  await adjust(-3);
  expect(await levelOf(at, skuId)).toMatchObject({ onHand: 12, reserved: 4 });
});

test('an overdue hold in the way is expired first', async () => {
  await at.domain.reservations.reserve(hold(skuId, 11, { businessId: `D-${made}`, ttlSeconds: 60 }), at.call);
  at.advance(61);
  await adjust(-11);
  expect(await levelOf(at, skuId)).toMatchObject({ onHand: 4, reserved: 0 });
});

test('a plus goes into the newest open batch at its own cost, or into the named one', async () => {
  expect((await adjust(2)).lines).toMatchObject([{ batchNo: 'new', quantity: 2, unitCost: '3.00' }]);
  const batchId = await batchIdOf(at, skuId, 'old');
  expect((await adjust(5, { batchId, unitCost: '4.00' })).lines).toMatchObject([{ batchNo: 'old', unitCost: '4.00' }]);
  expect(await at.domain.batches.get({ batchId })).toMatchObject({ onHand: 10, unitCost: '3.00' });
});

test('a plus where no batch is open makes one, at the cost of the newest batch of the SKU', async () => {
  const document = await adjust(2, { locationId: 'north' });
  expect(document.lines).toMatchObject([
    { locationId: 'north', batchNo: `ADJ-${document.id}`, quantity: 2, unitCost: '3.00' },
  ]);
  await adjust(-11);
  const again = await adjust(1);
  expect(again.lines).toMatchObject([{ batchNo: `ADJ-${again.id}`, unitCost: '3.00' }]);
});

test('a plus of what never had a cost asks for one, and leaves no level behind', async () => {
  await at.domain.skus.create({ skuId: `N-${made}` }, at.call);
  const never = (more: object) => at.domain.adjustments.adjust(adjusting(`N-${made}`, 1, more), at.call);
  const refusal = await expectRefusal(at, (key) => never(key), { code: 'INV_005' });
  expect(refusal.details).toMatchObject({ issues: [{ path: 'unitCost' }] });
  expect((await never({ unitCost: '0.50' })).lines).toMatchObject([{ quantity: 1, unitCost: '0.50' }]);
});

test('a batch that is named without a place tells where; a batch of elsewhere is refused', async () => {
  const { lines } = await adjust(2, { locationId: 'north' });
  const batchId = lines[0]?.batchId ?? '';
  expect((await adjust(-1, { batchId })).lines).toMatchObject([{ locationId: 'north', quantity: -1 }]);
  expect(await refusalOf(adjust(-1, { batchId, locationId: 'default' }))).toMatchObject({ code: 'INV_005' });
  const other = adjusting(`A-${made - 1}`, -1, { batchId });
  expect(await refusalOf(at.domain.adjustments.adjust(other, at.call))).toMatchObject({ code: 'INV_005' });
});

test('a frozen batch is neither taken from nor added to', async () => {
  const batchId = await batchIdOf(at, skuId, 'new');
  const lock = await at.domain.locks.operation(freezing([batchId]), at.call);
  for (const delta of [1, -1])
    await expectRefusal(at, (key) => adjust(delta, { batchId, ...key }), {
      code: 'INV_016',
      details: { lockId: lock.id },
    });
  expect((await adjust(1)).lines).toMatchObject([{ batchNo: 'old' }]);
});

test.each([
  ['an unknown SKU', 'INV_001', () => at.domain.adjustments.adjust(adjusting('NOBODY', 1), at.call)],
  ['an unknown place', 'INV_007', () => adjust(1, { locationId: 'NOWHERE' })],
  ['an unknown batch', 'INV_007', () => adjust(1, { batchId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' })],
  ['the future', 'INV_005', () => adjust(1, { occurredAt: secondsFromNow(600) })],
  ['a place where nothing lies', 'INV_002', () => adjust(-1, { locationId: 'north' })],
  ['more than a level can count', 'INV_010', () => adjust(2_147_483_647)],
])('%s is %s', async (_what, code, work) => {
  expect(await refusalOf(work())).toMatchObject({ code });
});

test('a number stands for one content', async () => {
  const adjustmentNo = `NO-${made}`;
  const first = await adjust(-2, { adjustmentNo });
  expect(await adjust(-2, { adjustmentNo })).toEqual(first);
  expect(await shelfOf(at, skuId)).toMatchObject({ old: 3 });
  await expectRefusal(at, (key) => adjust(-3, { adjustmentNo, ...key }), { code: 'INV_008' });
  expect(await at.domain.adjustments.get({ type: 'adjustment', documentNo: adjustmentNo })).toEqual(first);
});

test('back-dating needs its right', async () => {
  const earlier = { occurredAt: secondsFromNow(-3600) };
  const clerk = { ...at.call, mayBackdate: false };
  const input = adjusting(skuId, -1, earlier);
  expect(await refusalOf(at.domain.adjustments.adjust(input, clerk))).toMatchObject({ code: 'INV_015' });
  expect((await at.domain.adjustments.adjust(input, at.call)).occurredAt.slice(0, 16)).toBe(
    earlier.occurredAt.slice(0, 16),
  );
});

test('of many lines all are done or none, and every one that fails is named', async () => {
  const batchId = await batchIdOf(at, skuId, 'old');
  const header = { reasonCode: 'correction', operator: 'Ann' } as const;
  const bad = [
    { skuId, delta: -1 },
    { skuId, delta: -100 },
    { skuId, batchId, delta: -9 },
    { skuId, delta: 2_147_483_647 },
  ];
  const work = (key: object) => at.domain.adjustments.adjustMany({ ...header, lines: bad, ...key }, at.call);
  const refusal = await expectRefusal(at, work, { code: 'INV_002' });
  expect(refusal.details).toMatchObject({
    lines: [
      { requested: 100, available: 10 },
      { requested: 9, available: 4, batchId },
    ],
    failures: [
      { line: 2, code: 'INV_002' },
      { line: 3, code: 'INV_002' },
      { line: 4, code: 'INV_010' },
    ],
  });
  expect(await shelfOf(at, skuId)).toEqual({ gone: 4, old: 5, new: 6 });
  const strangers = [
    { skuId: 'WHO', delta: 1 },
    { skuId, delta: 1, locationId: 'WHERE' },
  ];
  const unknown = await refusalOf(at.domain.adjustments.adjustMany({ ...header, lines: strangers }, at.call));
  expect(unknown).toMatchObject({
    code: 'INV_001',
    details: { failures: [{ line: 1 }, { line: 2, code: 'INV_007' }] },
  });
});

test('lines of one call see what the lines before them left', async () => {
  const header = { reasonCode: 'found', operator: 'Ann' } as const;
  const lines = [
    { skuId, delta: 3, locationId: 'north' },
    { skuId, delta: 4, locationId: 'north' },
    { skuId, delta: -5, locationId: 'north' },
  ];
  const document = await at.domain.adjustments.adjustMany({ ...header, lines }, at.call);
  expect(document.lines.map(({ line, quantity }) => [line, quantity])).toEqual([
    [1, 3],
    [2, 4],
    [3, -5],
  ]);
  expect(new Set(document.lines.map(({ batchNo }) => batchNo))).toEqual(new Set([`ADJ-${document.id}-1`]));
});

test('lists by type and reason code, newest first', async () => {
  const first = await adjust(-1, { reasonCode: 'theft' });
  const second = await adjust(-1, { reasonCode: 'theft' });
  await adjust(1, { reasonCode: 'sample' });
  const { items } = await at.domain.adjustments.list({ type: 'adjustment', reasonCode: 'theft', limit: 2 });
  expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(items[0]).toMatchObject({ reasonCode: 'theft', lineCount: 1 });
});

test('a caller who is limited to other places finds neither the batch nor the document', async () => {
  const document = await adjust(-1);
  const north = at.domain.within(['north']);
  expect(await refusalOf(north.adjustments.get({ id: document.id }))).toMatchObject({ code: 'INV_007' });
  const batchId = await batchIdOf(at, skuId, 'new');
  const byBatch = north.adjustments.adjust(adjusting(skuId, -1, { batchId }), at.call);
  expect(await refusalOf(byBatch)).toMatchObject({ code: 'INV_007', details: { noun: 'batch', id: batchId } });
  const byDefault = north.adjustments.adjust(adjusting(skuId, -1), at.call);
  expect(await refusalOf(byDefault)).toMatchObject({ code: 'INV_007', details: { noun: 'location', id: 'default' } });
});
