/** What a recall is about, and how far one round of it goes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { batchIdOf, recalling } from '../testing/lock-inputs.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
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

test('children of a split and takers of a merge are recalled with it', async () => {
  const skuId = await shelf(5, [5, 'child'], [5, 'taker'], [5, 'stranger']);
  const bad = await batchIdOf(at, skuId, 'bad');
  await at.dataSource.query(`UPDATE stock_batch SET split_from = ? WHERE sku_id = ? AND batch_no = 'child'`, [
    bad,
    skuId,
  ]);
  const taker = await batchIdOf(at, skuId, 'taker');
  await at.dataSource.query(`UPDATE stock_batch SET merged_into = ? WHERE sku_id = ? AND batch_no = 'child'`, [
    taker,
    skuId,
  ]);
  const { lock } = await recall(skuId, 'bad');
  expect(lock.lines.map(({ batchNo }) => batchNo).toSorted()).toEqual(['bad', 'child', 'taker']);
  await at.dataSource.query(`UPDATE stock_batch SET split_from = NULL, merged_into = NULL WHERE sku_id = ?`, [skuId]);
});

test(
  'more holds than one round takes are moved round by round, the unmovable ones met once a pass',
  { timeout: 120_000 },
  async () => {
    const skuId = await shelf(1200, [1100, 'good']);
    const holds = Array.from({ length: 1200 }, (_, each) => hold(skuId, 1, `MANY-${String(each).padStart(4, '0')}`));
    for (let from = 0; from < holds.length; from += 200)
      await reservations().reserveMany({ lines: holds.slice(from, from + 200) }, at.call);
    const answers = [];
    for (let round = 0; round < 3; round += 1) answers.push(await recall(skuId, 'bad'));
    expect(answers.map(({ moved, notMoved, remaining }) => [moved.length, notMoved.length, remaining])).toEqual([
      [500, 0, 700],
      [500, 0, 200],
      [100, 100, 0],
    ]);
    expect(new Set(answers.map(({ lock }) => lock.id)).size).toBe(1);
    const again = await recall(skuId, 'bad');
    expect([again.moved.length, again.notMoved.length, again.remaining]).toEqual([0, 100, 0]);
    const [row] = await rowsOf(at.dataSource, 'SELECT SUM(held) AS held FROM reservation_line WHERE sku_id = ?', [
      skuId,
    ]);
    expect(Number(row?.['held'])).toBe(1200);
    await expectSound(at);
  },
);
