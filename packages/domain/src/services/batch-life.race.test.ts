/** Merges, corrections and the sweep against everything that wants the same batches at the same moment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, merge, type Shelf, shelfOf } from '../testing/batch-inputs.ts';
import { bothWays } from '../testing/both-ways.ts';
import { chase, duel, race } from '../testing/duels.ts';
import { daysFromNow, hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { freezing, lockOn, recalling } from '../testing/lock-inputs.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const ROUNDS = 20;
const LONG = { timeout: 120_000 };

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 500 }, at.call);
});
afterAll(() => closeSound(at));

const get = (batchId: string) => at.domain.batches.get({ batchId });
const reserve = (skuId: string, quantity: number, more = {}) =>
  at.domain.reservations.reserve(hold(skuId, quantity, { businessId: fresh('O'), ...more }), at.call);
const receive = (skuId: string, quantity: number, more: Parameters<typeof receipt>[2]) =>
  at.domain.inbound.purchase(inbound(fresh('P'), [receipt(skuId, quantity, more)]), at.call);
const mergeAll = (shelf: Shelf, targetBatchNo = 'T') => merge(shelf, Object.keys(shelf.ids), { targetBatchNo });

describe('a merge', () => {
  test('against thirty reserves: all of them hold, and the target holds what they hold', LONG, async () => {
    for (let round = 0; round < 4; round += 1) {
      const shelf = await shelfOf(at, { a: 20, b: 20, c: 20 });
      const reserves = Array.from({ length: 30 }, () => () => reserve(shelf.skuId, 2));
      const works = [...reserves.slice(0, 15), () => mergeAll(shelf), ...reserves.slice(15)];
      expect(new Set(await race(...works))).toEqual(new Set(['done']));
      const target = (await get(shelf.id('a'))).mergedInto ?? '';
      expect(await get(target)).toMatchObject({ onHand: 60, reserved: 60 });
    }
    await expectSound(at);
  });

  test('against the end of what is held, by sale, deduct, release and confirm', LONG, async () => {
    for (let round = 0; round < 4; round += 1) {
      const shelf = await shelfOf(at, { a: 10, b: 10, c: 10 });
      const made = [];
      for (let each = 0; each < 12; each += 1) made.push(await reserve(shelf.skuId, 2));
      const ends = made.map(({ id, businessId }, each) => () => {
        if (each % 4 === 0) return at.domain.reservations.deduct({ id }, at.call);
        if (each % 4 === 1) return at.domain.reservations.release({ id }, at.call);
        if (each % 4 === 2) return at.domain.reservations.confirm({ id }, at.call);
        return at.domain.outbound.sales(sale(businessId, [{ skuId: shelf.skuId, quantity: 2 }]), at.call);
      });
      const works = [...ends.slice(0, 6), () => mergeAll(shelf), ...ends.slice(6)];
      expect(new Set(await race(...works))).toEqual(new Set(['done']));
      const target = (await get(shelf.id('a'))).mergedInto ?? '';
      expect(await get(target)).toMatchObject({ onHand: 18, reserved: 6 });
    }
    await expectSound(at);
  });

  test('of two that share a source one wins, and nothing is lost', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { a: 3, b: 4, c: 5 });
      const outcomes = await start(
        () => merge(shelf, ['a', 'b'], { targetBatchNo: 'one' }),
        () => merge(shelf, ['c', 'b'], { targetBatchNo: 'two' }),
      );
      expect(outcomes.toSorted()).toEqual(['INV_010', 'done']);
      const { items } = await at.domain.batches.list({ skuId: shelf.skuId, limit: 10 });
      expect(items.reduce((sum, batch) => sum + batch.onHand, 0)).toBe(12);
      return outcomes[0] === 'done';
    });
    await expectSound(at);
  });

  test('of two into one new number, from different places, one gets it', LONG, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const north = { quantity: 2, locationId: 'north' };
      const shelf = await shelfOf(at, { a: 1, b: 1, c: north, d: north });
      const outcomes = await duel(
        round,
        () => merge(shelf, ['a', 'b'], { targetBatchNo: 'T' }),
        () => merge(shelf, ['c', 'd'], { targetBatchNo: 'T' }),
      );
      expect(outcomes.toSorted()).toEqual(['INV_008', 'done']);
    }
  });

  test('into each other, one wins', LONG, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shelf = await shelfOf(at, { a: 1, b: 1 });
      const outcomes = await duel(
        round,
        () => merge(shelf, ['a', 'b'], { targetBatchNo: 'a' }),
        () => merge(shelf, ['a', 'b'], { targetBatchNo: 'b' }),
      );
      expect(outcomes.toSorted()).toEqual(['INV_010', 'done']);
    }
  });

  test('against receipts of a source number: whichever comes first, the goods end in the target', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { a: 3, b: 4 });
      const reached: string[] = [];
      const receipts = [1, 2, 4].map((quantity) => async () => {
        const { lines } = await receive(shelf.skuId, quantity, { batchNo: 'a' });
        reached.push(lines[0]?.batchNo ?? '');
      });
      const outcomes = await start(() => mergeAll(shelf), ...receipts);
      expect(new Set(outcomes)).toEqual(new Set(['done']));
      for (const number of reached) expect(['a', 'T']).toContain(number);
      const target = (await get(shelf.id('a'))).mergedInto ?? '';
      expect(await get(target)).toMatchObject({ onHand: 14 });
      return !reached.includes('a');
    });
    await expectSound(at);
  });

  test('against a receipt that opens the new number elsewhere, one gets the number', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { a: 3, b: { quantity: 4, expiresAt: daysFromNow(9) } });
      const outcomes = await start(
        () => mergeAll(shelf),
        () => receive(shelf.skuId, 1, { batchNo: 'T', locationId: 'north' }),
      );
      expect([
        ['done', 'INV_009'],
        ['INV_008', 'done'],
      ]).toContainEqual(outcomes);
      return outcomes[0] === 'done';
    });
  });

  test('against a business lock on a source: it follows, or finds the source gone', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { a: 3, b: 4 });
      const [merged, locked] = await start(
        () => mergeAll(shelf),
        () => at.domain.locks.business(lockOn(fresh('L'), { [shelf.id('a')]: 2 }), at.call),
      );
      expect(merged).toBe('done');
      expect(['done', 'INV_010']).toContain(locked);
      return locked === 'INV_010';
    });
    await expectSound(at);
  });

  test('against a freeze of a source: it comes first, or not at all', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { a: 3, b: 4 });
      const outcomes = await start(
        () => mergeAll(shelf),
        () => at.domain.locks.operation(freezing([shelf.id('a')]), at.call),
      );
      expect([
        ['done', 'INV_010'],
        ['INV_016', 'done'],
      ]).toContainEqual(outcomes);
      return outcomes[0] === 'done';
    });
    await expectSound(at);
  });

  test('against a recall of a source: either it is frozen first, or the recall freezes the target', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { a: 3, b: 4 });
      const outcomes = await start(
        () => mergeAll(shelf),
        () => at.domain.batches.recall(recalling(shelf.skuId, 'a'), at.call),
      );
      expect(['done', 'INV_016']).toContain(outcomes[0]);
      expect(outcomes[1]).toBe('done');
      const { mergedInto } = await get(shelf.id('a'));
      expect((await get(mergedInto ?? shelf.id('a'))).status).toBe('frozen');
      return outcomes[0] === 'done';
    });
    await expectSound(at);
  });
});

test('a corrected expiry against a receipt of the number: one meaning is left', LONG, async () => {
  await bothWays(ROUNDS, async (start) => {
    const [was, willBe] = [daysFromNow(10), daysFromNow(20)];
    const shelf = await shelfOf(at, { lot: { quantity: 5, expiresAt: was } });
    const [corrected, received] = await start(
      () => at.domain.batches.update({ batchId: shelf.id('lot'), expiresAt: willBe }, at.call),
      () => receive(shelf.skuId, 1, { batchNo: 'lot', locationId: 'north', expiresAt: was }),
    );
    expect(corrected).toBe('done');
    expect(['done', 'INV_009']).toContain(received);
    const { items } = await at.domain.batches.list({ skuId: shelf.skuId, limit: 10 });
    expect(new Set(items.map(({ expiresAt }) => expiresAt)).size).toBe(1);
    return received === 'INV_009';
  });
});

test('the sweep against a corrected expiry: what lies ahead is available in the end', LONG, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const shelf = await shelfOf(at, { lot: { quantity: 5, expiresAt: secondsFromNow(-60) } });
    const outcomes = await chase(
      round,
      () => at.domain.batches.expireDue({ limit: 500 }, at.call),
      () => at.domain.batches.update({ batchId: shelf.id('lot'), expiresAt: daysFromNow(9) }, at.call),
    );
    expect(outcomes).toEqual(['done', 'done']);
    expect((await get(shelf.id('lot'))).status).toBe('available');
  }
});
