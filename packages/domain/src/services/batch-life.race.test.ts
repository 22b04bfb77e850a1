/** Merges, corrections and the sweep against everything that wants the same batches at the same moment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, merge, type Shelf, shelfOf } from '../testing/batch-inputs.ts';
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
    const winners = new Set<number>();
    for (let round = 0; round < ROUNDS || (winners.size < 2 && round < 10 * ROUNDS); round += 1) {
      const shelf = await shelfOf(at, { a: 3, b: 4, c: 5 });
      const outcomes = await duel(
        round,
        () => merge(shelf, ['a', 'b'], { targetBatchNo: 'one' }),
        () => merge(shelf, ['c', 'b'], { targetBatchNo: 'two' }),
      );
      expect(outcomes.toSorted()).toEqual(['INV_010', 'done']);
      winners.add(outcomes.indexOf('done'));
      const { items } = await at.domain.batches.list({ skuId: shelf.skuId, limit: 10 });
      expect(items.reduce((sum, batch) => sum + batch.onHand, 0)).toBe(12);
    }
    expect(winners.size, 'both sides must have won, or this was no race').toBe(2);
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
    const reached = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const shelf = await shelfOf(at, { a: 3, b: 4 });
      const seen: string[] = [];
      const receipts = [1, 2, 4].map((quantity) => async () => {
        const { lines } = await receive(shelf.skuId, quantity, { batchNo: 'a' });
        seen.push(lines[0]?.batchNo ?? '');
      });
      const merging = () => mergeAll(shelf);
      const works = round % 2 === 0 ? [...receipts, merging] : [merging, ...receipts];
      expect(new Set(await race(...works))).toEqual(new Set(['done']));
      for (const number of seen) reached.add(number);
      const target = (await get(shelf.id('a'))).mergedInto ?? '';
      expect(await get(target)).toMatchObject({ onHand: 14 });
    }
    expect(reached, 'some must have come before the merge and some after').toEqual(new Set(['a', 'T']));
    await expectSound(at);
  });

  test('against a receipt that opens the new number elsewhere, one gets the number', LONG, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shelf = await shelfOf(at, { a: 3, b: { quantity: 4, expiresAt: daysFromNow(9) } });
      const outcomes = await chase(
        round,
        () => mergeAll(shelf),
        () => receive(shelf.skuId, 1, { batchNo: 'T', locationId: 'north' }),
      );
      expect([
        ['done', 'INV_009'],
        ['INV_008', 'done'],
      ]).toContainEqual(outcomes);
    }
  });

  test(
    'against locks on a source: business locks follow or find it gone, a freeze comes first or not at all',
    LONG,
    async () => {
      const seen = new Set<string>();
      for (let round = 0; round < ROUNDS; round += 1) {
        const shelf = await shelfOf(at, { a: 3, b: 4 });
        const business = await chase(
          round,
          () => mergeAll(shelf),
          () => at.domain.locks.business(lockOn(fresh('L'), { [shelf.id('a')]: 2 }), at.call),
        );
        expect([
          ['done', 'done'],
          ['done', 'INV_010'],
        ]).toContainEqual(business);
        const other = await shelfOf(at, { a: 3, b: 4 });
        const freeze = await chase(
          round,
          () => mergeAll(other),
          () => at.domain.locks.operation(freezing([other.id('a')]), at.call),
        );
        expect([
          ['done', 'INV_010'],
          ['INV_016', 'done'],
        ]).toContainEqual(freeze);
        for (const outcome of [...business, ...freeze]) seen.add(outcome);
      }
      expect(seen).toEqual(new Set(['done', 'INV_010', 'INV_016']));
      await expectSound(at);
    },
  );

  test('against a recall of a source: either it is frozen first, or the recall freezes the target', LONG, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shelf = await shelfOf(at, { a: 3, b: 4 });
      const outcomes = await chase(
        round,
        () => mergeAll(shelf),
        () => at.domain.batches.recall(recalling(shelf.skuId, 'a'), at.call),
      );
      expect(['done', 'INV_016']).toContain(outcomes[0]);
      expect(outcomes[1]).toBe('done');
      const { mergedInto } = await get(shelf.id('a'));
      expect((await get(mergedInto ?? shelf.id('a'))).status).toBe('frozen');
    }
    await expectSound(at);
  });
});

test('a corrected expiry against a receipt of the number: one meaning is left', LONG, async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const [was, willBe] = [daysFromNow(10), daysFromNow(20)];
    const shelf = await shelfOf(at, { lot: { quantity: 5, expiresAt: was } });
    const outcomes = await chase(
      round,
      () => at.domain.batches.update({ batchId: shelf.id('lot'), expiresAt: willBe }, at.call),
      () => receive(shelf.skuId, 1, { batchNo: 'lot', locationId: 'north', expiresAt: was }),
    );
    expect([
      ['done', 'done'],
      ['done', 'INV_009'],
    ]).toContainEqual(outcomes);
    const { items } = await at.domain.batches.list({ skuId: shelf.skuId, limit: 10 });
    expect(new Set(items.map(({ expiresAt }) => expiresAt)).size).toBe(1);
  }
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
