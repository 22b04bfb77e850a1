/** As many layers as are taken next, and no more: what a sale of a SKU with a long history loads. */
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';
import type { WantedLayers } from './cost-layer-store.ts';
import { loadStates, readStates } from './cost-state-store.ts';

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
  // What came in last happened first.
  for (const day of [3, 2, 1])
    await buy(at, 'A', [10, `${day}.00`, { occurredAt: `2026-07-0${day}T12:00:00.000000Z` }]);
  await buy(at, 'B', [4, '1.00']);
});
afterAll(() => closeSoundCost(at));

async function loaded(wanted: Readonly<Record<string, WantedLayers>>) {
  const units = createUnitOfWork(at.dataSource, testConfig, testPorts());
  const states = await units.read(async (tx) =>
    loadStates(tx, await readStates(tx, ['A', 'B']), { wanted: new Map(Object.entries(wanted)) }),
  );
  const days = (skuId: string) => states.get(skuId)?.layers.map((layer) => Number(layer.at.slice(8, 10)));
  return { a: days('A')?.toSorted(), b: days('B')?.length, value: states.get('A')?.value };
}

test.each<[what: string, wanted: Readonly<Record<string, WantedLayers>>, a: number[]]>([
  ['all where nobody says otherwise', {}, [1, 2, 3]],
  ['none for whoever only adds', { A: 'none' }, []],
  ['the oldest that hold one unit', { A: { first: 'oldest', units: 1 } }, [1]],
  ['one layer for all that it holds', { A: { first: 'oldest', units: 10 } }, [1]],
  ['the next one for one unit more', { A: { first: 'oldest', units: 11 } }, [1, 2]],
  ['the newest', { A: { first: 'newest', units: 11 } }, [2, 3]],
  ['all for more than there are', { A: { first: 'newest', units: 99 } }, [1, 2, 3]],
  ['each SKU as it is wanted', { A: { first: 'newest', units: 2 }, B: { first: 'oldest', units: 1 } }, [3]],
  ['several in one direction', { A: { first: 'oldest', units: 2 }, B: { first: 'oldest', units: 3 } }, [1]],
])('%s', async (_what, wanted, a) => {
  expect(await loaded(wanted)).toEqual({ a, b: 1, value: 60_000_000n });
});
