/** The life of a reservation, end to end on a real database. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

async function stock(skuId: string, quantity: number): Promise<void> {
  const line = { skuId, quantity, unitCost: '2.50', locationId: 'default', qualityLevel: 'A' };
  await at.domain.inbound.purchase({ documentNo: `PO-${skuId}`, lines: [line] }, at.call);
}

function hold(skuId: string, quantity: number, businessId: string) {
  return { skuId, quantity, type: 'order' as const, businessId, lineId: '', replace: false };
}

test('an order is held, confirmed and shipped, and every step is in the ledger', async () => {
  await stock('S1', 10);
  const reserved = await at.domain.reservations.reserve(hold('S1', 4, 'O-1'), at.call);
  expect(reserved).toMatchObject({ state: 'active', quantity: 4, held: 4, version: 1 });
  expect((await at.domain.stock.check({ skuId: 'S1' })).available).toBe(6);

  const confirmed = await at.domain.reservations.confirm({ id: reserved.id }, at.call);
  expect(confirmed.reservations[0]).toMatchObject({ state: 'confirmed', expiresAt: null, version: 2 });

  const sold = await at.domain.outbound.sales({ orderNo: 'O-1', lines: [{ skuId: 'S1', quantity: 4 }] }, at.call);
  expect(sold.lines).toMatchObject([{ quantity: 4, reservationId: reserved.id, unitCost: '2.50' }]);
  const after = await at.domain.reservations.get({ id: reserved.id });
  expect(after).toMatchObject({ state: 'fulfilled', fulfilled: 4, held: 0 });
  const ledger = await at.domain.stock.movements({ skuId: 'S1', limit: 50 });
  expect(ledger.items.map(({ kind, onHandDelta, reservedDelta }) => [kind, onHandDelta, reservedDelta])).toEqual([
    ['receive', 10, 0],
    ['reserve', 0, 4],
    ['deduct', -4, -4],
  ]);
});

test('a refusal names every short line and changes nothing', async () => {
  await stock('S2', 3);
  const lines = [hold('S2', 5, 'O-2'), hold('S1', 100, 'O-2')];
  await expect(at.domain.reservations.reserveMany({ lines }, at.call)).rejects.toMatchObject({
    code: 'INV_002',
    details: {
      lines: [
        { skuId: 'S2', requested: 5, available: 3 },
        { skuId: 'S1', requested: 100, available: 6 },
      ],
    },
  });
  expect((await at.domain.reservations.list({ businessId: 'O-2', limit: 10 })).items).toEqual([]);
});

test('a hold past its deadline is expired by whoever meets it, and its stock serves the next', async () => {
  await stock('S3', 2);
  const late = await at.domain.reservations.reserve({ ...hold('S3', 2, 'O-3'), ttlSeconds: 60 }, at.call);
  await expect(at.domain.reservations.reserve(hold('S3', 1, 'O-4'), at.call)).rejects.toMatchObject({
    code: 'INV_002',
  });
  at.advance(61);
  const next = await at.domain.reservations.reserve(hold('S3', 1, 'O-4'), at.call);
  expect(next.state).toBe('active');
  expect(await at.domain.reservations.get({ id: late.id })).toMatchObject({ state: 'expired', held: 0 });
  await expect(at.domain.reservations.confirm({ id: late.id }, at.call)).rejects.toMatchObject({ code: 'INV_003' });
});

test('replace keeps the id and never blocks the shopper by the own hold', async () => {
  await stock('S4', 5);
  const first = await at.domain.reservations.reserve(hold('S4', 4, 'C-1'), at.call);
  expect(await at.domain.reservations.reserve(hold('S4', 4, 'C-1'), at.call)).toMatchObject({
    id: first.id,
    version: 1,
  });
  await expect(at.domain.reservations.reserve(hold('S4', 5, 'C-1'), at.call)).rejects.toMatchObject({
    code: 'INV_008',
  });
  const replaced = await at.domain.reservations.reserve({ ...hold('S4', 5, 'C-1'), replace: true }, at.call);
  expect(replaced).toMatchObject({ id: first.id, quantity: 5, held: 5, version: 2 });
  await expect(
    at.domain.reservations.reserve({ ...hold('S4', 6, 'C-1'), replace: true }, at.call),
  ).rejects.toMatchObject({ code: 'INV_002' });
  expect(await at.domain.reservations.get({ id: first.id })).toMatchObject({ quantity: 5, held: 5, state: 'active' });
});

test('a cart becomes an order in one step, and a repeat answers the same', async () => {
  await stock('S5', 1);
  const cart = await at.domain.reservations.reserve({ ...hold('S5', 1, 'CART-5'), type: 'cart' }, at.call);
  const input = {
    from: { type: 'cart' as const, businessId: 'CART-5' },
    to: { type: 'order' as const, businessId: 'ORDER-5' },
  };
  const converted = await at.domain.reservations.convert(input, at.call);
  expect(converted.reservations).toMatchObject([{ id: cart.id, type: 'order', businessId: 'ORDER-5' }]);
  expect(await at.domain.reservations.convert(input, at.call)).toEqual(converted);
});

test('one idempotency key has one effect and one answer', async () => {
  await stock('S6', 5);
  const input = { ...hold('S6', 2, 'K-1'), idempotencyKey: 'key-1' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => at.domain.reservations.reserve(input, at.call)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  await expect(at.domain.reservations.reserve({ ...input, quantity: 3 }, at.call)).rejects.toMatchObject({
    code: 'INV_011',
    details: { firstDifference: 'quantity' },
  });
  const refusal = { ...hold('S6', 9, 'K-2'), idempotencyKey: 'key-2' };
  await expect(at.domain.reservations.reserve(refusal, at.call)).rejects.toMatchObject({ code: 'INV_002' });
  await stock('S6-more', 1);
  await expect(at.domain.reservations.reserve(refusal, at.call)).rejects.toMatchObject({ code: 'INV_002' });
});

test('a hundred callers for fifty units: fifty are served', async () => {
  await stock('S7', 50);
  const calls = Array.from({ length: 100 }, (_, each) =>
    at.domain.reservations.reserve(hold('S7', 1, `R-${each}`), at.call),
  );
  const results = await Promise.allSettled(calls);
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(50);
  expect((await at.domain.stock.check({ skuId: 'S7' })).available).toBe(0);
});

test('the sweep expires what is due, once', async () => {
  await stock('S8', 30);
  for (let each = 0; each < 10; each += 1)
    await at.domain.reservations.reserve({ ...hold('S8', 1, `W-${each}`), ttlSeconds: 5 }, at.call);
  at.advance(6);
  const sweeps = await Promise.all([1, 2, 3].map(() => at.domain.reservations.expireDue({ limit: 100 }, at.call)));
  const rest = await at.domain.reservations.expireDue({ limit: 100 }, at.call);
  expect([...sweeps, rest].reduce((sum, sweep) => sum + sweep.expired, 0)).toBe(10);
  expect((await at.domain.stock.check({ skuId: 'S8' })).available).toBe(30);
});

test('events are published in the order of each aggregate, at least once, and then forgotten', async () => {
  const events: { id: string; type: string }[] = [];
  for (;;) {
    const { published } = await at.domain.relay.publishOnce({
      holder: 'test',
      leaseMs: 10_000,
      limit: 100,
      publish: (batch) => {
        events.push(...batch);
        return Promise.resolve();
      },
    });
    if (published === 0) break;
  }
  const ofLevel = events.filter((event) => event.id.startsWith('level:S1/default')).map((event) => event.id);
  expect(ofLevel).toEqual(['level:S1/default:1', 'level:S1/default:2', 'level:S1/default:3']);
  expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  expect(await at.dataSource.query('SELECT COUNT(*) AS n FROM outbox')).toEqual([
    { n: expect.toSatisfy((n) => Number(n) === 0) },
  ]);
});
