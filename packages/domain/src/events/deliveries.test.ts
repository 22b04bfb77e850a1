/** What a listener or the stream does not take: queued in order, brought again by the clock, given up, replayed. */
import type { StockEvent } from '@granary/contracts/event';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDeliveryDesk, emptyQueues, queueRows, quickSchedule, refusingListener } from '../testing/delivering.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import type { DirectSubscriber } from './hand-over.ts';

let at: TestDomain;
let desk: ReturnType<typeof createDeliveryDesk>;
beforeAll(async () => {
  at = await openTestDomain();
});
beforeEach(async () => {
  await emptyQueues(at);
  desk = createDeliveryDesk(at);
});
afterAll(() => at.close());

let names = 0;
const newSku = async (): Promise<string> => {
  const skuId = `D${(names += 1)}`;
  await at.domain.skus.create({ skuId }, at.call);
  return skuId;
};
const rename = (skuId: string) => at.domain.skus.update({ skuId, name: `n${(names += 1)}` }, at.call);
const relay = (subscribers: readonly DirectSubscriber[] = [], holder = 'relay') =>
  at.domain.relay.publishOnce({ holder, leaseMs: 10_000, limit: 100, subscribers, schedule: quickSchedule });

describe('a listener that fails', () => {
  test('for ever holds up nobody, is given up, and then what follows along the aggregate goes on; a replay brings it', async () => {
    const [poisoned, sound] = [await newSku(), await newSku()];
    const [bad, good] = [refusingListener('bad', ({ id }) => id === `sku:${poisoned}:1`), refusingListener('good')];
    await rename(poisoned);
    await relay([bad.direct, good.direct]);
    expect(bad.heard).toEqual([`sku:${sound}:1`]);
    expect(good.heard.toSorted()).toEqual([`sku:${poisoned}:1`, `sku:${poisoned}:2`, `sku:${sound}:1`].toSorted());
    // Whatever comes later waits behind it, though the listener would take it.
    await rename(poisoned);
    await rename(sound);
    await relay([bad.direct, good.direct]);
    expect(bad.heard).toEqual([`sku:${sound}:1`, `sku:${sound}:2`]);
    const waiting = [1, 2, 3].map((version) => `sku:${poisoned}:${version}`);
    expect((await queueRows(at, 'listener:bad')).map(({ id, isFirst }) => [id, isFirst])).toEqual([
      [waiting[0], 1],
      [waiting[1], 0],
      [waiting[2], 0],
    ]);
    const fate = ({ id }: StockEvent) => (id === waiting[0] ? { error: 'no', status: null } : undefined);
    expect(await desk.pass('listener:bad', { fate })).toBeUndefined();
    at.advance(13);
    expect(await desk.pass('listener:bad', { fate })).toMatchObject([{ ok: false }]);
    at.advance(13);
    expect(await desk.pass('listener:bad', { fate })).toBeUndefined();
    at.advance(120);
    await desk.pass('listener:bad', { fate });
    expect(desk.idsOf()).toEqual([]);
    await desk.pass('listener:bad', { fate });
    expect(desk.idsOf()).toEqual(waiting.slice(1));
    expect(await desk.stateOf('listener:bad')).toMatchObject({
      pending: 0,
      dead: 1,
      delivered: 4,
      failed: 3,
      lastError: 'no',
    });
    expect(await desk.stateOf('listener:good')).toMatchObject({ pending: 0, dead: 0, delivered: 5, failed: 0 });
    expect(await at.domain.deliveries.replay({ subscriber: 'listener:bad' })).toBe(1);
    await desk.pass('listener:bad');
    expect(desk.idsOf()).toEqual(waiting.slice(0, 1));
    expect(await queueRows(at, 'listener:bad')).toEqual([]);
  });

  test('with an error that tells nothing of the event is brought it for ever', async () => {
    const skuId = await newSku();
    const down: DirectSubscriber = {
      name: 'stream',
      types: 'all',
      take: async (events) => events.map((event) => ({ event, error: 'away', counts: false })),
    };
    await relay([down]);
    const fate = () => ({ error: 'away', status: null, counts: false });
    for (let day = 0; day < 20; day += 1) {
      at.advance(86_400);
      await desk.pass('stream', { fate });
    }
    expect(await queueRows(at, 'stream')).toMatchObject([{ id: `sku:${skuId}:1`, state: 'pending', attempts: 0 }]);
    at.advance(2);
    await desk.pass('stream');
    expect(desk.idsOf()).toEqual([`sku:${skuId}:1`]);
    expect(await desk.stateOf('stream')).toMatchObject({ dead: 0, failingSince: null, failed: 21 });
  });
});

describe('a process that stands still within a transaction', () => {
  /** Holds the lock of rows as such a process does. */
  const standingStill = async (locking: string, work: () => Promise<void>): Promise<void> => {
    const runner = at.dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      expect(await runner.query(locking)).toHaveLength(1);
      await work();
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
  };

  test('at the queue of a subscriber keeps no worker from those of others', async () => {
    await newSku();
    const never = () => true;
    await relay([refusingListener('one', never).direct, refusingListener('two', never).direct]);
    at.advance(60);
    const take = () =>
      at.domain.deliveries.take({ holder: 'w', leaseMs: 1_000, limit: 10, among: ['listener:one', 'listener:two'] });
    await standingStill(`SELECT 1 FROM event_subscriber WHERE subscriber = 'listener:one' FOR UPDATE`, async () => {
      expect(await take()).toEqual(['listener:two']);
    });
    expect((await take()).toSorted()).toEqual(['listener:one', 'listener:two']);
  });

  test('at the lease of the relay keeps neither its holder nor a standby from seeing whose it is', async () => {
    await relay();
    await standingStill(`SELECT 1 FROM lease WHERE name = 'outbox-relay' FOR UPDATE`, async () => {
      expect(await relay([], 'standby')).toEqual({ published: 0, held: false });
      expect(await relay()).toEqual({ published: 0, held: true });
    });
  });
});
