/** Snapshots while stock moves: one instant, whatever commits around it, and however often a worker dies. */
import type { SnapshotRow } from '@granary/contracts/snapshot';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { levelKey } from '../entities/level.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker, manySkus } from '../testing/jobs.ts';
import { runSnapshotJob, snapshotRowsOf, takeSnapshot } from '../testing/snapshots.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
/** Holds up the transaction of a receipt under this document until it is let go. */
const gate = { skuId: '', entered: () => undefined as void, open: Promise.resolve() };

beforeAll(async () => {
  at = await openTestDomain({
    ports: {
      onHandHandlers: [
        async (_tx, changes) => {
          if (!changes.some(({ skuId }) => skuId === gate.skuId)) return;
          gate.entered();
          await gate.open;
        },
      ],
    },
  });
  await manySkus(at, 250);
  const lines = ['L0', 'L1', 'L2', 'L3'].map((skuId) => receipt(skuId, 1000));
  await at.domain.inbound.purchase(inbound('LOADED', lines), at.call);
});
afterAll(() => closeSound(at));

/** I1 and I2 over the rows of a snapshot. */
function expectBalanced(rows: readonly SnapshotRow[]): void {
  for (const level of rows.filter(({ batchId }) => batchId === null)) {
    const own = rows.filter((row) => row.batchId !== null && levelKey(row) === levelKey(level));
    for (const field of ['onHand', 'reserved', 'locked'] as const)
      expect(
        own.reduce((sum, row) => sum + row[field], 0),
        `${level.skuId} ${field}`,
      ).toBe(level[field]);
    for (const row of [level, ...own]) {
      expect(Math.min(row.onHand, row.reserved, row.locked)).toBeGreaterThanOrEqual(0);
      expect(row.reserved + row.locked).toBeLessThanOrEqual(row.onHand);
    }
  }
}

test('under load a snapshot is balanced, is what asOf says, and shows no half of a transaction', async () => {
  const state = { isOver: false, orders: 0 };
  // Every transaction moves all four alike, so at any one instant they are equal.
  const shopper = async (name: number) => {
    for (let each = 0; !state.isOver; each += 1) {
      const businessId = `S${name}-${each}`;
      const lines = ['L0', 'L1', 'L2', 'L3'].map((skuId) => hold(skuId, 1 + (each % 3), businessId));
      await at.domain.reservations.reserveMany({ lines }, at.call);
      const target = { type: 'order' as const, businessId };
      if (each % 2 === 0) await at.domain.reservations.deduct(target, at.call);
      else await at.domain.reservations.release(target, at.call);
      state.orders += 1;
    }
  };
  const shoppers = [0, 1, 2, 3].map(shopper);
  for (let each = 0; each < 5; each += 1) {
    const before = state.orders;
    const snapshot = await takeSnapshot(at, { name: `under load ${each}` });
    expect(snapshot.state).toBe('complete');
    const rows = await snapshotRowsOf(at, snapshot.id);
    expectBalanced(rows);
    const four = rows.filter(({ skuId, batchId }) => skuId.startsWith('L') && batchId === null);
    expect(four).toHaveLength(4);
    expect(new Set(four.map(({ onHand, reserved }) => `${onHand}/${reserved}`)).size).toBe(1);
    for (const { skuId, locationId, onHand, reserved, version } of four) {
      const told = await at.domain.stock.asOf({ skuId, locationId, at: snapshot.at });
      expect({ onHand, reserved, version }).toEqual(
        expect.objectContaining({ onHand: told.onHand, reserved: told.reserved, version: told.version }),
      );
    }
    expect(rows.filter(({ batchId }) => batchId === null)).toHaveLength(snapshot.levels);
    // Something happened meanwhile, or this says nothing.
    expect(state.orders).toBeGreaterThan(before);
  }
  state.isOver = true;
  await Promise.all(shoppers);
});

let tries = 0;
test.each([
  ['of goods that are known', 'J100'],
  ['of goods whose level is only just being made', 'NEVER-SEEN'],
])('a receipt %s that was recorded before the instant and commits after it is waited for', async (_name, sku) => {
  tries += 1;
  const skuId = sku === 'J100' ? sku : `${sku}-${tries}`;
  const [had] = (await at.domain.stock.levels({ skuId, limit: 1 })).items;
  let release: () => void = () => undefined;
  gate.open = new Promise((resolve) => (release = resolve));
  const entered = new Promise<void>((resolve) => (gate.entered = resolve));
  gate.skuId = skuId;
  const receiving = at.domain.inbound.purchase(inbound(`LATE-${tries}`, [receipt(skuId, 7)]), at.call);
  onTestFinished(() => {
    release();
    gate.skuId = '';
  });
  await entered;
  const { id } = await at.domain.snapshots.create({ skuIds: ['J099', 'J101'] }, at.call);
  const all = await at.domain.snapshots.create({ name: 'all' }, at.call);
  const taking = runSnapshotJob(at);
  const state = async (snapshotId: string) => (await at.domain.snapshots.get({ snapshotId })).state;
  // What need not wait is not kept waiting.
  await vi.waitFor(async () => expect(await state(id)).toBe('complete'), { timeout: 15_000, interval: 20 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await state(all.id)).toBe('taking');
  release();
  gate.skuId = '';
  await receiving;
  await taking;
  const rows = await snapshotRowsOf(at, all.id);
  expectBalanced(rows);
  const [level] = rows.filter((row) => row.skuId === skuId && row.batchId === null);
  expect(level?.onHand).toBe((had?.onHand ?? 0) + 7);
  const [movement] = (await at.domain.stock.movements({ skuId, kinds: ['receive'], limit: 500 })).items.slice(-1);
  expect([movement?.recordedAt, all.at].toSorted()).toEqual([movement?.recordedAt, all.at]);
});

test('what moved after the instant is not in it, although it is read later, and another worker goes on where one died', async () => {
  const { id, at: instant } = await at.domain.snapshots.create({ name: 'left behind' }, at.call);
  const dying = createTestWorker(at.domain, 'dying', 1);
  expect(await dying.round()).toBe(1);
  const moved = ['J010', 'J240'].map((skuId) => receipt(skuId, 5));
  await at.domain.inbound.purchase(inbound('AFTERWARDS', moved), at.call);
  await at.domain.outbound.sales({ orderNo: 'AFTERWARDS', lines: [{ skuId: 'J241', quantity: 1 }] }, at.call);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await runSnapshotJob(at, 'heir');
  const rows = await snapshotRowsOf(at, id, 37);
  expectBalanced(rows);
  for (const skuId of ['J010', 'J240', 'J241']) {
    const [level, ...batches] = rows.filter((row) => row.skuId === skuId);
    expect([level?.onHand, batches.length]).toEqual([1, 1]);
    expect(level?.version).toBe((await at.domain.stock.asOf({ skuId, locationId: 'default', at: instant })).version);
  }
  expect(new Set(rows.map((row) => `${levelKey(row)} ${row.batchId}`)).size).toBe(rows.length);
});
