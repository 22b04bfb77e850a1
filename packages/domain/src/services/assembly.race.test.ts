/** Bundles and virtual SKUs at once with what they are taken from, with each other, and with a change of what they are. */
import { setTimeout } from 'node:timers/promises';
import { GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reservation } from '@granary/contracts/reservation';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  for (const locationId of ['east', 'west']) await at.domain.locations.create({ locationId }, at.call);
});
afterAll(() => closeSound(at));

let documents = 0;
const stock = (...lines: Parameters<typeof receipt>[]) => {
  const receipts = lines.map((line) => receipt(...line));
  return at.domain.inbound.purchase(inbound(`PO-${(documents += 1)}`, receipts), at.call);
};
const bundle = (skuId: string, parts: Readonly<Record<string, number>>) => {
  const components = Object.entries(parts).map(([part, quantity]) => ({ skuId: part, quantity }));
  return at.domain.bundles.create({ skuId, components }, at.call);
};

/** How many of the calls of each SKU were served; a refusal must be a shortage and nothing else. */
async function race(
  wanted: readonly (readonly [skuId: string, locationId?: string])[],
): Promise<ReadonlyMap<string, number>> {
  const served = new Map<string, number>();
  const failures: unknown[] = [];
  const calls = wanted.map(async ([skuId, locationId], caller) => {
    const line = hold(skuId, 1, { businessId: `${skuId}-${caller}`, locationId });
    const outcome = await at.domain.reservations.reserve(line, at.call).catch((error: unknown) => error);
    if (outcome instanceof Error) failures.push(outcome);
    else served.set(skuId, (served.get(skuId) ?? 0) + 1);
  });
  await Promise.all(calls);
  expect(failures).toEqual(failures.map(() => expect.objectContaining({ kind: 'insufficientStock' })));
  return served;
}

const by = (served: ReadonlyMap<string, number>, skuId: string) => served.get(skuId) ?? 0;
const times = (count: number, ...skuIds: string[]) =>
  Array.from({ length: count }, () => skuIds.map((skuId) => [skuId] as const)).flat();
const freeOf = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

describe('nothing is sold twice, and nothing is left that could have been sold:', () => {
  test('a bundle against its own component', async () => {
    await stock(['A1', 50], ['A2', 1000]);
    await bundle('A', { A1: 2, A2: 1 });
    const served = await race(times(40, 'A', 'A1'));
    expect(by(served, 'A') * 2 + by(served, 'A1') + (await freeOf('A1'))).toBe(50);
    expect(await freeOf('A1')).toBe(0);
    expect([by(served, 'A') > 0, by(served, 'A1') > 0]).toEqual([true, true]);
  });

  test('a virtual SKU against the real one', async () => {
    await stock(['B', 60]);
    await at.domain.virtuals.create({ skuId: 'B-SIX', realSkuId: 'B', ratio: 6 }, at.call);
    const served = await race(times(40, 'B-SIX', 'B'));
    expect(by(served, 'B-SIX') * 6 + by(served, 'B') + (await freeOf('B'))).toBe(60);
    expect(by(served, 'B')).toBeGreaterThan(0);
    expect(await freeOf('B-SIX')).toBe(0);
  });

  test('two bundles that share a component and name it in another order', async () => {
    await stock(['C1', 60], ['C2', 40], ['C3', 40]);
    await bundle('C-A', { C3: 1, C1: 1 });
    await bundle('C-Z', { C1: 1, C2: 1 });
    const served = await race(times(50, 'C-A', 'C-Z'));
    expect(by(served, 'C-A') + by(served, 'C-Z')).toBe(60);
    expect(await freeOf('C1')).toBe(0);
    expect([await freeOf('C3'), await freeOf('C2')]).toEqual([40 - by(served, 'C-A'), 40 - by(served, 'C-Z')]);
  });

  test('a cap, by callers who look for stock at places of their own', async () => {
    await stock(['D', 50], ['D', 50, { locationId: 'east' }], ['D', 50, { locationId: 'west' }]);
    await at.domain.virtuals.create({ skuId: 'D-DEAL', realSkuId: 'D', ratio: 1, cap: 10 }, at.call);
    const places = ['default', 'east', 'west'];
    const served = await race(Array.from({ length: 60 }, (_, caller) => ['D-DEAL', places[caller % 3] ?? ''] as const));
    expect(by(served, 'D-DEAL')).toBe(10);
    expect(await freeOf('D-DEAL')).toBe(0);
  });
});

describe('a definition that changes meanwhile', () => {
  test('is seen by every hold as it was or as it is, never half of each', async () => {
    await stock(['E1', 5000], ['E2', 5000], ['E3', 5000]);
    await bundle('E', { E1: 1, E2: 1 });
    const shapes: Readonly<Record<string, number>>[] = [
      { E1: 1, E2: 1 },
      { E2: 3, E3: 2 },
      { E1: 5, E3: 1 },
    ];
    const compositions = shapes.map((shape) => Object.entries(shape));
    let isOver = false;
    const holds: Reservation[] = [];
    const changing = (async () => {
      for (const change of Array.from({ length: 9 }).keys()) {
        const components = (compositions[(change + 1) % 3] ?? []).map(([skuId, quantity]) => ({ skuId, quantity }));
        await at.domain.bundles.update({ skuId: 'E', components }, at.call);
        // Changes in one rush could all be over before the second hold.
        for (const had = holds.length; holds.length === had;) await setTimeout(1);
      }
      isOver = true;
    })();
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let round = 0; !isOver; round += 1)
        holds.push(await at.domain.reservations.reserve(hold('E', 2, `E-${caller}-${round}`), at.call));
    });
    await Promise.all([changing, ...callers]);
    const seen = new Set(
      holds.map(({ lines }) => JSON.stringify(lines.map(({ skuId, quantity }) => [skuId, quantity / 2]))),
    );
    const known = new Set(compositions.map((composition) => JSON.stringify(composition)));
    expect([...seen].filter((each) => !known.has(each))).toEqual([]);
    expect(seen.size).toBeGreaterThan(1);
  });

  test('waits for whoever is taking the bundle apart, and is in force for all who come after it', async () => {
    await stock(['K1', 10], ['K2', 10]);
    await bundle('K', { K1: 1, K2: 1 });
    const level = at.dataSource.createQueryRunner();
    await level.startTransaction();
    await level.query(`SELECT * FROM stock_level WHERE sku_id = 'K1' FOR UPDATE`);
    const order: string[] = [];
    const taking = at.domain.reservations.reserve(hold('K', 1, 'K-1'), at.call).finally(() => order.push('reserved'));
    await setTimeout(200);
    const components = [
      { skuId: 'K1', quantity: 2 },
      { skuId: 'K2', quantity: 2 },
    ];
    const changing = at.domain.bundles.update({ skuId: 'K', components }, at.call).finally(() => order.push('changed'));
    await setTimeout(300);
    expect(order).toEqual([]);
    await level.commitTransaction();
    await level.release();
    expect((await taking).lines.map(({ quantity }) => quantity)).toEqual([1, 1]);
    const { updatedAt } = await changing;
    expect(order).toEqual(['reserved', 'changed']);
    expect(updatedAt > (await taking).createdAt).toBe(true);
    expect(
      (await at.domain.reservations.reserve(hold('K', 1, 'K-2'), at.call)).lines.map(({ quantity }) => quantity),
    ).toEqual([2, 2]);
  });

  test('and a first receipt of the same SKU: one of them is refused', async () => {
    await stock(['F1', 10], ['F2', 10]);
    const rounds = Array.from({ length: 20 }, async (_, round) => {
      const skuId = `F-${round}`;
      const outcomes = await Promise.allSettled([stock([skuId, 1]), bundle(skuId, { F1: 1, F2: 1 })]);
      const refusals = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
      );
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).toBeInstanceOf(GranaryError);
      expect(refusals[0]).toMatchObject({ code: 'INV_010' });
    });
    await Promise.all(rounds);
    await expectSound(at);
  });

  test('is seen by goods that are found at an empty level of its SKU and have waited for it', async () => {
    await stock(['H1', 10], ['H2', 10], ['H', 1]);
    await at.domain.outbound.sales({ orderNo: 'H', lines: [{ skuId: 'H', quantity: 1 }] }, at.call);
    const level = at.dataSource.createQueryRunner();
    await level.startTransaction();
    await level.query(`SELECT * FROM stock_level WHERE sku_id = 'H' FOR UPDATE`);
    const defining = bundle('H', { H1: 1, H2: 1 });
    await setTimeout(200);
    const found = { skuId: 'H', delta: 1, unitCost: '1.00', reasonCode: 'found', operator: 'Ann' } as const;
    const finding = refusalOf(at.domain.adjustments.adjust(found, at.call));
    await setTimeout(200);
    await level.commitTransaction();
    await level.release();
    expect(await defining).toMatchObject({ state: 'active' });
    expect(await finding).toMatchObject({ code: 'INV_010', details: { id: 'H', state: 'bundle' } });
  });

  test('and two that would nest in each other: one of them is refused', async () => {
    await stock(['G1', 10]);
    for (const round of Array.from({ length: 10 }).keys()) {
      const [a, b] = [`G-A${round}`, `G-B${round}`];
      for (const skuId of [a, b]) await at.domain.skus.create({ skuId }, at.call);
      const outcomes = await Promise.allSettled([bundle(a, { G1: 1, [b]: 1 }), bundle(b, { G1: 1, [a]: 1 })]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    }
  });
});
