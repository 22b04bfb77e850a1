/** Verify is clean on a rich history, and able to fail: every invariant that exists here is broken by hand, and named with its row. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { corruptions, spoil } from '../testing/corruptions.ts';
import { takeDownTheWalls } from '../testing/walls.ts';
import { countOf } from '../testing/database-state.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { buildRichHistory } from '../testing/rich-history.ts';
import { copyTables, type TableCopy } from '../testing/table-copy.ts';
import { expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await buildRichHistory(at);
});
afterAll(() => at.close());

test('verify is clean on a rich history, and has looked at all of it', async () => {
  const seen: unknown[] = [];
  const report = await at.domain.verify({ onProgress: (progress) => seen.push({ ...progress }) });
  expect(report.violations).toEqual([]);
  const counts = {
    levels: await countOf(at.dataSource, 'stock_level'),
    movements: await countOf(at.dataSource, 'stock_movement'),
    reservations: await countOf(at.dataSource, 'reservation'),
  };
  expect(report).toMatchObject({ ok: true, ...counts });
  expect(counts.movements).toBeGreaterThan(20);
  expect(seen.at(-1)).toEqual(counts);
});

test('verify stops where it is told to stop', async () => {
  await expect(at.domain.verify({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});

describe('what the database can enforce by itself, it does', () => {
  const H1 = `sku_id = 'H1' AND location_id = 'default'`;
  test.each([
    ['onHand below zero', `UPDATE stock_level SET on_hand = -1, reserved = -1 WHERE ${H1}`],
    ['more held than on hand', `UPDATE stock_level SET reserved = on_hand + 1 WHERE ${H1}`],
    ['a deficit below zero', `UPDATE stock_level SET deficit = -1 WHERE ${H1}`],
    ['a batch that holds too much', `UPDATE stock_batch SET locked = on_hand + 1 WHERE ${H1}`],
    ['critical above warning', 'UPDATE stock_level SET warning_threshold = 1, critical_threshold = 2'],
    ['stock that leaves for no reason', `UPDATE stock_movement SET document_id = NULL WHERE kind = 'ship'`],
    ['a line that holds more than it reserved', 'UPDATE reservation_line SET held = quantity + 1'],
    ['more shipped than reserved', 'UPDATE reservation SET fulfilled = quantity + 1'],
    ['an empty document line', 'UPDATE stock_document_line SET quantity = 0'],
    ['two documents of one number', `UPDATE stock_document SET document_no = 'PO' WHERE type = 'purchase'`],
    ['two reversals of one document', `UPDATE stock_document SET reverses_id = 'one' WHERE type = 'reversal'`],
    ['two commands of one key', `UPDATE command SET idempotency_key = 'one'`],
    ['one line held twice', `UPDATE reservation SET business_id = 'one', sku_id = 'one', state = 'active'`],
    ['goods that are lost on their way', 'UPDATE stock_transfer_part SET in_transit = in_transit + 1'],
    ['less than nothing on its way', 'UPDATE stock_in_transit_line SET outstanding = -1'],
    ['two transfers of one number', `UPDATE stock_transfer SET transfer_no = 'one'`],
    ['two movements of one version', `UPDATE stock_movement SET version = 1 WHERE ${H1}`],
  ])('%s is refused', async (_what, statement) => {
    await expect(at.dataSource.query(statement)).rejects.toThrow(/constraint|duplicate/i);
  });
});

describe('with the walls of the database taken down, verify names', () => {
  let copy: TableCopy;

  beforeAll(async () => {
    copy = await copyTables(at.dataSource);
    for (const statement of takeDownTheWalls) await at.dataSource.query(statement);
  });
  afterEach(async () => {
    await copy.restore();
    await expectSound(at);
  });

  test.each(corruptions.map((each) => [each.invariant, each.what, each] as const))(
    '%s: %s',
    async (_invariant, _what, corruption) => {
      const row = await spoil(at.dataSource, corruption);
      const { ok, violations } = await at.domain.verify();
      expect(ok).toBe(false);
      expect(violations).toContainEqual({ invariant: corruption.invariant, row, detail: expect.any(String) });
    },
  );

  test('at least forty corruptions, each of its own name', () => {
    const names = new Set(corruptions.map(({ what }) => what));
    expect(names.size).toBe(corruptions.length);
    expect(names.size).toBeGreaterThanOrEqual(80);
  });

  test('every invariant that exists here', () => {
    const named = new Set(corruptions.map(({ invariant }) => invariant));
    expect([...named]).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I10', 'I12', 'I11']);
  });
});

describe('of more rows than one chunk', () => {
  afterEach(() => expectSound(at));

  test('the last SKU of many is looked at', async () => {
    const skuIds = Array.from({ length: 120 }, (_, each) => `M${String(each).padStart(3, '0')}`);
    await at.domain.inbound.purchase(
      inbound(
        'MANY',
        skuIds.map((skuId) => receipt(skuId, 1)),
      ),
      at.call,
    );
    await at.dataSource.query(`UPDATE stock_level SET reserved = 1 WHERE sku_id = 'M119'`);
    const { violations } = await at.domain.verify();
    expect(violations.map(({ row }) => row)).toContain('level M119 / default');
    await at.dataSource.query(`UPDATE stock_level SET reserved = 0 WHERE sku_id = 'M119'`);
  });

  test('the end of a ledger of several thousand movements is looked at', async () => {
    for (const documentNo of ['L1', 'L2', 'L3', 'L4', 'L5', 'L6']) {
      const lines = Array.from({ length: 1000 }, () => receipt('LONG', 1, { batchNo: 'LOT' }));
      await at.domain.inbound.purchase(inbound(documentNo, lines), at.call);
    }
    const edit = (reason: string) =>
      at.dataSource.query(`UPDATE stock_movement SET reason = ${reason} WHERE sku_id = 'LONG' AND version = 5999`);
    await edit(`'edited'`);
    const { violations } = await at.domain.verify();
    expect(violations.map(({ invariant, row }) => [invariant, row])).toEqual([
      ['I10', 'movement LONG / default / 5999'],
    ]);
    await edit('NULL');
  });
});
