/** The relay: one at a time by lease, in the order of each aggregate, at least once, and nothing is left over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicFactory } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { createRelayDesk, gapsOf } from '../testing/relaying.ts';
import { buildRichHistory } from '../testing/rich-history.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let desk: ReturnType<typeof createRelayDesk>;
let inside: () => Promise<unknown> = () => Promise.resolve();
const ulid = monotonicFactory();
let ids: () => string = ulid;

beforeAll(async () => {
  at = await openTestDomain({
    ports: { ids: () => ids(), onHandHandlers: [async () => void (await inside())] },
  });
});
beforeEach(async () => {
  [inside, ids] = [() => Promise.resolve(), ulid];
  desk = createRelayDesk(at);
  await desk.dropLease();
});
afterEach(async () => {
  await desk.dropLease();
  await desk.expectDrained();
});
afterAll(() => at.close());

let documents = 0;
const receive = (skuId: string, quantity = 1) =>
  at.domain.inbound.purchase(inbound(`IN-${(documents += 1)}`, [receipt(skuId, quantity)]), at.call);
const settings = (skuId: string) => at.domain.skus.update({ skuId, name: `name ${(documents += 1)}` }, at.call);
const versionsOf = (skuId: string) =>
  desk.delivered.filter(({ aggregate }) => aggregate.id === skuId).map(({ toVersion }) => toVersion);

describe('one lease', () => {
  test('one of two relays publishes, the other stands by', async () => {
    await receive('A');
    const first = await desk.round({ holder: 'one' });
    expect(first).toMatchObject({ held: true, published: 4 });
    await receive('A');
    expect(await desk.round({ holder: 'two' })).toEqual({ held: false, published: 0 });
    expect(await desk.round({ holder: 'one' })).toMatchObject({ held: true, published: 3 });
  });

  test('is taken over when it has run out, and the first one then stands by', async () => {
    await receive('A');
    expect(await desk.round({ holder: 'one', leaseMs: 60_000 })).toMatchObject({ held: true });
    await receive('A');
    expect(await desk.round({ holder: 'two', leaseMs: 60_000 })).toMatchObject({ held: false });
    at.advance(61);
    expect(await desk.round({ holder: 'two', leaseMs: 60_000 })).toMatchObject({ held: true, published: 3 });
    expect(await desk.round({ holder: 'one', leaseMs: 60_000 })).toMatchObject({ held: false });
  });

  test('has one holder from the very first moment, however many ask at once', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await desk.dropLease();
      const asked = Array.from({ length: 8 }, (_, each) => desk.round({ holder: `relay-${each}` }));
      expect((await Promise.all(asked)).filter(({ held }) => held)).toHaveLength(1);
    }
  });

  test('that runs out while its holder publishes costs repeats, never an event or the order', async () => {
    for (let each = 0; each < 3; each += 1) await receive('SLOW');
    const slow = desk.round({ holder: 'slow', leaseMs: 50, before: () => sleep(250) });
    await sleep(120);
    for (let each = 0; each < 3; each += 1) await receive('SLOW');
    await desk.drain({ holder: 'quick', leaseMs: 10_000 });
    await slow;
    await receive('SLOW');
    await desk.drain({ holder: 'quick' });
    expect(new Set(versionsOf('SLOW/default'))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
    const quick = desk.delivered.filter(({ id }, place, all) => all.findIndex((event) => event.id === id) === place);
    expect(gapsOf(quick.toSorted((a, b) => a.toVersion - b.toVersion))).toEqual([]);
  });
});

describe('order', () => {
  test('a transaction that commits late, its id long passed, is delivered and breaks nothing', async () => {
    await at.domain.skus.create({ skuId: 'LATE' }, at.call);
    let release: (value: unknown) => void = () => undefined;
    let isInside: (value: unknown) => void = () => undefined;
    const entered = new Promise((resolve) => (isInside = resolve));
    inside = () => {
      isInside(undefined);
      return new Promise((resolve) => (release = resolve));
    };
    const late = receive('LATE');
    await entered;
    inside = () => Promise.resolve();
    for (let each = 0; each < 5; each += 1) await receive('EARLY');
    await desk.drain();
    expect(versionsOf('EARLY/default')).toEqual([1, 2, 3, 4, 5]);
    expect(versionsOf('LATE/default')).toEqual([]);
    release(undefined);
    await late;
    await receive('LATE');
    await desk.drain();
    expect(versionsOf('LATE/default')).toEqual([1, 2]);
    expect(gapsOf(desk.delivered)).toEqual([]);
  });

  test.each([1, 2, 100])(
    'rows whose ids run against their versions go out in the order of versions, %i a round',
    async (limit) => {
      const skuId = `CLOCK-${limit}`;
      await at.domain.skus.create({ skuId }, at.call);
      await desk.drain();
      // Of two processes the one whose clock is behind writes later versions under earlier ids.
      const reversed = Array.from({ length: 8 }, () => ulid())
        .toReversed()
        .values();
      ids = () => reversed.next().value ?? ulid();
      for (let each = 0; each < 8; each += 1) await settings(skuId);
      ids = ulid;
      await desk.drain({ limit });
      expect(versionsOf(skuId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await desk.outboxRows()).toBe(0);
    },
  );

  test('of an aggregate with a gap waits for it, while all others go on', async () => {
    await at.domain.skus.create({ skuId: 'GAP' }, at.call);
    await desk.drain();
    await settings('GAP');
    // Taken away by hand, as if its transaction had not committed yet.
    const [row] = (await at.dataSource.query('SELECT outbox_id, facts, created_at FROM outbox')) as Record<
      string,
      unknown
    >[];
    await at.dataSource.query('DELETE FROM outbox');
    await settings('GAP');
    await receive('OTHER');
    await desk.drain();
    expect(versionsOf('GAP')).toEqual([1]);
    expect(versionsOf('OTHER/default')).toEqual([1]);
    expect(await desk.outboxRows()).toBe(1);
    await at.dataSource.query(
      'INSERT INTO outbox (outbox_id, facts, created_at) VALUES (?, ?, ?)',
      Object.values(row ?? {}),
    );
    await desk.drain();
    expect(versionsOf('GAP')).toEqual([1, 2, 3]);
  });

  test('of levels whose names could be mistaken for each other is each one’s own', async () => {
    await at.domain.locations.create({ locationId: 'b/c' }, at.call);
    await at.domain.locations.create({ locationId: 'c' }, at.call);
    const lines = [receipt('a', 1, { locationId: 'b/c' }), receipt('a/b', 1, { locationId: 'c' })];
    await at.domain.inbound.purchase(inbound('NAMES', lines), at.call);
    await desk.drain();
    const levels = desk.delivered.filter(({ type }) => type === 'stock.level.changed');
    expect(levels.map(({ after }) => after)).toMatchObject([{ skuId: 'a' }, { skuId: 'a/b' }]);
    expect(new Set(levels.map(({ id }) => id)).size).toBe(2);
  });
});

describe('at least once', () => {
  test('a relay that dies after it published and before it forgot delivers again, with the same ids', async () => {
    await receive('TWICE');
    await desk.drain();
    await receive('TWICE');
    const dying = desk.round({ after: () => Promise.reject(new Error('killed')) });
    await expect(dying).rejects.toThrow('killed');
    const first = desk.delivered.splice(0);
    await desk.drain();
    expect(first.slice(-desk.delivered.length)).toEqual(desk.delivered);
    expect(versionsOf('TWICE/default')).toEqual([2]);
  });

  test('what could not be published stays, and goes out later in order', async () => {
    await receive('DOWN');
    await receive('DOWN');
    await expect(desk.round({ before: () => Promise.reject(new Error('stream is down')) })).rejects.toThrow(
      'stream is down',
    );
    expect(desk.delivered).toEqual([]);
    await desk.drain();
    expect(versionsOf('DOWN/default')).toEqual([1, 2]);
  });
});

test('a rich history comes out without a gap, each event once, and leaves the outbox empty', async () => {
  await buildRichHistory(at);
  const { reservations } = at.domain;
  await Promise.all(Array.from({ length: 30 }, (_, each) => reservations.reserve(hold('H2', 1, `R-${each}`), at.call)));
  for (const limit of [1, 7, 100]) await desk.drain({ limit });
  expect(gapsOf(desk.delivered)).toEqual([]);
  expect(new Set(desk.delivered.map(({ id }) => id)).size).toBe(desk.delivered.length);
  const levels = (await at.domain.stock.levels({ limit: 500 })).items.filter(({ skuId }) => skuId.startsWith('H'));
  for (const { skuId, locationId, version } of levels)
    expect(versionsOf(`${skuId}/${locationId}`).at(-1), `${skuId} at ${locationId}`).toBe(version);
});
