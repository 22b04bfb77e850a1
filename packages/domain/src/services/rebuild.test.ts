/** Rebuild puts the counters back to what the ledger says, leaves alone what is right, and does not stand in the way of sales. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { changedBy, rowsOf, valueOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { buildRichHistory } from '../testing/rich-history.ts';
import { expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await buildRichHistory(at);
});
afterAll(() => at.close());
afterEach(() => expectSound(at));

const spoil = (statement: string) => at.dataSource.query(statement);
const H1 = `sku_id = 'H1' AND location_id = 'default'`;

test('a clean database is left exactly as it is', async () => {
  const changed = await changedBy(at.dataSource, async () => {
    const report = await at.domain.rebuild();
    expect(report).toEqual({
      levels: Number(await valueOf(at.dataSource, 'SELECT COUNT(*) FROM stock_level')),
      repaired: [],
    });
  });
  expect(changed).toEqual([]);
});

describe('what is wrong is repaired from the ledger:', () => {
  test.each([
    ['onHand of a level', `UPDATE stock_level SET on_hand = on_hand + 3 WHERE ${H1}`],
    ['reserved of a level', `UPDATE stock_level SET reserved = 0 WHERE ${H1}`],
    ['the version of a level', `UPDATE stock_level SET version = version + 7 WHERE ${H1}`],
    ['the head of the chain', `UPDATE stock_level SET head_hash = REPEAT('x', 32) WHERE ${H1}`],
    ['when onHand last changed', `UPDATE stock_level SET on_hand_version = 1 WHERE ${H1}`],
    ['onHand of a batch', `UPDATE stock_batch SET on_hand = on_hand + 3 WHERE ${H1}`],
    ['reserved of a batch', `UPDATE stock_batch SET reserved = 0 WHERE ${H1}`],
    ['a level that is gone', `DELETE FROM stock_level WHERE ${H1}`],
    ['everything about a SKU', `UPDATE stock_level SET on_hand = 1, reserved = 0, version = 1 WHERE sku_id = 'H1'`],
  ])('%s', async (_what, statement) => {
    await spoil(statement);
    expect((await at.domain.verify()).ok).toBe(false);
    const { repaired } = await at.domain.rebuild();
    expect(repaired.length).toBeGreaterThan(0);
    expect((await at.domain.rebuild()).repaired).toEqual([]);
  });
});

test('the report and a command say what stood there before and after', async () => {
  await spoil(`UPDATE stock_level SET on_hand = on_hand + 3 WHERE ${H1}`);
  await spoil(`UPDATE stock_batch SET on_hand = on_hand + 3 WHERE ${H1}`);
  const batchId = await valueOf(at.dataSource, `SELECT batch_id FROM stock_batch WHERE ${H1}`);
  const [level] = await rowsOf(
    at.dataSource,
    `SELECT on_hand, reserved, locked, deficit, version FROM stock_level WHERE ${H1}`,
  );
  const progress: number[] = [];
  const { levels, repaired } = await at.domain.rebuild({ onProgress: (done) => progress.push(done) });
  expect(progress.at(-1)).toBe(levels);
  const onHand = Number(level?.['on_hand']);
  expect(repaired).toMatchObject([
    { skuId: 'H1', locationId: 'default', before: { onHand }, after: { onHand: onHand - 3 }, batchIds: [batchId] },
  ]);
  const commands = await rowsOf(
    at.dataSource,
    `SELECT before_json AS was, after_json AS became FROM command WHERE procedure_name = 'system.rebuild' ORDER BY command_id DESC`,
  );
  expect(JSON.parse(String(commands[0]?.['was']))).toMatchObject([{ onHand }]);
  expect(JSON.parse(String(commands[0]?.['became']))).toMatchObject([{ onHand: onHand - 3 }]);
});

test('a level and a batch that never moved are put back to nothing', async () => {
  await at.domain.batches.create(
    { skuId: 'STILL', batchNo: 'EMPTY', locationId: 'default', quantity: 0, unitCost: '1.00', qualityLevel: 'A' },
    at.call,
  );
  await spoil(`UPDATE stock_level SET on_hand = 5 WHERE sku_id = 'STILL'`);
  await spoil(`UPDATE stock_batch SET on_hand = 5 WHERE sku_id = 'STILL'`);
  expect((await at.domain.rebuild()).repaired).toMatchObject([{ skuId: 'STILL', after: { onHand: 0, version: 0 } }]);
});

test('a level that is gone under a batch that never moved is made again, and told', async () => {
  await spoil(`DELETE FROM stock_level WHERE sku_id = 'STILL'`);
  expect((await at.domain.verify()).ok).toBe(false);
  expect((await at.domain.rebuild()).repaired).toMatchObject([{ skuId: 'STILL', after: { onHand: 0, version: 0 } }]);
  expect((await at.domain.rebuild()).repaired).toEqual([]);
});

test('a level that comes while its SKU is rebuilt is no reason to repair anything', async () => {
  const skuIds = Array.from({ length: 20 }, (_, each) => `N${each}`);
  await at.domain.inbound.purchase(
    inbound(
      'NEW',
      skuIds.map((skuId) => receipt(skuId, 10)),
    ),
    at.call,
  );
  const coming = skuIds.map(async (skuId, each) => {
    await at.domain.inbound.purchase(inbound(`NEW-${each}`, [receipt(skuId, 5, { locationId: 'north' })]), at.call);
    await at.domain.outbound.sales(sale(`NEW-${each}`, [{ skuId, quantity: 12 }]), at.call);
  });
  const [{ repaired }] = await Promise.all([at.domain.rebuild(), ...coming]);
  expect(repaired).toEqual([]);
});

test('sales go on while it runs, and it repairs nothing that they change', async () => {
  const skuIds = Array.from({ length: 30 }, (_, each) => `R${each}`);
  await at.domain.inbound.purchase(
    inbound(
      'RUN',
      skuIds.map((skuId) => receipt(skuId, 10)),
    ),
    at.call,
  );
  let isDone = false;
  const rebuilding = at.domain.rebuild().finally(() => (isDone = true));
  let sold = 0;
  for (let round = 0; !isDone || round < 3; round += 1) {
    const skuId = skuIds[round % skuIds.length] ?? '';
    const order = `RUN-${round}`;
    if (round % 2 === 0) await at.domain.reservations.reserve(hold(skuId, 1, order), at.call);
    await at.domain.outbound.sales(sale(order, [{ skuId, quantity: 1 }]), at.call);
    sold += 1;
  }
  expect((await rebuilding).repaired).toEqual([]);
  expect(sold).toBeGreaterThanOrEqual(3);
});
