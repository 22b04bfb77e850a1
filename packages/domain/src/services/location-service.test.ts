/** Locations: `default` is there from the start; allocation obeys priority and activity at once. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => at.close());

test('there is one place from the start, and others as they are told', async () => {
  expect((await at.domain.locations.list({ limit: 9 })).items.map(({ locationId }) => locationId)).toEqual(['default']);
  const created = await at.domain.locations.create({ locationId: 'north', priority: 5 }, at.call);
  expect(created).toMatchObject({ name: 'north', priority: 5, isActive: true, version: 1 });
  const renamed = await at.domain.locations.update({ locationId: 'north', name: 'North hall' }, at.call);
  expect(renamed).toMatchObject({ name: 'North hall', priority: 5, version: 2 });
  expect(await at.domain.locations.get({ locationId: 'north' })).toEqual(renamed);
});

test('places are asked by priority, then by id, and not at all while inactive', async () => {
  const places = ['b', 'a', 'c'];
  for (const locationId of places) await at.domain.locations.create({ locationId, priority: 50 }, at.call);
  const lines = [...places, 'north'].map((locationId) => receipt('W', 1, { locationId }));
  await at.domain.inbound.purchase(inbound('W', lines), at.call);
  const order = async (businessId: string) => {
    const { id, lines: taken } = await at.domain.reservations.reserve(hold('W', 3, businessId), at.call);
    await at.domain.reservations.release({ id }, at.call);
    return taken.map(({ locationId }) => locationId);
  };
  expect(await order('1')).toEqual(['north', 'a', 'b']);
  await at.domain.locations.update({ locationId: 'c', priority: 1 }, at.call);
  expect(await order('2')).toEqual(['c', 'north', 'a']);
  await at.domain.locations.update({ locationId: 'north', isActive: false }, at.call);
  expect(await order('3')).toEqual(['c', 'a', 'b']);
});

describe('refused without a trace is', () => {
  test('a location that exists', async () => {
    await expectRefusal(at, (key) => at.domain.locations.create({ locationId: 'default', ...key }, at.call), {
      code: 'INV_008',
      details: { noun: 'location', id: 'default' },
    });
  });

  test('an update of one that does not', async () => {
    await expectRefusal(at, (key) => at.domain.locations.update({ locationId: 'ghost', ...key }, at.call), {
      code: 'INV_007',
      details: { noun: 'location', id: 'ghost' },
    });
    await expect(at.domain.locations.get({ locationId: 'ghost' })).rejects.toMatchObject({ code: 'INV_007' });
  });
});

test('lists are paged by one', async () => {
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await at.domain.locations.list({ limit: 1, cursor });
    seen.push(...page.items.map(({ locationId }) => locationId));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(['a', 'b', 'c', 'default', 'north']);
});
