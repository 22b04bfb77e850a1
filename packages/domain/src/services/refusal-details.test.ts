/** A call that lost is told the state it met and the command that brought it about; a call that is repeated is answered the same. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reservation } from '@granary/contracts/reservation';
import { valueOf } from '../testing/database-state.ts';
import { daysFromNow, hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain({ config: { reservationMaxTtlSeconds: 7200 } });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('PO', [receipt('S', 1000), receipt('T', 10)]), at.call);
});
afterAll(() => closeSound(at));

type Key = { idempotencyKey?: string };
const reservations = () => at.domain.reservations;
const orderOf = ({ businessId }: Reservation) => ({ type: 'order' as const, businessId });
const calls = {
  confirm: (target: object, key: Key) => reservations().confirm({ ...target, ...key }, at.call),
  extend: (target: object, key: Key) => reservations().extend({ ...target, ttlSeconds: 3600, ...key }, at.call),
  deduct: (target: object, key: Key) => reservations().deduct({ ...target, ...key }, at.call),
  release: (target: object, key: Key) => reservations().release({ ...target, ...key }, at.call),
  convert: (target: object, key: Key) =>
    reservations().convert(
      { from: target as { type: 'order'; businessId: string }, to: { type: 'other', businessId: 'X' }, ...key },
      at.call,
    ),
};

/** How a reservation comes into each state, and which procedure is then its cause. */
const ways = {
  confirmed: ['reservation.confirm', (of: Reservation) => reservations().confirm({ id: of.id }, at.call)],
  released: [
    'reservation.release',
    (of: Reservation) => reservations().release({ id: of.id, reason: 'changed mind' }, at.call),
  ],
  deducted: ['reservation.deduct', (of: Reservation) => reservations().deduct({ id: of.id }, at.call)],
  sold: [
    'outbound.sales',
    (of: Reservation) => at.domain.outbound.sales(sale(of.businessId, [{ skuId: 'S', quantity: 2 }]), at.call),
  ],
} as const;
const stateAfter = { confirmed: 'confirmed', released: 'released', deducted: 'fulfilled', sold: 'fulfilled' } as const;

describe('INV_010 names the state and its cause', () => {
  test.each([
    ['confirm', 'released'],
    ['deduct', 'released'],
    ['extend', 'released'],
    ['convert', 'released'],
    ['extend', 'confirmed'],
    ['extend', 'deducted'],
    ['release', 'deducted'],
    ['release', 'sold'],
    ['extend', 'sold'],
    ['convert', 'sold'],
  ] as const)('to %s what was %s', async (verb, way) => {
    const made = await reservations().reserve(hold('S', 2, `${verb} ${way}`), at.call);
    const [procedure, bring] = ways[way];
    await bring(made);
    for (const target of verb === 'convert' ? [orderOf(made)] : [{ id: made.id }, orderOf(made)]) {
      const { details } = await expectRefusal(at, (key) => calls[verb](target, key), {
        code: 'INV_010',
        details: { noun: 'reservation', id: made.id, state: stateAfter[way], cause: expect.any(String) },
      });
      const cause = 'cause' in details ? details.cause : '';
      expect(await valueOf(at.dataSource, 'SELECT procedure_name FROM command WHERE command_id = ?', [cause])).toBe(
        procedure,
      );
    }
  });
});

describe('a repeat of what won is answered unchanged', () => {
  test.each([
    ['confirm', 'confirmed'],
    ['confirm', 'deducted'],
    ['confirm', 'sold'],
    ['release', 'released'],
    ['deduct', 'deducted'],
    ['deduct', 'sold'],
  ] as const)('%s of what was %s', async (verb, way) => {
    const made = await reservations().reserve(hold('S', 2, `again ${verb} ${way}`), at.call);
    await ways[way][1](made);
    const standing = await reservations().get({ id: made.id });
    expect(await calls[verb]({ id: made.id }, {})).toEqual({ reservations: [standing] });
    expect(await calls[verb](orderOf(made), {})).toEqual({ reservations: [standing] });
    expect(await reservations().get({ id: made.id })).toEqual(standing);
  });
});

describe('refused with the state it met is', () => {
  test('a deduct of more than is held', async () => {
    const { id } = await reservations().reserve(hold('S', 5, 'MUCH'), at.call);
    await reservations().deduct({ id, quantity: 2 }, at.call);
    await expectRefusal(at, (key) => reservations().deduct({ id, quantity: 4, ...key }, at.call), {
      code: 'INV_010',
      details: { noun: 'reservation', id, state: 'active' },
    });
  });

  test('a repeated deduct of another quantity than was reserved', async () => {
    const { id } = await reservations().reserve(hold('S', 5, 'OTHER'), at.call);
    await reservations().deduct({ id }, at.call);
    expect((await reservations().deduct({ id, quantity: 5 }, at.call)).reservations).toMatchObject([{ fulfilled: 5 }]);
    await expectRefusal(at, (key) => reservations().deduct({ id, quantity: 2, ...key }, at.call), {
      code: 'INV_010',
      details: { id, state: 'fulfilled' },
    });
  });

  test('a deadline earlier than the one that stands; one beyond the longest life is not valid', async () => {
    const { id } = await reservations().reserve(hold('S', 1, { businessId: 'LATER', ttlSeconds: 600 }), at.call);
    await expectRefusal(at, (key) => reservations().extend({ id, ttlSeconds: 60, ...key }, at.call), {
      code: 'INV_010',
      details: { id, state: 'active' },
    });
    await expectRefusal(at, (key) => reservations().extend({ id, ttlSeconds: 7201, ...key }, at.call), {
      code: 'INV_005',
    });
    await reservations().extend({ id, ttlSeconds: 7190 }, at.call);
  });

  test('a replacement of what was shipped in part, and of what is paid', async () => {
    const part = await reservations().reserve(hold('S', 5, 'PART'), at.call);
    await reservations().deduct({ id: part.id, quantity: 1 }, at.call);
    const other = (businessId: string, key: Key) =>
      reservations().reserve({ ...hold('S', 6, { businessId, replace: true }), ...key }, at.call);
    await expectRefusal(at, (key) => other('PART', key), {
      code: 'INV_010',
      details: { id: part.id, state: 'active' },
    });
    const paid = await reservations().reserve(hold('S', 5, 'PAID'), at.call);
    await reservations().confirm({ id: paid.id }, at.call);
    await expectRefusal(at, (key) => other('PAID', key), {
      code: 'INV_008',
      details: { noun: 'reservation', id: paid.id },
    });
  });

  test('a conversion to an order that holds the same line', async () => {
    for (const businessId of ['FROM', 'TO']) await reservations().reserve(hold('S', 1, businessId), at.call);
    const input = { from: { type: 'order', businessId: 'FROM' }, to: { type: 'order', businessId: 'TO' } } as const;
    await expectRefusal(at, (key) => reservations().convert({ ...input, ...key }, at.call), { code: 'INV_008' });
  });

  test.each([
    ['frozen', `UPDATE stock_batch SET status = 'frozen' WHERE sku_id = 'T'`],
    ['expired', `UPDATE stock_batch SET status = 'expired' WHERE sku_id = 'T'`],
    ['expired', `UPDATE stock_batch SET status = 'available', expires_at = '${daysFromNow(-1)}' WHERE sku_id = 'T'`],
  ])('a batch that is named and is %s', async (state, statement) => {
    await at.dataSource.query(statement);
    const batchId = await valueOf(at.dataSource, `SELECT batch_id FROM stock_batch WHERE sku_id = 'T'`);
    await expectRefusal(
      at,
      (key) =>
        reservations().reserve({ ...hold('T', 1, { businessId: 'NAMED', batchIds: [batchId] }), ...key }, at.call),
      {
        code: 'INV_010',
        details: { noun: 'batch', id: batchId, state },
      },
    );
  });
});

describe('not found, and told what, is', () => {
  const stranger = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
  test.each(['confirm', 'extend', 'deduct', 'release'] as const)('a reservation to %s', async (verb) => {
    await expectRefusal(at, (key) => calls[verb]({ id: stranger }, key), {
      code: 'INV_007',
      details: { id: stranger },
    });
    const order = { type: 'order', businessId: 'GHOST' };
    await expectRefusal(at, (key) => calls[verb](order, key), { code: 'INV_007', details: { id: 'GHOST' } });
  });

  test('what is to be converted, and a batch that is named', async () => {
    const order = { type: 'order', businessId: 'GHOST' };
    await expectRefusal(at, (key) => calls.convert(order, key), { code: 'INV_007', details: { id: 'GHOST' } });
    const named = hold('S', 1, { businessId: 'NAMED', batchIds: [stranger] });
    await expectRefusal(at, (key) => reservations().reserve({ ...named, ...key }, at.call), {
      code: 'INV_007',
      details: { noun: 'batch', id: stranger },
    });
  });
});
