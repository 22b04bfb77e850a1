/** Splits against everything that wants the same batches at the same moment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fresh, type Shelf, shelfOf, split } from '../testing/batch-inputs.ts';
import { bothWays } from '../testing/both-ways.ts';
import { chase, race } from '../testing/duels.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { freezing, lockOn } from '../testing/lock-inputs.ts';
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

describe('a split', () => {
  test.each<[string, string, (shelf: Shelf) => Promise<unknown>]>([
    ['a reserve', 'reserved', (shelf) => reserve(shelf.skuId, 3, { batchIds: [shelf.id('lot')] })],
    [
      'a business lock',
      'locked',
      (shelf) => at.domain.locks.business(lockOn(fresh('L'), { [shelf.id('lot')]: 3 }), at.call),
    ],
  ])('of what is free against %s of the same: one gets it', LONG, async (_what, balance, opponent) => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { lot: 5 });
      const outcomes = await start(
        () => split(at, shelf.id('lot'), 3),
        () => opponent(shelf),
      );
      expect(outcomes.toSorted()).toEqual(['INV_002', 'done']);
      expect(await get(shelf.id('lot'))).toMatchObject(
        outcomes[0] === 'done' ? { onHand: 2 } : { onHand: 5, [balance]: 3 },
      );
      return outcomes[0] === 'done';
    });
    await expectSound(at);
  });

  test('a reserve that may take any batch never loses to a split', LONG, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shelf = await shelfOf(at, { lot: 5 });
      expect(
        await chase(
          round,
          () => split(at, shelf.id('lot'), 2, 3),
          () => reserve(shelf.skuId, 5),
        ),
      ).toContain('done');
      const { available } = await at.domain.stock.check({ skuId: shelf.skuId });
      expect([0, 5]).toContain(available);
    }
  });

  test('twenty of one batch give twenty numbers', LONG, async () => {
    const shelf = await shelfOf(at, { lot: 40 });
    const outcomes = await race(...Array.from({ length: 20 }, () => () => split(at, shelf.id('lot'), 1, 1)));
    expect(new Set(outcomes)).toEqual(new Set(['done']));
    const { items } = await at.domain.batches.list({ skuId: shelf.skuId, limit: 100 });
    expect(new Set(items.map(({ batchNo }) => batchNo))).toEqual(
      new Set(['lot', ...Array.from({ length: 40 }, (_, each) => `lot-${each + 1}`)]),
    );
  });

  test('of one number at two places give the children different numbers', LONG, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const shelf = await shelfOf(at, { lot: 5 });
      const line = receipt(shelf.skuId, 5, { batchNo: 'lot', locationId: 'north' });
      const north = (await at.domain.inbound.purchase(inbound(fresh('P'), [line]), at.call)).lines[0]?.batchId ?? '';
      const outcomes = await race(
        () => split(at, shelf.id('lot'), 1),
        () => split(at, north, 1),
      );
      expect(outcomes).toEqual(['done', 'done']);
      const { items } = await at.domain.batches.list({ skuId: shelf.skuId, limit: 10 });
      expect(items.map(({ batchNo }) => batchNo).toSorted()).toEqual(['lot', 'lot', 'lot-1', 'lot-2']);
    }
  });

  test('against a freeze: it comes first, or not at all', LONG, async () => {
    await bothWays(ROUNDS, async (start) => {
      const shelf = await shelfOf(at, { lot: 5 });
      const outcomes = await start(
        () => split(at, shelf.id('lot'), 2),
        () => at.domain.locks.operation(freezing([shelf.id('lot')]), at.call),
      );
      expect([
        ['done', 'done'],
        ['INV_016', 'done'],
      ]).toContainEqual(outcomes);
      return outcomes[0] === 'done';
    });
    await expectSound(at);
  });
});
