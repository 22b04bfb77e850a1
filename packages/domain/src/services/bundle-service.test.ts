/** Bundles: counted from their parts, held and sold as one, in whole ones of one place. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Reservation } from '@granary/contracts/reservation';
import { batchIdOf, freezing } from '../testing/lock-inputs.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  // default has priority 100: north is asked first.
  await at.domain.locations.create({ locationId: 'north', priority: 10 }, at.call);
});
afterAll(() => closeSound(at));

let documents = 0;
const stock = (...lines: Parameters<typeof receipt>[]) => {
  const receipts = lines.map((line) => receipt(...line));
  return at.domain.inbound.purchase(inbound(`PO-${(documents += 1)}`, receipts), at.call);
};
const north = { locationId: 'north' };
const bundle = (skuId: string, parts: Readonly<Record<string, number>>) => {
  const components = Object.entries(parts).map(([part, quantity]) => ({ skuId: part, quantity }));
  return at.domain.bundles.create({ skuId, components }, at.call);
};
const reserve = (...line: Parameters<typeof hold>) => at.domain.reservations.reserve(hold(...line), at.call);
const held = ({ lines }: Reservation) =>
  lines.map(({ skuId, locationId, quantity, held: left }) => [skuId, locationId, quantity, left]);
const available = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

describe('a bundle is counted', () => {
  test('place by place, as no bundle is put together from two places', async () => {
    await stock(['A1', 5], ['A2', 3], ['A1', 4, north], ['A2', 1, north]);
    await bundle('A', { A1: 2, A2: 1 });
    // default: min(floor(5/2), 3) = 2; north: min(floor(4/2), 1) = 1.
    expect(await at.domain.stock.check({ skuId: 'A' })).toMatchObject({ inStock: true, available: 3 });
    const summary = await at.domain.stock.available({ skuId: 'A', excludeExpired: true, includeReserved: false });
    expect(summary).toMatchObject({ available: 3, onHand: 0, batchCount: 0, meanUnitCost: null });
    expect(summary.locations.map(({ locationId, available: units }) => [locationId, units])).toEqual([
      ['north', 1],
      ['default', 2],
    ]);
    expect(await at.domain.stock.explain({ skuId: 'A' })).toMatchObject({
      ...{ available: 3, levels: [], batches: [] },
      assembly: {
        kind: 'bundle',
        parts: [
          { skuId: 'A1', quantity: 2, available: 9, makes: 4 },
          { skuId: 'A2', quantity: 1, available: 4, makes: 4 },
        ],
        locations: [
          { locationId: 'north', available: 1, parts: [{ makes: 2 }, { makes: 1 }] },
          { locationId: 'default', available: 2, parts: [{ makes: 2 }, { makes: 3 }] },
        ],
      },
    });
  });

  test('as nothing where each part lies somewhere else, although there is enough of each', async () => {
    await stock(['B1', 9], ['B2', 9, north]);
    await bundle('B', { B1: 1, B2: 1 });
    expect(await available('B')).toBe(0);
    const line = { skuId: 'B', locationId: null, requested: 1, available: 0, components: [] };
    await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...hold('B', 1, 'O-B'), ...key }, at.call), {
      code: 'INV_002',
      details: { lines: [line] },
    });
  });

  test('by what of each part is held, expired, frozen or at a place that is closed', async () => {
    await stock(['C1', 10], ['C2', 10, { batchNo: 'C2' }]);
    await bundle('C', { C1: 1, C2: 1 });
    await reserve('C1', 4, 'O-C');
    expect(await available('C')).toBe(6);
    const lock = await at.domain.locks.operation(freezing([await batchIdOf(at, 'C2', 'C2')]), at.call);
    expect(await available('C')).toBe(0);
    await at.domain.locks.release({ lockId: lock.id, reason: 'fine' }, at.call);
    await at.domain.stock.configure({ skuId: 'C2', locationId: 'default', isActive: false }, at.call);
    expect(await available('C')).toBe(0);
    await at.domain.stock.configure({ skuId: 'C2', locationId: 'default', isActive: true }, at.call);
    await at.domain.skus.update({ skuId: 'C1', status: 'inactive' }, at.call);
    expect(await available('C')).toBe(0);
    expect(await refusalOf(reserve('C', 1, 'O-C2'))).toMatchObject({ code: 'INV_010', details: { id: 'C1' } });
  });

  test('beside plain stock and others like it, however many are asked for, in the same few queries', async () => {
    const queries = async (skuIds: readonly string[]) => {
      const asked = vi.spyOn(at.dataSource.logger, 'logQuery');
      const { items } = await at.domain.stock.checkMany({ skuIds });
      const count = asked.mock.calls.filter(([text]) => text.trimStart().startsWith('SELECT')).length;
      asked.mockRestore();
      return { items, count };
    };
    await stock(['M1', 30], ['M2', 30]);
    const many = Array.from({ length: 40 }, (_, each) => `M-${each}`);
    for (const [each, skuId] of many.entries()) await bundle(skuId, { M1: each + 1, M2: 1 });
    const one = await queries(['M-0']);
    const all = await queries(['M1', ...many]);
    expect(all.items.map(({ available: units }) => units)).toEqual([
      30,
      ...many.map((_, each) => Math.floor(30 / (each + 1))),
    ]);
    expect(one.count).toBeGreaterThan(3);
    expect(all.count).toBe(one.count);
  });

  test('not among the variants of a product, whose goods are counted already', async () => {
    await at.domain.skus.create({ skuId: 'D1', spuId: 'D' }, at.call);
    await stock(['D1', 7], ['D2', 7]);
    await bundle('D-SET', { D1: 1, D2: 1 });
    await at.domain.skus.update({ skuId: 'D-SET', spuId: 'D' }, at.call);
    const input = { spuId: 'D', excludeExpired: true, includeReserved: false };
    expect(await at.domain.stock.available(input)).toMatchObject({ available: 7, onHand: 7 });
  });
});

describe('a bundle is held', () => {
  test('under its own name and number, with its parts as lines, by the priority of places', async () => {
    await stock(['E1', 5], ['E2', 5], ['E1', 2, north], ['E2', 9, north]);
    await bundle('E', { E1: 2, E2: 3 });
    const made = await reserve('E', 2, 'O-E');
    expect(made).toMatchObject({ skuId: 'E', quantity: 2, held: 2, fulfilled: 0 });
    expect(held(made)).toEqual([
      ['E1', 'north', 2, 2],
      ['E2', 'north', 3, 3],
      ['E1', 'default', 2, 2],
      ['E2', 'default', 3, 3],
    ]);
    expect(await reserve('E', 2, 'O-E')).toEqual(made);
    const { items } = await at.domain.reservations.list({ skuId: 'E', limit: 9 });
    expect(items).toEqual([made]);
    expect((await at.domain.stock.explain({ skuId: 'E' })).reservations).toHaveLength(4);
  });

  test('or not at all: the refusal tells how many there are and which parts are missing', async () => {
    await stock(['F1', 10], ['F2', 3]);
    await bundle('F', { F1: 2, F2: 2 });
    const short = { skuId: 'F', locationId: null, requested: 4, available: 1 };
    const refusal = await expectRefusal(
      at,
      (key) => at.domain.reservations.reserve({ ...hold('F', 4, 'O-F'), ...key }, at.call),
      {
        code: 'INV_002',
        details: { lines: [{ ...short, components: [{ skuId: 'F2', requested: 8, available: 3 }] }] },
      },
    );
    expect(refusal.message).toContain('"F2" of which it needs 8 and 3 are available');
  });

  test('from a part that is loaded place by place, although other places have more of it', async () => {
    await stock(
      ...Array.from({ length: 12 }, (_, each) => ['G1', 1, { ...north, batchNo: `N-${each}` }] as const).map(
        ([sku, quantity, more]): Parameters<typeof receipt> => [sku, quantity, more],
      ),
    );
    await stock(['G1', 3], ['G2', 3]);
    await bundle('G', { G1: 1, G2: 1 });
    expect(held(await reserve('G', 3, 'O-G'))).toEqual([
      ['G1', 'default', 3, 3],
      ['G2', 'default', 3, 3],
    ]);
  });

  test('with parts that several bundles and plain lines share, summed', async () => {
    await stock(['P', 3], ['Q', 9]);
    await bundle('KIT-A', { P: 2, Q: 1 });
    await bundle('KIT-B', { P: 1, Q: 1 });
    const lines = (...wanted: [string, number][]) => wanted.map(([skuId, quantity]) => hold(skuId, quantity, 'O-PQ'));
    const input = { lines: lines(['P', 1], ['KIT-B', 1], ['KIT-A', 1]) };
    expect(await refusalOf(at.domain.reservations.reserveMany(input, at.call))).toMatchObject({
      code: 'INV_002',
      details: { lines: [{ skuId: 'P', requested: 1, available: 0 }] },
    });
    const both = await refusalOf(
      at.domain.reservations.reserveMany({ lines: lines(['KIT-A', 1], ['KIT-B', 2]) }, at.call),
    );
    expect(both.details).toEqual({
      lines: [
        {
          ...{ skuId: 'KIT-B', locationId: null, requested: 2, available: 1 },
          components: [{ skuId: 'P', requested: 2, available: 1 }],
        },
      ],
    });
    const fits = await at.domain.reservations.reserveMany({ lines: lines(['KIT-A', 1], ['KIT-B', 1]) }, at.call);
    expect(fits.reservations.map(({ skuId, held: units }) => [skuId, units])).toEqual([
      ['KIT-A', 1],
      ['KIT-B', 1],
    ]);
    for (const skuId of ['P', 'KIT-A', 'KIT-B']) expect(await available(skuId)).toBe(0);
  });

  test('before a plain line of the same call takes the only part that lies with the others', async () => {
    await stock(['H1', 1, north], ['H2', 1, north], ['H1', 1]);
    await bundle('H', { H1: 1, H2: 1 });
    const lines = [hold('H1', 1, 'O-H'), hold('H', 1, 'O-H')];
    const { reservations } = await at.domain.reservations.reserveMany({ lines }, at.call);
    expect(reservations.map(({ skuId, lines: [first] }) => [skuId, first?.locationId])).toEqual([
      ['H1', 'default'],
      ['H', 'north'],
    ]);
  });

  test('and expires what is overdue of its parts, whoever holds them', async () => {
    await stock(['I1', 2], ['I2', 2]);
    await bundle('I', { I1: 1, I2: 1 });
    const plain = await reserve('I1', 1, { businessId: 'O-I1', ttlSeconds: 5 });
    const whole = await reserve('I', 1, { businessId: 'O-I2', ttlSeconds: 5 });
    at.advance(6);
    expect(held(await reserve('I', 2, 'O-I3'))).toHaveLength(2);
    for (const { id } of [plain, whole])
      expect(await at.domain.reservations.get({ id })).toMatchObject({ state: 'expired', held: 0 });
  });

  test('replaced, converted, confirmed and released like anything else', async () => {
    await stock(['J1', 4], ['J2', 4]);
    await bundle('J', { J1: 1, J2: 1 });
    const cart = { businessId: 'C-J', type: 'cart' as const };
    const first = await reserve('J', 1, cart);
    const replaced = await reserve('J', 4, { ...cart, replace: true });
    expect(replaced).toMatchObject({ id: first.id, quantity: 4, held: 4 });
    const to = { type: 'order' as const, businessId: 'O-J' };
    const { type, businessId } = { ...cart };
    await at.domain.reservations.convert({ from: { type, businessId }, to }, at.call);
    const confirmed = await at.domain.reservations.confirm(to, at.call);
    expect(confirmed.reservations).toMatchObject([{ id: first.id, skuId: 'J', state: 'confirmed', held: 4 }]);
    await at.domain.reservations.release(to, at.call);
    expect(await available('J')).toBe(4);
  });
});

test('a bundle and its parts pass 2^31-1 nowhere', async () => {
  await stock(['V1', 5], ['V2', 5]);
  await bundle('V', { V1: 2_000_000, V2: 1 });
  const line = hold('V', 2000, 'O-V');
  await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...line, ...key }, at.call), {
    code: 'INV_005',
    details: { issues: [{ path: 'quantity', message: expect.stringContaining('"V1"') }] },
  });
  const sales = sale('O-V', [{ skuId: 'V', quantity: 2000 }]);
  await expectRefusal(at, (key) => at.domain.outbound.sales({ ...sales, ...key }, at.call), {
    code: 'INV_005',
    details: { issues: [{ path: 'lines.0.quantity', message: expect.stringContaining('2147483647') }] },
  });
  expect(await refusalOf(reserve('V', 1073, 'O-V'))).toMatchObject({ code: 'INV_002' });
});
