/** stock.asOf against a replay of the whole ledger, and the list of levels. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { Movement } from '@granary/contracts/movement';
import { inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { buildRichHistory } from '../testing/rich-history.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let ledger: readonly Movement[];

beforeAll(async () => {
  at = await openTestDomain();
  await buildRichHistory(at);
  ledger = (await at.domain.stock.movements({ skuId: 'H1', limit: 500 })).items;
  ledger = [...ledger, ...(await at.domain.stock.movements({ skuId: 'H2', limit: 500 })).items];
});
afterAll(() => at.close());

/** A sequence that looks random and is the same in every run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('a level as of a moment', () => {
  const replayed = (skuId: string, locationId: string, moment: Instant) => {
    const last = ledger
      .filter((each) => each.skuId === skuId && each.locationId === locationId && each.recordedAt <= moment)
      .at(-1);
    const { onHand = 0, reserved = 0, locked = 0, deficit = 0, version = 0, recordedAt = null } = last ?? {};
    return { skuId, locationId, onHand, reserved, locked, deficit, version, recordedAt };
  };
  const levels = [
    ['H1', 'default'],
    ['H1', 'north'],
    ['H2', 'default'],
    ['H2', 'south'],
  ] as const;

  test('is what a replay of the ledger says, at 1,000 random moments', async () => {
    const random = draws(20_261_120);
    const times = ledger.map((each) => toMicros(each.recordedAt as Instant)).toSorted((a, b) => (a < b ? -1 : 1));
    const [first = 0n, last = 0n] = [times[0], times.at(-1)];
    let moved = 0;
    for (let each = 0; each < 1000; each += 1) {
      // Half of them among the movements of the first seconds, since time was moved on later.
      const span = each % 2 === 0 ? last - first : (times[Math.floor(times.length / 2)] ?? last) - first;
      const moment = fromMicros(first - 1000n + BigInt(Math.floor(random() * Number(span + 2000n))));
      const [skuId, locationId] = levels[Math.floor(random() * levels.length)] ?? levels[0];
      const told = await at.domain.stock.asOf({ skuId, locationId, at: moment });
      expect(told, `as of ${moment}`).toEqual(replayed(skuId, locationId, moment));
      if (told.version > 0) moved += 1;
    }
    expect(moved).toBeGreaterThan(250);
  });

  test('includes what was recorded at that very moment, and nothing of a microsecond later', async () => {
    for (const movement of ledger.filter((each) => each.skuId === 'H1' && each.locationId === 'default')) {
      const { skuId, locationId } = movement;
      for (const shift of [-1n, 0n, 1n]) {
        const moment = fromMicros(toMicros(movement.recordedAt as Instant) + shift);
        const told = await at.domain.stock.asOf({ skuId, locationId, at: moment });
        expect(told).toEqual(replayed(skuId, locationId, moment));
      }
    }
  });

  test('is nothing before the first movement, and refused for a moment that has not come', async () => {
    const long = '2020-01-01T00:00:00.000000Z';
    expect(await at.domain.stock.asOf({ skuId: 'H1', locationId: 'default', at: long })).toMatchObject({
      ...{ onHand: 0, reserved: 0, version: 0, recordedAt: null },
    });
    const later = at.domain.stock.asOf({ skuId: 'H1', locationId: 'default', at: secondsFromNow(3600) });
    expect(await refusalOf(later)).toMatchObject({ code: 'INV_005', details: { issues: [{ path: 'at' }] } });
  });

  test('names what nobody knows', async () => {
    const ask = (skuId: string, locationId: string) =>
      refusalOf(at.domain.stock.asOf({ skuId, locationId, at: '2026-01-01T00:00:00.000000Z' }));
    expect(await ask('ghost', 'default')).toMatchObject({ code: 'INV_001', details: { skuId: 'ghost' } });
    expect(await ask('H1', 'nowhere')).toMatchObject({ code: 'INV_007', details: { noun: 'location', id: 'nowhere' } });
  });
});

describe('levels are listed', () => {
  const all = async (filter: { skuId?: string; locationId?: string }, limit: number) => {
    const found: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await at.domain.stock.levels({ ...filter, limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items.map(({ skuId, locationId }) => `${skuId}/${locationId}`));
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  };

  test('by one, by two and all at once in the same order', async () => {
    const lines = ['default', 'north', 'south'].map((locationId) => receipt('Z', 1, { locationId }));
    await at.domain.inbound.purchase(inbound('Z', lines), at.call);
    const whole = await all({}, 500);
    expect(whole).toEqual([...new Set(whole)].toSorted());
    expect(whole).toContain('商品-3/default');
    expect(await all({}, 1)).toEqual(whole);
    expect(await all({}, 2)).toEqual(whole);
  });

  test('of one SKU, of one place, of both', async () => {
    expect(await all({ skuId: 'Z' }, 1)).toEqual(['Z/default', 'Z/north', 'Z/south']);
    expect(await all({ locationId: 'north' }, 1)).toEqual(
      (await all({}, 500)).filter((level) => level.endsWith('/north')),
    );
    expect(await all({ skuId: 'Z', locationId: 'south' }, 1)).toEqual(['Z/south']);
    expect(await all({ skuId: 'ghost' }, 1)).toEqual([]);
  });
});
