/** Locks against everything that wants the same batch at the same moment. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bothWays } from '../testing/both-ways.ts';
import { duel, race } from '../testing/duels.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { batchIdOf, freezing, lockOn, recalling } from '../testing/lock-inputs.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let skuId: string;
let lot: string;
let made = 0;
const ROUNDS = 25;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));
beforeEach(() => newShelf(1));

async function newShelf(quantity: number): Promise<void> {
  skuId = `S-${(made += 1)}`;
  await at.domain.inbound.purchase(inbound(`P-${made}`, [receipt(skuId, quantity, { batchNo: 'lot' })]), at.call);
  lot = await batchIdOf(at, skuId, 'lot');
}

const locks = () => at.domain.locks;
const reserve = (businessId: string, quantity = 1) =>
  at.domain.reservations.reserve(hold(skuId, quantity, businessId), at.call);
const frozen = async () => (await at.domain.batches.get({ batchId: lot })).status === 'frozen';

test('of a lock and a reserve that want the last unit one gets it', { timeout: 60_000 }, async () => {
  await bothWays(ROUNDS, async (start) => {
    await newShelf(1);
    const outcomes = await start(
      () => locks().business(lockOn(`L-${made}`, { [lot]: 1 }), at.call),
      () => reserve(`R-${made}`),
    );
    expect(outcomes.toSorted()).toEqual(['INV_002', 'done']);
    expect(await at.domain.batches.get({ batchId: lot })).toMatchObject({ onHand: 1 });
    return outcomes[0] === 'done';
  });
  await expectSound(at);
});

test('thirty locks of one business with one content are one lock', async () => {
  await newShelf(100);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => locks().business(lockOn('ONE', { [lot]: 2 }), at.call)),
  );
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(await at.domain.batches.get({ batchId: lot })).toMatchObject({ locked: 2 });
});

test('thirty locks of one business on thirty batches: one stands', async () => {
  const lines = Array.from({ length: 30 }, (_, each) => receipt(`B-${each}`, 5, { batchNo: 'lot' }));
  await at.domain.inbound.purchase(inbound('THIRTY', lines), at.call);
  const ids = await Promise.all(lines.map((line) => batchIdOf(at, line.skuId, 'lot')));
  const outcomes = await race(...ids.map((id) => () => locks().business(lockOn('MANY', { [id]: 1 }), at.call)));
  expect(outcomes.toSorted()).toEqual([...Array.from({ length: 29 }, () => 'INV_008'), 'done']);
});

test('locks that name the same batches in any order meet no deadlock', async () => {
  const lines = Array.from({ length: 6 }, (_, each) => receipt(`D-${each}`, 500, { batchNo: 'lot' }));
  await at.domain.inbound.purchase(inbound('SIX', lines), at.call);
  const ids = await Promise.all(lines.map((line) => batchIdOf(at, line.skuId, 'lot')));
  const works = Array.from({ length: 40 }, (_, each) => {
    const turned = each % 2 === 0 ? ids : ids.toReversed();
    return () => locks().business(lockOn(`D-${each}`, Object.fromEntries(turned.map((id) => [id, 1]))), at.call);
  });
  expect(new Set(await race(...works))).toEqual(new Set(['done']));
});

describe('a freeze', () => {
  const freeze = () => locks().operation(freezing([lot]), at.call);
  /** What each opponent is told when the freeze came first. */
  const opponents: [string, string, (setUp: { id: string }) => Promise<unknown>][] = [
    ['reserve', 'INV_002', () => reserve(`NEW-${made}`)],
    ['deduct', 'INV_016', ({ id }) => at.domain.reservations.deduct({ id }, at.call)],
    [
      'sale of held stock',
      'INV_016',
      () => at.domain.outbound.sales(sale(`HELD-${made}`, [{ skuId, quantity: 2 }]), at.call),
    ],
    [
      'sale of free stock',
      'INV_002',
      () => at.domain.outbound.sales(sale(`FREE-${made}`, [{ skuId, quantity: 1 }]), at.call),
    ],
    [
      'top-up',
      'INV_016',
      () => at.domain.inbound.purchase(inbound(`T-${made}`, [receipt(skuId, 1, { batchNo: 'lot' })]), at.call),
    ],
    ['business lock', 'INV_016', () => locks().business(lockOn(`B-${made}`, { [lot]: 1 }), at.call)],
    ['second freeze', 'INV_016', freeze],
    ['recall', 'INV_016', () => at.domain.batches.recall(recalling(skuId, 'lot'), at.call)],
  ];

  test.each(opponents)('against a %s', { timeout: 60_000 }, async (what, told, opponent) => {
    // Of two that freeze one is refused; nothing else that comes first keeps a freeze away.
    const firstIsTold = what === 'second freeze' || what === 'recall' ? 'INV_016' : 'done';
    await bothWays(12, async (start) => {
      await newShelf(5);
      const { id } = await reserve(`HELD-${made}`, 2);
      const [first, second] = await start(freeze, () => opponent({ id }));
      expect([
        ['done', told],
        [firstIsTold, 'done'],
      ]).toContainEqual([first, second]);
      expect(await frozen()).toBe(true);
      return second === told;
    });
    await expectSound(at);
  });

  test('against a release, which is never kept away', async () => {
    for (let round = 0; round < 12; round += 1) {
      await newShelf(5);
      const { id } = await reserve(`HELD-${made}`, 2);
      const release = () => at.domain.reservations.release({ id }, at.call);
      expect(await duel(round, freeze, release)).toEqual(['done', 'done']);
      expect(await frozen()).toBe(true);
    }
    await expectSound(at);
  });

  test('leaves nothing of the batch to be moved afterwards, whatever was under way', { timeout: 60_000 }, async () => {
    await newShelf(200);
    const held = await Promise.all(Array.from({ length: 20 }, (_, each) => reserve(`F-${each}`, 2)));
    const before = at.domain.locks.operation(freezing([lot]), at.call);
    await race(
      () => before,
      ...held.map(({ id }, each) => () => {
        if (each % 3 === 0) return at.domain.reservations.deduct({ id }, at.call);
        if (each % 3 === 1) return at.domain.reservations.release({ id }, at.call);
        return at.domain.outbound.sales(sale(`F-${each}`, [{ skuId, quantity: 2 }]), at.call);
      }),
    );
    const { onHand } = await at.domain.batches.get({ batchId: lot });
    const left = (await at.domain.reservations.list({ skuId, state: 'active', limit: 50 })).items;
    const late = await race(
      ...left.map(
        ({ id }) =>
          () =>
            at.domain.reservations.deduct({ id }, at.call),
      ),
    );
    expect(late.every((code) => code === 'INV_016')).toBe(true);
    expect(await at.domain.batches.get({ batchId: lot })).toMatchObject({ onHand });
    await expectSound(at);
  });
});

test('of a release and the sweep one ends the lock', { timeout: 60_000 }, async () => {
  for (let round = 0; round < 10; round += 1) {
    await newShelf(5);
    const lock = await locks().business(lockOn(`E-${made}`, { [lot]: 3 }, { ttlSeconds: 5 }), at.call);
    at.advance(6);
    await race(
      () => locks().release({ lockId: lock.id, reason: 'by hand' }, at.call),
      () => locks().expireDue({ limit: 100 }, at.call),
    );
    expect(await locks().get({ lockId: lock.id })).toMatchObject({ state: 'expired', version: 2 });
    expect(await at.domain.batches.get({ batchId: lot })).toMatchObject({ locked: 0 });
  }
});

test('four sweeps side by side end each lock once', { timeout: 60_000 }, async () => {
  const lines = Array.from({ length: 40 }, (_, each) => receipt(`W-${each}`, 5, { batchNo: 'lot' }));
  await at.domain.inbound.purchase(inbound('FORTY', lines), at.call);
  const ids = await Promise.all(lines.map((line) => batchIdOf(at, line.skuId, 'lot')));
  for (const [each, id] of ids.entries()) {
    if (each % 2 === 0) await locks().business(lockOn(`W-${each}`, { [id]: 2 }, { ttlSeconds: 5 }), at.call);
    else await locks().operation(freezing([id, ids[each - 1] ?? id], { ttlSeconds: 5 }), at.call);
  }
  at.advance(6);
  const ended: string[] = [];
  const sweep = async () => {
    for (let idle = 0; idle < 3;) {
      const { expired, lockIds } = await locks().expireDue({ limit: 3 }, at.call);
      ended.push(...lockIds);
      idle = expired === 0 ? idle + 1 : 0;
    }
  };
  await Promise.all([sweep(), sweep(), sweep(), sweep()]);
  expect(ended).toHaveLength(40);
  expect(new Set(ended).size).toBe(40);
  await expectSound(at);
});
