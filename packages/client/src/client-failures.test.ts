/** What is not repeated, and how it is told: refusals with typed details, pages that are not Granary's, lateness and leaving. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { GranaryError, isGranaryError } from './index.ts';
import { clientOf, failureOf, hold, keysOf, page } from './testing/scripted-client.ts';

describe('what is not repeated', () => {
  test('a refusal, whose details are typed', async () => {
    const lines = [{ skuId: 'A', locationId: null, requested: 5, available: 2 }];
    const { client, server } = await clientOf([{ act: 'refuse', kind: 'insufficientStock', details: { lines } }]);
    const error = await failureOf(client.reservation.reserve.mutate(hold));
    expect(server.received).toHaveLength(1);
    expect(error).toBeInstanceOf(GranaryError);
    expect(isGranaryError(error)).toBe(true);
    expect(isGranaryError(error, 'validation')).toBe(false);
    if (!isGranaryError(error, 'insufficientStock')) throw error;
    expectTypeOf(error.details.lines[0]?.available).toEqualTypeOf<number | undefined>();
    expect(error.details.lines).toEqual(lines);
    expect({ code: error.code, hint: error.hint, retryable: error.retryable }).toEqual({
      code: 'INV_002',
      hint: 'a hint',
      retryable: false,
    });
  });

  test.each([400, 401, 404, 413])('a page with status %i: the url is wrong, and stays wrong', async (status) => {
    const { client, server } = await clientOf([page(status)]);
    expect(await failureOf(client.reservation.reserve.mutate(hold))).toMatchObject({
      name: 'ConnectionError',
      problem: 'unreadable',
      status,
      attempts: 1,
    });
    expect(server.received).toHaveLength(1);
  });

  test('an error of a kind that this client does not know is no answer that it could type', async () => {
    const body = JSON.stringify({
      error: {
        message: 'm',
        code: 1,
        data: { code: 'INV_999', kind: 'toString', message: 'm', hint: 'h', details: {} },
      },
    });
    const { client } = await clientOf([{ act: 'answer', status: 409, body }]);
    expect(await failureOf(client.reservation.reserve.mutate(hold))).toMatchObject({
      problem: 'unreadable',
      status: 409,
    });
  });
});

describe('time and abort', () => {
  test('an attempt that takes too long is a timeout, and is repeated with the same key', async () => {
    const { client, server } = await clientOf([{ act: 'hang' }], { timeoutMs: 200 });
    await client.reservation.reserve.mutate(hold);
    expect(new Set(keysOf(server)).size).toBe(1);
    expect(server.received).toHaveLength(2);
  });

  test('without retries it is told as a timeout', async () => {
    const { client } = await clientOf([{ act: 'hang' }], { timeoutMs: 100, retries: 0 });
    expect(await failureOf(client.stock.check.query({ skuId: 'A' }))).toMatchObject({
      problem: 'timeout',
      message: expect.stringContaining('100 ms'),
    });
  });

  test('the caller of one call in a batch may leave; the others go on', async () => {
    const { client, server } = await clientOf([{ act: 'hang' }], { timeoutMs: 1_000 });
    const leaving = new AbortController();
    const left = failureOf(client.stock.check.query({ skuId: 'A' }, { signal: leaving.signal }));
    const stays = client.stock.check.query({ skuId: 'B' });
    setTimeout(() => leaving.abort(), 50);
    const begun = performance.now();
    expect(await left).toMatchObject({ problem: 'aborted' });
    expect(performance.now() - begun).toBeLessThan(800);
    expect(await stays).toEqual({ skuId: 'B' });
    expect(server.received.map(({ inputs }) => inputs.length)).toEqual([2, 1]);
  });

  test('the caller may leave while the client waits to try again', async () => {
    const { client, server } = await clientOf([
      { act: 'refuse', kind: 'overloaded', details: { retryAfterSeconds: 20 } },
    ]);
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 100);
    const error = await failureOf(client.reservation.reserve.mutate(hold, { signal: leaving.signal }));
    expect(error).toMatchObject({ problem: 'aborted', attempts: 1, idempotencyKey: keysOf(server)[0] });
  });

  test('a server that is not there is unreachable', async () => {
    const { client, server: gone } = await clientOf([], { retries: 1 });
    await gone.close();
    expect(await failureOf(client.stock.check.query({ skuId: 'A' }))).toMatchObject({
      problem: 'unreachable',
      attempts: 2,
      idempotencyKey: undefined,
    });
  });
});
