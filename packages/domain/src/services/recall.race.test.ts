/** A recall against those who hold, take or bring in goods of the recalled number at the same moment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bothWays } from '../testing/both-ways.ts';
import { race } from '../testing/duels.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { batchIdOf, recalling } from '../testing/lock-inputs.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let made = 0;

beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north', priority: 500 }, at.call);
});
afterAll(() => closeSound(at));

async function shelf(): Promise<string> {
  const skuId = `S-${(made += 1)}`;
  for (const [quantity, batchNo] of [
    [20, 'bad'],
    [100, 'good'],
  ] as const)
    await at.domain.inbound.purchase(inbound(`${skuId}-${batchNo}`, [receipt(skuId, quantity, { batchNo })]), at.call);
  return skuId;
}
const recall = (skuId: string) => at.domain.batches.recall(recalling(skuId, 'bad'), at.call);

test(
  'deducts before it takes the recalled goods, after it others; never a unit of both',
  { timeout: 60_000 },
  async () => {
    await bothWays(16, async (start) => {
      const skuId = await shelf();
      const held = await at.domain.reservations.reserve(hold(skuId, 5, `D-${skuId}`), at.call);
      const outcomes = await start(
        () => recall(skuId),
        () => at.domain.reservations.deduct({ id: held.id }, at.call),
      );
      expect(outcomes).toEqual(['done', 'done']);
      const [bad, good] = await Promise.all(
        ['bad', 'good'].map(async (no) => at.domain.batches.get({ batchId: await batchIdOf(at, skuId, no) })),
      );
      expect([
        [20, 95],
        [15, 100],
      ]).toContainEqual([bad?.onHand, good?.onHand]);
      expect([bad?.reserved, good?.reserved]).toEqual([0, 0]);
      return bad?.onHand === 20;
    });
    await expectSound(at);
  },
);

describe('many holds', () => {
  test(
    'that are made, sold and given back meanwhile: all that is left of them holds other goods',
    { timeout: 60_000 },
    async () => {
      const skuId = await shelf();
      const ids = await Promise.all(
        Array.from(
          { length: 12 },
          async (_, each) => (await at.domain.reservations.reserve(hold(skuId, 1, `M-${each}`), at.call)).id,
        ),
      );
      const ends = ids.map((id, each) => () => {
        if (each % 3 === 0) return at.domain.reservations.release({ id }, at.call);
        if (each % 3 === 1) return at.domain.outbound.sales(sale(`M-${each}`, [{ skuId, quantity: 1 }]), at.call);
        return at.domain.reservations.confirm({ id }, at.call);
      });
      const more = Array.from({ length: 12 }, (_, each) => () => {
        return at.domain.reservations.reserve(hold(skuId, 1, `N-${each}`), at.call);
      });
      const outcomes = await race(() => recall(skuId), ...ends, ...more);
      expect(new Set(outcomes)).toEqual(new Set(['done']));
      const bad = await at.domain.batches.get({ batchId: await batchIdOf(at, skuId, 'bad') });
      expect(bad).toMatchObject({ status: 'frozen', reserved: 0 });
      await expectSound(at);
    },
  );

  test('and three recalls at once are one recall', { timeout: 60_000 }, async () => {
    const skuId = await shelf();
    for (let each = 0; each < 10; each += 1)
      await at.domain.reservations.reserve(hold(skuId, 1, `R-${skuId}-${each}`), at.call);
    const answers = await Promise.all([recall(skuId), recall(skuId), recall(skuId)]);
    expect(new Set(answers.map(({ lock }) => lock.id)).size).toBe(1);
    expect(answers.reduce((sum, { moved }) => sum + moved.length, 0)).toBe(10);
    await expectSound(at);
  });
});

test(
  'a receipt of the number elsewhere either comes before and is frozen too, or is refused',
  { timeout: 60_000 },
  async () => {
    await bothWays(16, async (start) => {
      const skuId = await shelf();
      const line = receipt(skuId, 3, { batchNo: 'bad', locationId: 'north' });
      const [recalled, brought] = await start(
        () => recall(skuId),
        () => at.domain.inbound.purchase(inbound(`N-${skuId}`, [line]), at.call),
      );
      const { items } = await at.domain.batches.list({ skuId, limit: 50 });
      const lots = items.filter(({ batchNo }) => batchNo === 'bad');
      expect(lots.map(({ status }) => status)).toEqual(lots.map(() => 'frozen'));
      expect(lots).toHaveLength(brought === 'done' ? 2 : 1);
      expect(recalled).toBe('done');
      expect(['done', 'INV_016']).toContain(brought);
      return brought === 'INV_016';
    });
  },
);
