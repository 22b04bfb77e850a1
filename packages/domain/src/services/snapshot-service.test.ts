/** Snapshots made on demand and by the day, compared, listed and removed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { runSnapshotJob, snapshotRowsOf, takeSnapshot } from '../testing/snapshots.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const DAY = 86_400;

beforeAll(async () => {
  at = await openTestDomain({
    config: { snapshotDaily: true, snapshotRetentionDays: 3, timezone: 'Asia/Shanghai' },
  });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  const lines = [
    receipt('A', 10, { batchNo: 'A1' }),
    receipt('B', 5),
    receipt('A', 4, { batchNo: 'A2', locationId: 'north' }),
  ];
  await at.domain.inbound.purchase(inbound('FIRST', lines), at.call);
});
afterAll(() => closeSound(at));

describe('on demand', () => {
  test('holds levels and batches, of everything or of what was named', async () => {
    const whole = await takeSnapshot(at, { name: 'whole' });
    expect(whole).toMatchObject({ kind: 'manual', name: 'whole', day: null, levels: 3, batches: 3, version: 2 });
    const rows = await snapshotRowsOf(at, whole.id, 1);
    expect(
      rows.map(({ skuId, locationId, batchNo, onHand, unitCost }) => [skuId, locationId, batchNo, onHand, unitCost]),
    ).toEqual([
      ['A', 'default', null, 10, null],
      ['A', 'default', 'A1', 10, '2.50'],
      ['A', 'north', null, 4, null],
      ['A', 'north', 'A2', 4, '2.50'],
      ['B', 'default', null, 5, null],
      ['B', 'default', 'FIRST-2', 5, '2.50'],
    ]);
    const part = await takeSnapshot(at, { skuIds: ['A', 'A'], locationId: 'north' });
    expect(part).toMatchObject({ skuIds: ['A'], locationId: 'north', levels: 1, batches: 1 });
  });

  test('names an unknown SKU and an unknown location', async () => {
    expect(await refusalOf(at.domain.snapshots.create({ skuIds: ['A', 'NONE'] }, at.call))).toMatchObject({
      code: 'INV_001',
    });
    expect(await refusalOf(at.domain.snapshots.create({ locationId: 'none' }, at.call))).toMatchObject({
      code: 'INV_007',
    });
    expect(await refusalOf(at.domain.snapshots.get({ snapshotId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' }))).toMatchObject({
      code: 'INV_007',
    });
  });

  test('two that are asked for at once are both taken, each as of its own instant', async () => {
    const first = await at.domain.snapshots.create({}, at.call);
    await at.domain.inbound.purchase(inbound('BETWEEN', [receipt('B', 1)]), at.call);
    const second = await at.domain.snapshots.create({}, at.call);
    await runSnapshotJob(at);
    const of = async (id: string) => (await snapshotRowsOf(at, id)).find(({ skuId }) => skuId === 'B')?.onHand;
    expect([await of(first.id), await of(second.id)]).toEqual([5, 6]);
  });
});

describe('two compared', () => {
  test('answers what stood otherwise, level and batch, page by page', async () => {
    const from = await takeSnapshot(at);
    await at.domain.reservations.reserve(hold('A', 3, 'HELD'), at.call);
    await at.domain.outbound.sales({ orderNo: 'GONE', lines: [{ skuId: 'B', quantity: 6 }] }, at.call);
    await at.domain.inbound.purchase(inbound('NEW', [receipt('C', 2)]), at.call);
    const to = await takeSnapshot(at);
    const told: unknown[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await at.domain.snapshots.compare({ fromId: from.id, toId: to.id, limit: 2, cursor });
      told.push(
        ...page.items.map((row) => [row.skuId, row.batchNo, row.onHandDelta, row.reservedDelta, row.lockedDelta]),
      );
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(told).toEqual([
      ['A', null, 0, 3, 0],
      ['A', 'A1', 0, 3, 0],
      ['B', null, -6, 0, 0],
      ['B', 'FIRST-2', -5, 0, 0],
      ['B', 'BETWEEN-1', -1, 0, 0],
      ['C', null, 2, 0, 0],
      ['C', 'NEW-1', 2, 0, 0],
    ]);
    expect((await at.domain.snapshots.compare({ fromId: to.id, toId: to.id, limit: 50 })).items).toEqual([]);
  });
});

describe('every day', () => {
  test('is made once, however many workers ask, as of the first instant of the day in the zone', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => at.domain.snapshotSchedule.startDue(at.call)));
    expect(asked.filter(({ started }) => started).length).toBeGreaterThanOrEqual(1);
    await runSnapshotJob(at);
    const daily = (await at.domain.snapshots.list({ kind: 'daily', limit: 50 })).items;
    expect(daily).toHaveLength(1);
    // Shanghai is eight hours ahead all year.
    expect(daily[0]?.at).toMatch(/T16:00:00\.000000Z$/);
    expect(new Date(Date.parse(daily[0]?.at ?? '') + 8 * 3_600_000).toISOString().slice(0, 10)).toBe(daily[0]?.day);
    // All goods arrived after midnight, however late the snapshot was made.
    expect(daily[0]).toMatchObject({ state: 'complete', levels: 0, batches: 0 });
    expect(await at.domain.snapshotSchedule.startDue(at.call)).toEqual({ started: false });
  });

  test('comes again the next day, with what there was at midnight', async () => {
    at.advance(DAY);
    expect(await at.domain.snapshotSchedule.startDue(at.call)).toEqual({ started: true });
    await at.domain.inbound.purchase(inbound('NEXT-DAY', [receipt('B', 9)]), at.call);
    await runSnapshotJob(at);
    const [newest] = (await at.domain.snapshots.list({ kind: 'daily', limit: 1 })).items;
    const rows = await snapshotRowsOf(at, newest?.id ?? '');
    expect(rows.filter(({ skuId, batchId }) => skuId === 'B' && batchId === null)).toMatchObject([{ onHand: 0 }]);
  });
});

describe('retention', () => {
  test('removes rows and head of what is too old, and leaves the rest', async () => {
    const before = (await at.domain.snapshots.list({ limit: 50 })).items.length;
    at.advance(2 * DAY);
    expect(before).toBeGreaterThan(5);
    expect(await at.domain.snapshotSchedule.startDue(at.call)).toEqual({ started: true });
    await runSnapshotJob(at);
    at.advance(DAY);
    await at.domain.snapshotSchedule.startDue(at.call);
    await runSnapshotJob(at);
    const kept = (await at.domain.snapshots.list({ limit: 50 })).items;
    expect(kept.length).toBeLessThan(before);
    expect(kept.every(({ kind }) => kind === 'daily')).toBe(true);
    const ids = kept.map(({ id }) => id);
    for (const table of ['stock_snapshot_level', 'stock_snapshot_batch']) {
      const rows = await rowsOf(at.dataSource, `SELECT DISTINCT snapshot_id AS id FROM ${table}`);
      expect(rows.every((row) => ids.includes(String(row['id'])))).toBe(true);
    }
  });
});
