/** Locks on a real database: what they keep out of sale, what they hold still, and how they end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { batchIdOf, freezing, lockOn } from '../testing/lock-inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let made = 0;

beforeAll(async () => {
  at = await openTestDomain({ config: { lockTtlSeconds: 600 } });
});
afterAll(() => closeSound(at));

const locks = () => at.domain.locks;
const available = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

/** Two batches of ten, `a` before `b`, of a SKU that no other test knows. */
async function shelf(): Promise<{ skuId: string; a: string; b: string }> {
  const skuId = `SKU-${(made += 1)}`;
  const lines = ['a', 'b'].map((batchNo) => receipt(skuId, 10, { batchNo }));
  for (const line of lines) await at.domain.inbound.purchase(inbound(`${skuId}-${line.batchNo}`, [line]), at.call);
  return { skuId, a: await batchIdOf(at, skuId, 'a'), b: await batchIdOf(at, skuId, 'b') };
}

describe('a business lock', () => {
  test('takes quantities out of sale and gives them back', async () => {
    const { skuId, a, b } = await shelf();
    const lock = await locks().business(lockOn('P-1', { [a]: 4, [b]: 10 }), at.call);
    expect(lock).toMatchObject({ kind: 'business', type: 'promotion', businessId: 'P-1', state: 'active', version: 1 });
    expect(lock.lines).toMatchObject([
      { batchId: a, batchNo: 'a', quantity: 4, held: 4 },
      { batchId: b, batchNo: 'b', quantity: 10, held: 10 },
    ]);
    expect(await available(skuId)).toBe(6);
    expect(await at.domain.batches.get({ batchId: a })).toMatchObject({ onHand: 10, locked: 4, status: 'available' });
    const short = await refusalOf(at.domain.reservations.reserve(hold(skuId, 7, 'TOO-MUCH'), at.call));
    expect(short.details).toEqual({ lines: [{ skuId, locationId: null, requested: 7, available: 6 }] });

    const released = await locks().release({ lockId: lock.id, reason: 'over' }, at.call);
    expect(released).toMatchObject({ state: 'released', endReason: 'over', version: 2 });
    expect(released.lines.map(({ held }) => held)).toEqual([0, 0]);
    expect(await available(skuId)).toBe(20);
    expect(await locks().release({ lockId: lock.id, reason: 'again' }, at.call)).toEqual(released);
    expect(await locks().get({ lockId: lock.id })).toEqual(released);
    const kinds = (await at.domain.stock.movements({ skuId, limit: 50 })).items.map(({ kind, lockedDelta }) => [
      kind,
      lockedDelta,
    ]);
    expect(kinds.slice(2)).toEqual([
      ['lock', 4],
      ['lock', 10],
      ['unlock', -4],
      ['unlock', -10],
    ]);
  });

  test('that is short names every short batch and changes nothing', async () => {
    const { skuId, a, b } = await shelf();
    await at.domain.reservations.reserve(hold(skuId, 3, 'HOLDER'), at.call);
    await expectRefusal(at, (key) => locks().business({ ...lockOn('P-2', { [a]: 8, [b]: 11 }), ...key }, at.call), {
      code: 'INV_002',
      details: {
        lines: [
          { skuId, locationId: 'default', batchId: a, requested: 8, available: 7 },
          { skuId, locationId: 'default', batchId: b, requested: 11, available: 10 },
        ],
      },
    });
  });

  test('with the same content answers the one that stands; with other content it is refused while that is held', async () => {
    const { a, b } = await shelf();
    const first = await locks().business(lockOn('P-3', { [a]: 1, [b]: 2 }), at.call);
    const turned = {
      ...lockOn('P-3', {}),
      batches: [
        { batchId: b, quantity: 2 },
        { batchId: a, quantity: 1 },
      ],
    };
    expect(await locks().business({ ...turned, ttlSeconds: 5 }, at.call)).toEqual(first);
    await expectRefusal(at, (key) => locks().business({ ...lockOn('P-3', { [a]: 2, [b]: 2 }), ...key }, at.call), {
      code: 'INV_008',
      details: { noun: 'lock', id: first.id },
    });
    await locks().business(lockOn('P-3', { [a]: 2 }, { type: 'quality' }), at.call);
    await locks().release({ lockId: first.id, reason: 'over' }, at.call);
    expect((await locks().business(lockOn('P-3', { [a]: 2, [b]: 2 }), at.call)).id).not.toBe(first.id);
  });

  test('sums a batch that is named twice', async () => {
    const { a } = await shelf();
    const batches = [
      { batchId: a, quantity: 3 },
      { batchId: a, quantity: 4 },
    ];
    const lock = await locks().business({ ...lockOn('P-4', {}), batches }, at.call);
    expect(lock.lines).toMatchObject([{ batchId: a, quantity: 7 }]);
  });

  test.each([
    ['the configured deadline when the call names none', {}, 600],
    ['the seconds that the call names', { ttlSeconds: 30 }, 30],
    ['no deadline at 0 seconds', { ttlSeconds: 0 }, null],
  ])('has %s', async (_what, more, seconds) => {
    const { a } = await shelf();
    const lock = await locks().business(lockOn(`TTL-${made}`, { [a]: 1 }, more), at.call);
    const after = (Date.parse(lock.expiresAt ?? lock.createdAt) - Date.parse(lock.createdAt)) / 1000;
    expect(lock.expiresAt === null ? null : after).toBe(seconds);
  });

  test('first expires the overdue holds in its way', async () => {
    const { skuId, a, b } = await shelf();
    await at.domain.reservations.reserve(hold(skuId, 15, { businessId: 'LATE', ttlSeconds: 5 }), at.call);
    at.advance(6);
    await locks().business(lockOn('P-5', { [a]: 10, [b]: 10 }), at.call);
    expect((await at.domain.reservations.list({ businessId: 'LATE', limit: 1 })).items).toMatchObject([
      { state: 'expired' },
    ]);
  });

  test.each<[string, (ids: { a: string; skuId: string }) => ReturnType<typeof lockOn>, string]>([
    ['an unknown batch', () => lockOn('X', { '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB': 1 }), 'INV_007'],
    ['an unknown SKU', ({ a }) => lockOn('X', { [a]: 1 }, { skuId: 'OTHER' }), 'INV_001'],
    ['a batch of another SKU', ({ a }) => lockOn('X', { [a]: 1 }, { skuId: 'SKU-1' }), 'INV_005'],
    ['a deadline in the past', ({ a }) => lockOn('X', { [a]: 1 }, { expiresAt: secondsFromNow(-86_400) }), 'INV_005'],
  ])('of %s is refused', async (_what, inputOf, code) => {
    const ids = await shelf();
    await expectRefusal(at, (key) => locks().business({ ...inputOf(ids), ...key }, at.call), { code });
  });
});

describe('the deadline', () => {
  test('ends locks by the sweep, each once, in bounded rounds', async () => {
    const { skuId, a, b } = await shelf();
    const business = await locks().business(lockOn('D-1', { [a]: 3 }, { ttlSeconds: 10 }), at.call);
    const operation = await locks().operation(freezing([b], { ttlSeconds: 10 }), at.call);
    expect((await locks().expireDue({ limit: 100 }, at.call)).lockIds).not.toContain(business.id);
    at.advance(11);
    expect(await locks().expireDue({ limit: 1 }, at.call)).toMatchObject({ expired: 1 });
    await locks().expireDue({ limit: 100 }, at.call);
    expect(await locks().expireDue({ limit: 100 }, at.call)).toEqual({ expired: 0, lockIds: [] });
    for (const { id } of [business, operation])
      expect(await locks().get({ lockId: id })).toMatchObject({ state: 'expired', endReason: 'deadline passed' });
    expect(await available(skuId)).toBe(20);
    const late = await refusalOf(locks().release({ lockId: business.id, reason: 'late' }, at.call));
    expect(late).toMatchObject({ code: 'INV_010', details: { noun: 'lock', id: business.id, state: 'expired' } });
  });

  test('is met by a release before the sweep: the lock ends, and the release is told', async () => {
    const { skuId, a } = await shelf();
    const lock = await locks().business(lockOn('D-2', { [a]: 3 }, { ttlSeconds: 10 }), at.call);
    at.advance(11);
    expect(await refusalOf(locks().release({ lockId: lock.id, reason: 'late' }, at.call))).toMatchObject({
      code: 'INV_010',
    });
    expect(await available(skuId)).toBe(20);
  });

  test('is met by the next lock of the same business: a new one is made', async () => {
    const { a } = await shelf();
    const first = await locks().business(lockOn('D-3', { [a]: 10 }, { ttlSeconds: 10 }), at.call);
    at.advance(11);
    const second = await locks().business(lockOn('D-3', { [a]: 10 }), at.call);
    expect(second.id).not.toBe(first.id);
    expect(await locks().get({ lockId: first.id })).toMatchObject({ state: 'expired' });
  });
});

test('lists by SKU, batch, state, kind and business id, newest first, page by page', async () => {
  const { skuId, a, b } = await shelf();
  const one = await locks().business(lockOn('L-1', { [a]: 1, [b]: 1 }), at.call);
  const two = await locks().business(lockOn('L-2', { [b]: 1 }), at.call);
  const three = await locks().operation(freezing([a]), at.call);
  await locks().release({ lockId: two.id, reason: 'over' }, at.call);
  const ids = async (filter: Partial<Parameters<ReturnType<typeof locks>['list']>[0]>) =>
    (await locks().list({ limit: 50, ...filter })).items.map(({ id }) => id);
  expect(await ids({ skuId })).toEqual([three.id, two.id, one.id]);
  expect(await ids({ batchId: b })).toEqual([two.id, one.id]);
  expect(await ids({ skuId, state: 'active' })).toEqual([three.id, one.id]);
  expect(await ids({ skuId, kind: 'operation' })).toEqual([three.id]);
  expect(await ids({ businessId: 'L-2' })).toEqual([two.id]);
  const first = await locks().list({ skuId, limit: 2 });
  expect(first.items).toHaveLength(2);
  expect((await locks().list({ skuId, limit: 2, cursor: first.nextCursor ?? '' })).items.map(({ id }) => id)).toEqual([
    one.id,
  ]);
});

test('stock.explain names what locks a batch and what freezes it', async () => {
  const { skuId, a, b } = await shelf();
  const business = await locks().business(lockOn('E-1', { [a]: 3 }, { ttlSeconds: 0 }), at.call);
  const operation = await locks().operation(freezing([b]), at.call);
  const told = await at.domain.stock.explain({ skuId });
  expect(told.locks).toEqual([
    {
      lockId: business.id,
      type: 'promotion',
      businessId: 'E-1',
      locationId: 'default',
      batchId: a,
      held: 3,
      expiresAt: null,
      overdue: false,
    },
  ]);
  expect(told.batches.map(({ batchNo, reason, frozenBy, locked }) => [batchNo, reason, frozenBy, locked])).toEqual([
    ['a', null, null, 3],
    ['b', 'frozen', operation.id, 0],
  ]);
  expect(told.available).toBe(7);
});

describe('within a scope of locations', () => {
  test('batches and locks of elsewhere are absent', async () => {
    const { a } = await shelf();
    await at.domain.locations.create({ locationId: 'NORTH' }, at.call);
    const lock = await locks().business(lockOn('S-1', { [a]: 1 }), at.call);
    const north = at.domain.within(['NORTH']).locks;
    const lockId = lock.id;
    await expectRefusal(at, (key) => north.business({ ...lockOn('S-2', { [a]: 1 }), ...key }, at.call), {
      code: 'INV_007',
    });
    await expectRefusal(at, (key) => north.operation({ ...freezing([a]), ...key }, at.call), { code: 'INV_007' });
    await expectRefusal(at, (key) => north.release({ lockId, reason: 'x', ...key }, at.call), { code: 'INV_007' });
    expect(await refusalOf(north.get({ lockId }))).toMatchObject({ code: 'INV_007' });
    expect((await north.list({ limit: 50 })).items).toEqual([]);
    const taken = await refusalOf(north.business(lockOn('S-1', { [a]: 1 }), at.call));
    expect(taken).toMatchObject({ code: 'INV_008' });
    expect(JSON.stringify(taken.toAnswer())).not.toContain(lockId);
  });
});
