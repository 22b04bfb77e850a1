/** Counts on a real database: absolute, against the version that was counted, and never clamped. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adjusting, counting, levelOf, shelfOf } from '../testing/adjustment-inputs.ts';
import { changedBy } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { batchIdOf } from '../testing/lock-inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let skuId: string;
let made = 0;

beforeAll(async () => {
  at = await openTestDomain({ config: { allowNegative: true } });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));
beforeEach(async () => {
  skuId = `C-${(made += 1)}`;
  const lines = [receipt(skuId, 5, { batchNo: 'old' }), receipt(skuId, 6, { batchNo: 'new', unitCost: '3.00' })];
  await at.domain.inbound.purchase(inbound(`P-${made}`, lines), at.call);
});

const count = async (counted: number, more: object = {}) => {
  const { onHandVersion } = await levelOf(at, skuId);
  return await at.domain.adjustments.count(counting(skuId, counted, { onHandVersion, ...more }), at.call);
};

test('a count that finds less takes it by the strategy, and tells what was expected', async () => {
  const document = await count(4);
  expect(document).toMatchObject({ type: 'count', documentNo: `CNT-${document.id}`, reasonCode: 'stocktake' });
  expect(document.lines.map(({ batchNo, quantity }) => [batchNo, quantity])).toEqual([
    ['old', -5],
    ['new', -2],
  ]);
  const counts = [{ line: 1, skuId, locationId: 'default', batchId: null, expected: 11, counted: 4 }];
  expect(document.counts).toEqual(counts);
  expect(await at.domain.adjustments.get({ id: document.id })).toEqual(document);
  const { items } = await at.domain.stock.movements({ documentId: document.id, limit: 10 });
  expect(new Set(items.map(({ kind }) => kind))).toEqual(new Set(['count']));
});

test('a count that finds more adds it to the newest open batch', async () => {
  expect((await count(13)).lines).toMatchObject([{ batchNo: 'new', quantity: 2, unitCost: '3.00' }]);
});

test('a count of one batch leaves the others alone', async () => {
  const batchId = await batchIdOf(at, skuId, 'old');
  expect((await count(2, { batchId })).counts).toMatchObject([{ batchId, expected: 5, counted: 2 }]);
  await count(7, { batchId, unitCost: '1.00' });
  expect(await shelfOf(at, skuId)).toEqual({ old: 7, new: 6 });
});

test('a count that finds what the books say moves nothing and is kept', async () => {
  const before = await levelOf(at, skuId);
  let document: Awaited<ReturnType<typeof count>> | undefined;
  const changed = await changedBy(at.dataSource, async () => {
    document = await count(11, { countNo: `EQ-${made}` });
  });
  expect(changed.toSorted()).toEqual(['command', 'command_sku', 'outbox', 'stock_count_line', 'stock_document']);
  expect(document).toMatchObject({ lines: [], counts: [{ expected: 11, counted: 11 }] });
  expect(await levelOf(at, skuId)).toEqual(before);
  expect(await count(11, { countNo: `EQ-${made}` })).toEqual(document);
});

test('what is reserved meanwhile does not make a count stale', async () => {
  const { onHandVersion, version } = await levelOf(at, skuId);
  await at.domain.reservations.reserve(hold(skuId, 3, `O-${made}`), at.call);
  expect((await levelOf(at, skuId)).version).toBeGreaterThan(version);
  expect((await count(10, { onHandVersion })).lines).toMatchObject([{ quantity: -1 }]);
});

test('what was sold meanwhile does, and the refusal tells the current value and version', async () => {
  const { onHandVersion } = await levelOf(at, skuId);
  await at.domain.outbound.sales(sale(`S-${made}`, [{ skuId, quantity: 2 }]), at.call);
  const now = await levelOf(at, skuId);
  const current = { line: 1, skuId, locationId: 'default', batchId: null, onHand: 9, onHandVersion: now.onHandVersion };
  await expectRefusal(at, (key) => count(11, { onHandVersion, ...key }), {
    code: 'INV_010',
    details: { noun: 'level', id: skuId, state: 'changed', current: [current] },
  });
  expect(await refusalOf(count(9, { onHandVersion: now.onHandVersion + 1 }))).toMatchObject({ code: 'INV_010' });
  await count(9, { onHandVersion: now.onHandVersion });
});

test('a count below what is held is refused and not clamped', async () => {
  await at.domain.reservations.reserve(hold(skuId, 8, `H-${made}`), at.call);
  await expectRefusal(at, (key) => count(7, key), {
    code: 'INV_002',
    details: { lines: [{ skuId, locationId: 'default', requested: 4, available: 3 }] },
  });
  await count(8);
  expect(await levelOf(at, skuId)).toMatchObject({ onHand: 8, reserved: 8 });
});

test('a place where nothing ever lay is counted at version 0', async () => {
  const north = { locationId: 'north', onHandVersion: 0 };
  expect((await count(0, north)).lines).toEqual([]);
  const document = await count(3, north);
  expect(document.lines).toMatchObject([{ locationId: 'north', quantity: 3, unitCost: '3.00' }]);
  expect(await refusalOf(count(3, north))).toMatchObject({ code: 'INV_010' });
});

describe('where stock was sold short', () => {
  beforeEach(async () => {
    const lines = [{ skuId, quantity: 14, locationId: 'default' }];
    await at.domain.outbound.sales(sale(`X-${made}`, lines), at.call);
  });

  test('a count sets onHand to what was counted and settles the rest', async () => {
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 0, deficit: 3 });
    await count(10);
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 10, deficit: 0 });
  });

  test('a count of nothing settles it as well', async () => {
    await count(0);
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 0, deficit: 0 });
  });

  test('an adjustment upwards pays it back first', async () => {
    await at.domain.adjustments.adjust(adjusting(skuId, 10), at.call);
    expect(await levelOf(at, skuId)).toMatchObject({ onHand: 7, deficit: 0 });
  });
});

describe('many lines', () => {
  const header = { reasonCode: 'stocktake', operator: 'Ann' } as const;

  test('of one level may count each batch once, at the same version', async () => {
    const { onHandVersion } = await levelOf(at, skuId);
    const [old, fresh] = [await batchIdOf(at, skuId, 'old'), await batchIdOf(at, skuId, 'new')];
    const line = { skuId, onHandVersion };
    const lines = [
      { ...line, batchId: old, counted: 4 },
      { ...line, batchId: fresh, counted: 9 },
    ];
    const document = await at.domain.adjustments.countMany({ ...header, lines }, at.call);
    expect(document.lines.map(({ line, quantity }) => [line, quantity])).toEqual([
      [1, -1],
      [2, 3],
    ]);
    expect(document.counts).toHaveLength(2);
  });

  test('may not count the same twice, nor a level and a batch of it', async () => {
    const batchId = await batchIdOf(at, skuId, 'old');
    const line = { skuId, counted: 1, onHandVersion: 2 };
    for (const [lines, path] of [
      [[line, line], 'lines.1.skuId'],
      [[line, { ...line, batchId }], 'lines.1.batchId'],
      [[{ ...line, batchId }, line], 'lines.1.skuId'],
    ] as const) {
      const refusal = await refusalOf(at.domain.adjustments.countMany({ ...header, lines: [...lines] }, at.call));
      expect(refusal).toMatchObject({ code: 'INV_005', details: { issues: [{ path }] } });
    }
  });

  test('are all done or none, and every stale one is told', async () => {
    const stale = { skuId, counted: 1, onHandVersion: 1 };
    const lines = [stale, { ...stale, locationId: 'north' }];
    const refusal = await refusalOf(at.domain.adjustments.countMany({ ...header, lines }, at.call));
    expect(refusal).toMatchObject({
      code: 'INV_010',
      details: {
        failures: [{ line: 1 }, { line: 2 }],
        current: [
          { line: 1, onHand: 11, onHandVersion: 2 },
          { line: 2, onHand: 0, onHandVersion: 0 },
        ],
      },
    });
  });

  test('a thousand fit, up and down', { timeout: 60_000 }, async () => {
    const goods = Array.from({ length: 1000 }, (_, each) => receipt(`T-${each}`, 10));
    await at.domain.inbound.purchase(inbound('THOUSAND', goods), at.call);
    const lines = goods.map((line, each) => ({
      skuId: line.skuId,
      counted: each % 3 === 0 ? 12 : 7,
      onHandVersion: 1,
    }));
    const within = { ...at.call, deadlineMs: 5000 };
    const document = await at.domain.adjustments.countMany({ ...header, lines }, within);
    expect(document.lines).toHaveLength(1000);
    const adjusts = goods.map(({ skuId }, each) => ({ skuId, delta: each % 2 === 0 ? 1 : -1 }));
    await at.domain.adjustments.adjustMany({ ...header, lines: adjusts }, within);
  });
});

test('a count without lines is not shown to whoever is limited to another place', async () => {
  const { id } = await count(11);
  const north = at.domain.within(['north']);
  expect(await refusalOf(north.adjustments.get({ id }))).toMatchObject({ code: 'INV_007' });
  const seen = await north.adjustments.list({ type: 'count', limit: 500 });
  expect(seen.items.map((item) => item.id)).not.toContain(id);
  const here = at.domain.within(['default']).adjustments;
  expect((await here.get({ id })).counts).toHaveLength(1);
  expect((await here.list({ type: 'count', limit: 1 })).items.map((item) => item.id)).toEqual([id]);
});

test('a count whose lines lie in part elsewhere is not answered to a repeat from here', async () => {
  const { onHandVersion } = await levelOf(at, skuId);
  const lines = [
    { skuId, counted: 5, batchId: await batchIdOf(at, skuId, 'old'), onHandVersion },
    { skuId, counted: 2, locationId: 'north', onHandVersion: 0, unitCost: '3.00' },
  ];
  const same = { reasonCode: 'stocktake', operator: 'Ann', countNo: `CNT-TAKEN-${skuId}`, lines } as const;
  const first = await at.domain.adjustments.countMany(same, at.call);
  expect(first.lines).toMatchObject([{ locationId: 'north', quantity: 2 }]);
  const fromNorth = at.domain.within(['north']).adjustments.countMany(same, at.call);
  expect(await refusalOf(fromNorth)).toMatchObject({ kind: 'duplicate', details: { id: same.countNo } });
  expect(await at.domain.adjustments.countMany(same, at.call)).toEqual(first);
});
