/** Mutations that meet trouble: one key a call, and as many attempts as are safe. */
import { describe, expect, test } from 'vitest';
import { ConnectionError, isGranaryError } from './index.ts';
import { clientOf, failureOf, hold, keysOf, page } from './testing/scripted-client.ts';
import type { Act } from './testing/scripted-server.ts';

describe('a mutation that meets trouble', () => {
  const troubles: { what: string; act: Act }[] = [
    { what: 'a connection dropped after the work', act: { act: 'drop after' } },
    { what: 'an answer cut in the middle', act: { act: 'drop within' } },
    { what: 'a 502 page of a proxy', act: page(502) },
    { what: 'a 503 page of a proxy', act: page(503) },
    { what: 'a 504 page of a proxy', act: page(504) },
    {
      what: 'JSON that is no answer, with status 503',
      act: { act: 'answer', status: 503, body: '{"message":"no upstream"}' },
    },
    { what: 'garbage with status 200', act: { act: 'answer', status: 200, body: '}{' } },
    { what: 'INV_004', act: { act: 'refuse', kind: 'concurrencyConflict', details: { attempts: 3 } } },
    {
      what: 'INV_012',
      act: { act: 'refuse', kind: 'deadlineExceeded', details: { deadlineMs: 5, retryAfterSeconds: 0 } },
    },
    { what: 'INV_013', act: { act: 'refuse', kind: 'rateLimited', details: { retryAfterSeconds: 0 } } },
  ];
  test.each(troubles)('repeats itself after $what, with the same key', async ({ act }) => {
    const { client, server } = await clientOf([act, act]);
    const answer = await client.reservation.reserve.mutate(hold);
    expect(server.received).toHaveLength(3);
    const keys = keysOf(server);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    expect(answer).toEqual({ ...hold, idempotencyKey: keys[0] });
  });

  test('repeats itself after a connection dropped before the work', async () => {
    const { client, server } = await clientOf([{ act: 'drop before' }, { act: 'drop before' }]);
    await client.reservation.reserve.mutate(hold);
    expect(server.received).toHaveLength(3);
  });

  test('keeps the key that the caller gave', async () => {
    const { client, server } = await clientOf([{ act: 'drop after' }]);
    await client.reservation.reserve.mutate({ ...hold, idempotencyKey: 'order-7' });
    expect(keysOf(server)).toEqual(['order-7', 'order-7']);
  });

  test('of two calls each has a key of its own', async () => {
    const { client, server } = await clientOf([]);
    await Promise.all([client.reservation.reserve.mutate(hold), client.reservation.reserve.mutate(hold)]);
    expect(new Set(keysOf(server)).size).toBe(2);
  });

  test('gives up after the retries, and says that the outcome is unknown and by which key it can be learnt', async () => {
    const { client, server } = await clientOf(Array(9).fill({ act: 'drop after' }), { retries: 2 });
    const error = await failureOf(client.reservation.reserve.mutate(hold));
    expect(server.received).toHaveLength(3);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({
      problem: 'unreachable',
      attempts: 3,
      idempotencyKey: keysOf(server)[0],
      hint: expect.stringContaining('idempotencyKey'),
    });
  });

  test('with retries 0 is sent once', async () => {
    const { client, server } = await clientOf([{ act: 'drop after' }], { retries: 0 });
    expect(await failureOf(client.reservation.reserve.mutate(hold))).toBeInstanceOf(ConnectionError);
    expect(server.received).toHaveLength(1);
  });

  test('without an input of its own still carries a key', async () => {
    const { client, server } = await clientOf([{ act: 'drop after' }]);
    await client.reservation.expireDue.mutate({});
    expect(keysOf(server)).toEqual([expect.any(String), keysOf(server)[0]]);
  });

  test('whose input can hold no key is never sent twice', async () => {
    const { client, server } = await clientOf([{ act: 'drop after' }]);
    // A caller without types could do this.
    await failureOf(client.reservation.reserve.mutate([] as unknown as typeof hold));
    expect(server.received).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  test('of Granary is waited for', async () => {
    const { client } = await clientOf([{ act: 'refuse', kind: 'overloaded', details: { retryAfterSeconds: 1 } }]);
    const begun = performance.now();
    await client.reservation.reserve.mutate(hold);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1_000);
  });

  test('of a proxy is waited for', async () => {
    const { client } = await clientOf([{ act: 'answer', status: 503, headers: { 'retry-after': '1' }, body: 'busy' }]);
    const begun = performance.now();
    await client.stock.check.query({ skuId: 'A' });
    expect(performance.now() - begun).toBeGreaterThanOrEqual(1_000);
  });

  test('of more than half a minute is told to the caller at once', async () => {
    const { client, server } = await clientOf([
      { act: 'refuse', kind: 'rateLimited', details: { retryAfterSeconds: 3_600 } },
    ]);
    const error = await failureOf(client.reservation.reserve.mutate(hold));
    expect(isGranaryError(error, 'rateLimited') && error.details.retryAfterSeconds).toBe(3_600);
    expect(server.received).toHaveLength(1);
  });
});
