/** Operation locks on a real database: a batch that is held still, and what can be done with it all the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
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

describe('an operation lock', () => {
  test('freezes whole batches: held stock can be confirmed, extended, converted and released, and nothing else', async () => {
    const { skuId, a } = await shelf();
    const { reservations, inbound: inbounds, outbound } = at.domain;
    const made = await reservations.reserve(hold(skuId, 4, 'O-F1'), at.call);
    const lock = await locks().operation(freezing([a]), at.call);
    expect(lock).toMatchObject({ kind: 'operation', type: 'inspection', operator: 'Ida', expiresAt: null, version: 2 });
    expect(lock.lines).toMatchObject([{ batchId: a, quantity: null, held: null }]);
    expect(await at.domain.batches.get({ batchId: a })).toMatchObject({
      status: 'frozen',
      onHand: 10,
      reserved: 4,
      locked: 0,
    });
    expect(await available(skuId)).toBe(10);

    const conflict = { code: 'INV_016', details: { lockId: lock.id } };
    const refusals: [string, (key: { idempotencyKey?: string }) => Promise<unknown>][] = [
      ['deduct', (key) => reservations.deduct({ id: made.id, ...key }, at.call)],
      ['deduct of a part', (key) => reservations.deduct({ id: made.id, quantity: 1, ...key }, at.call)],
      ['sale of what the order holds', (key) => outbound.sales(sale('O-F1', [{ skuId, quantity: 2 }], key), at.call)],
      ['top-up', (key) => inbounds.purchase(inbound('TOP-UP', [receipt(skuId, 1, { batchNo: 'a' })], key), at.call)],
      ['business lock', (key) => locks().business({ ...lockOn('P-F1', { [a]: 1 }), ...key }, at.call)],
      ['second operation lock', (key) => locks().operation({ ...freezing([a]), ...key }, at.call)],
    ];
    for (const [what, work] of refusals) {
      const refusal = await expectRefusal(at, work, conflict);
      expect([what, refusal.message]).toEqual([what, expect.stringContaining('"a" is frozen by lock')]);
    }
    await reservations.extend({ id: made.id, ttlSeconds: 3600 }, at.call);
    await reservations.confirm({ id: made.id }, at.call);
    await reservations.convert(
      { from: { type: 'order', businessId: 'O-F1' }, to: { type: 'order', businessId: 'O-F2' } },
      at.call,
    );
    await reservations.release({ id: made.id }, at.call);
    expect(await at.domain.batches.get({ batchId: a })).toMatchObject({ status: 'frozen', reserved: 0 });

    await locks().release({ lockId: lock.id, reason: 'all well' }, at.call);
    expect(await at.domain.batches.get({ batchId: a })).toMatchObject({ status: 'available' });
    expect(await available(skuId)).toBe(20);
  });

  test('lets what is not frozen of a hold leave', async () => {
    const { skuId, a, b } = await shelf();
    const made = await at.domain.reservations.reserve(hold(skuId, 16, 'O-F3'), at.call);
    const lock = await locks().operation(freezing([a]), at.call);
    const refusal = await refusalOf(at.domain.reservations.deduct({ id: made.id, quantity: 7 }, at.call));
    expect(refusal).toMatchObject({ code: 'INV_016', details: { lockId: lock.id } });
    await at.domain.reservations.deduct({ id: made.id, quantity: 2 }, at.call);
    const document = await at.domain.outbound.sales(sale('O-F3', [{ skuId, quantity: 4 }]), at.call);
    expect(document.lines).toMatchObject([{ batchId: b, quantity: 4 }]);
    expect((await at.domain.reservations.get({ id: made.id })).lines.map(({ held }) => held)).toEqual([10, 0]);
    expect(
      await refusalOf(
        at.domain.outbound.sales(sale('O-F3', [{ skuId, quantity: 1 }], { documentNo: 'more' }), at.call),
      ),
    ).toMatchObject({
      code: 'INV_016',
    });
  });

  test('lets held stock expire and a business lock on its batch end', async () => {
    const { skuId, a } = await shelf();
    await at.domain.reservations.reserve(hold(skuId, 2, { businessId: 'SHORT', ttlSeconds: 5 }), at.call);
    const business = await locks().business(lockOn('P-F2', { [a]: 3 }), at.call);
    await locks().operation(freezing([a]), at.call);
    at.advance(6);
    await at.domain.reservations.expireDue({ limit: 100 }, at.call);
    await locks().release({ lockId: business.id, reason: 'over' }, at.call);
    expect(await at.domain.batches.get({ batchId: a })).toMatchObject({ status: 'frozen', reserved: 0, locked: 0 });
  });

  test('freezes all or none', async () => {
    const { a, b } = await shelf();
    const first = await locks().operation(freezing([b]), at.call);
    const work = (key: { idempotencyKey?: string }) => locks().operation({ ...freezing([a, b]), ...key }, at.call);
    await expectRefusal(at, work, { code: 'INV_016', details: { lockId: first.id } });
    expect(await at.domain.batches.get({ batchId: a })).toMatchObject({ status: 'available' });
  });
});
