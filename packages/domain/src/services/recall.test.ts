/** Recall on a real database: frozen everywhere, other goods for those who can get them, and what remains. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedBy } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { batchIdOf, freezing, lockOn, recalling } from '../testing/lock-inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let made = 0;

beforeAll(async () => {
  at = await openTestDomain({ config: { reservationMaxTtlSeconds: 10_000_000 } });
  await at.domain.locations.create({ locationId: 'north', priority: 500 }, at.call);
});
afterAll(() => closeSound(at));

const reservations = () => at.domain.reservations;
const recall = (skuId: string, batchNo: string, more = {}) =>
  at.domain.batches.recall(recalling(skuId, batchNo, more), at.call);
const next = () => `R-${(made += 1)}`;

/** `bad` first, so that holds take it first, then what is named: `[quantity, batchNo, location]`. */
async function shelf(bad: number, ...others: readonly [number, string, string?][]): Promise<string> {
  const skuId = next();
  const lines = [[bad, 'bad', 'default'] as const, ...others];
  for (const [quantity, batchNo, locationId = 'default'] of lines)
    await at.domain.inbound.purchase(inbound(next(), [receipt(skuId, quantity, { batchNo, locationId })]), at.call);
  return skuId;
}
const reserve = (skuId: string, quantity: number, more: Parameters<typeof hold>[2] = next()) =>
  reservations().reserve(hold(skuId, quantity, more), at.call);
const heldBy = async (id: string) =>
  (await reservations().get({ id })).lines.map(({ batchId, quantity, held }) => ({ batchId, quantity, held }));

test('an unknown number is refused', async () => {
  const skuId = await shelf(1);
  await expectRefusal(at, (key) => at.domain.batches.recall({ ...recalling(skuId, 'ghost'), ...key }, at.call), {
    code: 'INV_007',
    details: { noun: 'batch', id: 'ghost' },
  });
});

test('freezes the number at every location by one lock, and what is free of it is out of sale', async () => {
  const skuId = await shelf(5, [5, 'bad', 'north'], [3, 'good']);
  const { lock, moved, notMoved, remaining } = await recall(skuId, 'bad');
  expect(lock).toMatchObject({
    kind: 'operation',
    type: 'recall',
    operator: 'Ida',
    reason: 'glass in it',
    expiresAt: null,
  });
  expect(
    lock.lines
      .map(({ locationId, batchNo }) => [locationId, batchNo])
      .toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
  ).toEqual([
    ['default', 'bad'],
    ['north', 'bad'],
  ]);
  expect({ moved, notMoved, remaining }).toEqual({ moved: [], notMoved: [], remaining: 0 });
  expect((await at.domain.stock.check({ skuId })).available).toBe(3);
});

describe('what holds recalled goods', () => {
  test('holds others after, with the same id, state and deadline and the next version', async () => {
    const skuId = await shelf(10, [6, 'good']);
    const made = await reserve(skuId, 4);
    const { moved } = await recall(skuId, 'bad');
    expect(moved).toEqual([
      { reservationId: made.id, type: 'order', businessId: made.businessId, skuId, state: 'active', quantity: 4 },
    ]);
    const now = await reservations().get({ id: made.id });
    expect(now).toEqual({ ...made, version: 2, lines: [expect.objectContaining({ quantity: 4, held: 4 })] });
    expect(now.lines[0]?.batchId).toBe(await batchIdOf(at, skuId, 'good'));
    const { items } = await at.domain.stock.movements({ skuId, limit: 50 });
    expect(
      items.slice(-2).map(({ kind, reservedDelta, reservationId }) => [kind, reservedDelta, reservationId]),
    ).toEqual([
      ['reserve', 4, made.id],
      ['release', -4, made.id],
    ]);
  });

  test('what is paid chooses first, then the oldest; who finds too little keeps what it has, frozen', async () => {
    const skuId = await shelf(10, [5, 'good']);
    const [old, young, paid] = [await reserve(skuId, 2), await reserve(skuId, 3), await reserve(skuId, 3)];
    await reservations().confirm({ id: paid.id }, at.call);
    const answer = await recall(skuId, 'bad');
    expect(answer.moved.map(({ reservationId }) => reservationId)).toEqual([paid.id, old.id]);
    expect(answer.notMoved).toMatchObject([{ reservationId: young.id, quantity: 3 }]);
    expect(await heldBy(young.id)).toEqual([{ batchId: await batchIdOf(at, skuId, 'bad'), quantity: 3, held: 3 }]);
    expect(await refusalOf(reservations().deduct({ id: young.id }, at.call))).toMatchObject({ code: 'INV_016' });
    await reservations().deduct({ id: paid.id }, at.call);
  });

  test('keeps the part that has left on its line, and the part of other batches as it is', async () => {
    const skuId = await shelf(6, [4, 'mid'], [9, 'good']);
    const made = await reserve(skuId, 8);
    await reservations().deduct({ id: made.id, quantity: 1 }, at.call);
    await recall(skuId, 'bad');
    const [bad, mid, good] = [
      await batchIdOf(at, skuId, 'bad'),
      await batchIdOf(at, skuId, 'mid'),
      await batchIdOf(at, skuId, 'good'),
    ];
    const lines = await heldBy(made.id);
    expect(lines.slice(0, 2)).toEqual([
      { batchId: bad, quantity: 1, held: 0 },
      { batchId: mid, quantity: 2, held: 2 },
    ]);
    expect(
      lines
        .slice(2)
        .map(({ batchId }) => batchId)
        .toSorted(),
    ).toEqual([mid, good].toSorted());
    expect(lines.slice(2).reduce((sum, { held }) => sum + held, 0)).toBe(5);
    await reservations().deduct({ id: made.id }, at.call);
  });

  test('stays at its place unless other places are allowed', async () => {
    const skuId = await shelf(5, [5, 'good', 'north']);
    const made = await reserve(skuId, 3, { businessId: next(), locationId: 'default' });
    expect((await recall(skuId, 'bad')).notMoved).toHaveLength(1);
    expect((await recall(skuId, 'bad', { otherLocations: true })).moved).toHaveLength(1);
    expect((await reservations().get({ id: made.id })).lines).toMatchObject([{ locationId: 'north', held: 3 }]);
  });

  test('gets goods of the same quality only', async () => {
    const skuId = next();
    const lines = [receipt(skuId, 5, { batchNo: 'bad' }), receipt(skuId, 5, { batchNo: 'second', qualityLevel: 'B' })];
    await at.domain.inbound.purchase(inbound(next(), lines), at.call);
    await reserve(skuId, 2, { businessId: next(), qualityLevel: 'A' });
    expect((await recall(skuId, 'bad')).notMoved).toHaveLength(1);
  });

  test('is expired on the way when it is overdue, and overdue holds on other goods make room', async () => {
    const skuId = await shelf(5, [5, 'good']);
    const late = await reserve(skuId, 2, { businessId: next(), ttlSeconds: 5 });
    const keeper = await reserve(skuId, 3);
    const inTheWay = await reserve(skuId, 5, { businessId: next(), ttlSeconds: 5 });
    at.advance(6);
    const { moved, notMoved } = await recall(skuId, 'bad');
    expect({ moved: moved.map(({ reservationId }) => reservationId), notMoved }).toEqual({
      moved: [keeper.id],
      notMoved: [],
    });
    for (const { id } of [late, inTheWay]) expect(await reservations().get({ id })).toMatchObject({ state: 'expired' });
  });

  test('is found other goods although much of the recalled number is free and older', async () => {
    const skuId = await shelf(
      1000,
      ...Array.from({ length: 12 }, (_, each) => [1, `good-${each}`] as [number, string]),
    );
    await reserve(skuId, 10);
    expect((await recall(skuId, 'bad')).moved).toHaveLength(1);
  });
});

describe('a repeat', () => {
  test('changes nothing but its command when there is nothing to do', async () => {
    const skuId = await shelf(5);
    const made = await reserve(skuId, 2);
    const first = await recall(skuId, 'bad');
    const changed = await changedBy(at.dataSource, async () => expect(await recall(skuId, 'bad')).toEqual(first));
    expect(changed.filter((table) => !table.startsWith('command'))).toEqual([]);
    await at.domain.inbound.purchase(inbound(next(), [receipt(skuId, 2, { batchNo: 'late help' })]), at.call);
    expect((await recall(skuId, 'bad')).moved).toMatchObject([{ reservationId: made.id }]);
  });

  test('with the same key answers the same', async () => {
    const skuId = await shelf(5, [5, 'good']);
    await reserve(skuId, 2);
    const idempotencyKey = next();
    const first = await recall(skuId, 'bad', { idempotencyKey });
    expect(await recall(skuId, 'bad', { idempotencyKey })).toEqual(first);
  });
});

describe('while it lasts', () => {
  test('no goods of the number come in anywhere, and a second lock on it is refused', async () => {
    const skuId = await shelf(5);
    const { lock } = await recall(skuId, 'bad');
    const conflict = { code: 'INV_016', details: { lockId: lock.id } };
    for (const locationId of ['default', 'north']) {
      const line = receipt(skuId, 1, { batchNo: 'bad', locationId });
      const documentNo = next();
      await expectRefusal(at, (key) => at.domain.inbound.purchase(inbound(documentNo, [line], key), at.call), conflict);
    }
    const bad = await batchIdOf(at, skuId, 'bad');
    await expectRefusal(at, (key) => at.domain.locks.operation({ ...freezing([bad]), ...key }, at.call), conflict);
    await expectRefusal(
      at,
      (key) => at.domain.locks.business({ ...lockOn('WHILE', { [bad]: 1 }), ...key }, at.call),
      conflict,
    );
    await at.domain.locks.release({ lockId: lock.id, reason: 'false alarm' }, at.call);
    await at.domain.inbound.purchase(
      inbound(next(), [receipt(skuId, 1, { batchNo: 'bad', locationId: 'north' })]),
      at.call,
    );
  });

  test('what another operation lock freezes must be released first', async () => {
    const skuId = await shelf(5);
    const lock = await at.domain.locks.operation(freezing([await batchIdOf(at, skuId, 'bad')]), at.call);
    const work = (key: { idempotencyKey?: string }) =>
      at.domain.batches.recall({ ...recalling(skuId, 'bad'), ...key }, at.call);
    await expectRefusal(at, work, { code: 'INV_016', details: { lockId: lock.id } });
  });

  test('an order sells what it holds of other goods', async () => {
    const skuId = await shelf(5, [5, 'good']);
    const made = await reserve(skuId, 3);
    await recall(skuId, 'bad');
    const document = await at.domain.outbound.sales(sale(made.businessId, [{ skuId, quantity: 3 }]), at.call);
    expect(document.lines).toMatchObject([{ batchNo: 'good', reservationId: made.id }]);
  });
});
