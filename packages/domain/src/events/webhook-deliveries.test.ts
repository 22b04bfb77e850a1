/** The queues of webhooks: in order, each event once whatever becomes of relays and workers, retries, death and replay. */
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

const webhook = async (types?: readonly StockEvent['type'][]) => {
  const input = { url: 'https://example.com/x', ...(types === undefined ? {} : { types: [...types] }) };
  const { webhookId } = await at.domain.webhooks.create(input, at.call);
  return { webhookId, subscriber: `webhook:${webhookId}` };
};

describe('a webhook', () => {
  test('gets the types that it takes from when it was made, in order along each aggregate, and each once', async () => {
    await newSku();
    const some = await webhook(['stock.sku.updated']);
    const all = await webhook();
    const [a, b] = [await newSku(), await newSku()];
    for (const skuId of [a, b, a, b]) await rename(skuId);
    await relay();
    await desk.pass(some.subscriber);
    expect(desk.idsOf().toSorted()).toEqual(
      [a, b].flatMap((skuId) => [2, 3].map((to) => `sku:${skuId}:${to}`)).toSorted(),
    );
    await desk.pass(all.subscriber);
    const got = desk.got.splice(0).filter(({ aggregate }) => aggregate.id === a);
    expect(got.map(({ toVersion }) => toVersion)).toEqual([1, 2, 3]);
  });

  test('loses nothing and gets nothing twice when a relay dies after it handed over and before it forgot', async () => {
    const { subscriber } = await webhook();
    await relay();
    await desk.pass(subscriber);
    desk.idsOf();
    const skuId = await newSku();
    const direct = refusingListener('near');
    await at.dataSource.query('DELETE FROM lease');
    const dying = at.domain.relay.publishOnce({
      ...{ holder: 'dying', leaseMs: 1, limit: 100, subscribers: [direct.direct] },
      publish: () => Promise.reject(new Error('killed')),
    });
    await expect(dying).rejects.toThrow('killed');
    expect(await queueRows(at, subscriber)).toEqual([]);
    await at.dataSource.query('DELETE FROM lease');
    await relay([direct.direct]);
    expect(direct.heard).toEqual([`sku:${skuId}:1`, `sku:${skuId}:1`]);
    await desk.pass(subscriber);
    expect(desk.idsOf()).toEqual([`sku:${skuId}:1`]);
  });

  test('gets nothing twice from a relay that wakes up after its lease, and loses nothing', async () => {
    const { subscriber } = await webhook();
    await relay();
    await desk.pass(subscriber);
    desk.idsOf();
    const skuId = await newSku();
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    await at.dataSource.query('DELETE FROM lease');
    const paused = refusingListener('paused', () => true);
    const slow = at.domain.relay.publishOnce({
      ...{ holder: 'slow', leaseMs: 1, limit: 100, subscribers: [paused.direct] },
      publish: () => asleep,
    });
    await expect.poll(async () => (await relay([], 'quick')).published).toBe(1);
    await rename(skuId);
    await relay([], 'quick');
    await desk.pass(subscriber);
    wake();
    await slow;
    // What another relay has passed is not queued again, and not parked for what this one saw failing.
    expect(await queueRows(at, 'listener:paused')).toEqual([]);
    await rename(skuId);
    await at.dataSource.query('DELETE FROM lease');
    await relay([], 'slow');
    await desk.pass(subscriber);
    expect(desk.idsOf()).toEqual([1, 2, 3].map((version) => `sku:${skuId}:${version}`));
  });

  test('that fails is tried again by the schedule, sooner never than it asks for, then given up and replayed in order', async () => {
    const { webhookId, subscriber } = await webhook(['stock.sku.created', 'stock.sku.updated']);
    const skuId = await newSku();
    await rename(skuId);
    await relay();
    const fate = () => ({ error: 'HTTP 500', status: 500, retryAfterMs: 50_000 });
    await desk.pass(subscriber, { fate });
    at.advance(40);
    expect(await desk.pass(subscriber, { fate })).toBeUndefined();
    at.advance(11);
    expect(await desk.pass(subscriber, { fate })).toHaveLength(1);
    at.advance(121);
    await desk.pass(subscriber, { fate });
    for (const seconds of [0, 60, 130]) {
      at.advance(seconds);
      await desk.pass(subscriber, { fate });
    }
    const dead = await at.domain.webhooks.deliveries({ webhookId, state: 'dead', limit: 10 });
    expect(dead.items).toMatchObject([
      { eventId: `sku:${skuId}:1`, attempts: 3, lastStatus: 500, nextAttemptAt: null },
      { eventId: `sku:${skuId}:2`, attempts: 3, lastError: 'HTTP 500' },
    ]);
    await rename(skuId);
    await relay();
    expect(await at.domain.webhooks.replay({ webhookId, eventIds: [`sku:${skuId}:2`] }, at.call)).toEqual({
      webhookId,
      replayed: 1,
    });
    expect((await queueRows(at, subscriber)).map(({ id, isFirst, attempts }) => [id, isFirst, attempts])).toEqual([
      [`sku:${skuId}:1`, 0, 3],
      [`sku:${skuId}:2`, 1, 0],
      [`sku:${skuId}:3`, 0, 0],
    ]);
    expect(await at.domain.webhooks.replay({ webhookId }, at.call)).toEqual({ webhookId, replayed: 1 });
    await desk.pass(subscriber);
    expect(desk.idsOf()).toEqual([1, 2, 3].map((version) => `sku:${skuId}:${version}`));
    await expect(at.domain.webhooks.replay({ webhookId, eventIds: ['sku:none:1'] }, at.call)).rejects.toThrow(
      'dead event',
    );
    const { delivery } = await at.domain.webhooks.get({ webhookId });
    expect(delivery).toMatchObject({
      pending: 0,
      dead: 0,
      delivered: 3,
      failed: 6,
      failingSince: null,
      waitingSince: null,
    });
  });

  test('is served by one worker at a time; of one that has gone silent what it delivered counts, and what it failed at does not', async () => {
    const { subscriber } = await webhook();
    const skuId = await newSku();
    await rename(skuId);
    await relay();
    const { deliveries } = at.domain;
    const take = (holder: string) => deliveries.take({ holder, leaseMs: 10_000, limit: 5, among: 'webhooks' });
    expect(await take('one')).toEqual([subscriber]);
    expect(await take('two')).toEqual([]);
    expect(await take('one')).toEqual([subscriber]);
    at.advance(11);
    expect(await take('two')).toEqual([subscriber]);
    const aggregate = `sku:${skuId}`;
    const results = [
      { ok: true, eventId: `${aggregate}:1`, aggregate },
      { ok: false, eventId: `${aggregate}:2`, aggregate, error: 'late', status: null },
    ] as const;
    const settled = await deliveries.settle({
      subscriber,
      holder: 'one',
      leaseMs: 10_000,
      results,
      schedule: { delaysMs: [] },
    });
    expect(settled).toEqual({ isOurs: false, died: [] });
    expect((await queueRows(at, subscriber)).filter(({ id }) => id.startsWith(aggregate))).toMatchObject([
      { id: `${aggregate}:2`, state: 'pending', attempts: 0 },
    ]);
    expect(await take('one')).toEqual([]);
  });

  test.each([
    ['answers 410', { status: 410 }, /410/],
    ['has failed for very long', { status: 500, disableAfterMs: 3_600_000 }, /failed without a success/],
  ])('that %s is disabled, keeps what waits, and goes on when it is enabled', async (_what, given, reason) => {
    const { webhookId, subscriber } = await webhook();
    const skuId = await newSku();
    await relay();
    const { status, ...limits } = given;
    const long = { ...limits, fate: () => ({ error: 'no', status }), schedule: { delaysMs: [1_000, 1_000, 1_000] } };
    await desk.pass(subscriber, long);
    at.advance(3_700);
    await desk.pass(subscriber, long);
    const disabled = await at.domain.webhooks.get({ webhookId });
    expect(disabled).toMatchObject({ isActive: false, disabledReason: expect.stringMatching(reason) });
    await rename(skuId);
    await relay();
    at.advance(60);
    expect(await at.domain.deliveries.take({ holder: 'x', leaseMs: 1, limit: 9, among: 'webhooks' })).toEqual([]);
    await expect(at.domain.webhooks.test({ webhookId }, at.call)).rejects.toThrow('disabled');
    const [told] = await at.dataSource.query(
      `SELECT after_json AS after FROM command WHERE procedure_name = 'webhook.update' AND actor = 'worker' ORDER BY command_id DESC LIMIT 1`,
    );
    expect(told.after).toMatch(reason);
    // What rested for long is tried at once.
    await at.dataSource.query(
      'UPDATE event_delivery SET next_attempt_at = NOW() + INTERVAL 9 DAY WHERE next_attempt_at IS NOT NULL',
    );
    await at.domain.webhooks.update({ webhookId, isActive: true }, at.call);
    await desk.pass(subscriber);
    expect(desk.idsOf()).toContain(`sku:${skuId}:1`);
    expect((await at.domain.webhooks.get({ webhookId })).disabledReason).toBeNull();
  });

  test('is had by one of many workers that ask at once', async () => {
    const { subscriber } = await webhook();
    await newSku();
    await relay();
    for (let round = 0; round < 5; round += 1) {
      const takings = Array.from({ length: 8 }, (_, each) =>
        at.domain.deliveries.take({ holder: `worker-${each}`, leaseMs: 10_000, limit: 5, among: 'webhooks' }),
      );
      expect((await Promise.all(takings)).flat()).toEqual([subscriber]);
      at.advance(11);
    }
  });
});
