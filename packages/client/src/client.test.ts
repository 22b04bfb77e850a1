/** createClient: batches, tokens, urls and types. */
import { describe, expect, expectTypeOf, test } from 'vitest';
import { createClient } from './index.ts';
import { clientOf, hold } from './testing/scripted-client.ts';

describe('batches', () => {
  test('calls of one moment travel together, at most 20, and each is answered its own', async () => {
    const { client, server } = await clientOf([]);
    const answers = await Promise.all(
      Array.from({ length: 45 }, (_, at) => client.stock.check.query({ skuId: `S${at}` })),
    );
    expect(answers).toEqual(Array.from({ length: 45 }, (_, at) => ({ skuId: `S${at}` })));
    expect(server.received.map(({ inputs }) => inputs.length)).toEqual([20, 20, 5]);
  });

  test('large inputs travel alone, so that a batch fits into one body', async () => {
    const { client, server } = await clientOf([]);
    const lines = Array.from({ length: 500 }, (_, at) => ({
      skuId: `${'S'.repeat(60)}${at}`,
      quantity: 1,
      unitCost: '1.00',
    }));
    await Promise.all([
      client.inbound.purchase.mutate({ documentNo: 'A', lines }),
      client.inbound.purchase.mutate({ documentNo: 'B', lines }),
    ]);
    expect(server.received.map(({ inputs }) => inputs.length)).toEqual([1, 1]);
  });

  test('one failing call of a batch is repeated alone, without its neighbours', async () => {
    const body = JSON.stringify([
      { result: { data: 'first' } },
      {
        error: {
          message: 'm',
          code: 1,
          data: {
            code: 'INV_004',
            kind: 'concurrencyConflict',
            message: 'm',
            hint: 'h',
            details: { attempts: 3 },
            retryable: true,
          },
        },
      },
    ]);
    const { client, server } = await clientOf([{ act: 'answer', status: 207, body }]);
    const [first, second] = await Promise.all([
      client.reservation.reserve.mutate(hold),
      client.reservation.reserve.mutate({ ...hold, businessId: 'D' }),
    ]);
    expect(first).toBe('first');
    expect(second).toMatchObject({ businessId: 'D' });
    expect(server.received.map(({ inputs }) => inputs.length)).toEqual([2, 1]);
  });

  test('can be turned off', async () => {
    const { client, server } = await clientOf([], { batch: false });
    await Promise.all([client.system.health.query(), client.stock.check.query({ skuId: 'A' })]);
    expect(server.received.map(({ path }) => path).sort()).toEqual(['/trpc/stock.check', '/trpc/system.health']);
  });
});

describe('createClient', () => {
  test('sends the token as a header', async () => {
    const { client, server } = await clientOf([], { token: 'gk_1_secret' });
    await client.system.health.query();
    expect(server.received[0]?.headers.authorization).toBe('Bearer gk_1_secret');
  });

  test('takes a url with or without a slash or /trpc', async () => {
    const { server } = await clientOf([]);
    for (const url of [server.url, `${server.url}/`, `${server.url}/trpc`, `${server.url}/trpc/`])
      await createClient({ url }).system.health.query();
    expect(new Set(server.received.map(({ path }) => path))).toEqual(new Set(['/trpc/system.health']));
  });

  test('refuses what is no url, and a path that is no call', async () => {
    expect(() => createClient({ url: 'localhost' })).toThrow(/needs the url of the api/);
    const { client } = await clientOf([]);
    expect(() => (client.stock as unknown as () => unknown)()).toThrow(
      /end it with \.query\(input\), \.mutate\(input\) or \.subscribe\(/,
    );
    expect('then' in client.stock ? client.stock.then : undefined).toBeUndefined();
    expect(await Promise.resolve(client.stock)).toBeDefined();
  });

  test('is typed by the router', async () => {
    const { client } = await clientOf([]);
    expectTypeOf(client.stock.check.query).parameter(0).toEqualTypeOf<{ skuId: string }>();
    expectTypeOf<Awaited<ReturnType<typeof client.stock.check.query>>>().toEqualTypeOf<{
      skuId: string;
      inStock: boolean;
      available: number;
      asOf: string;
    }>();
    expectTypeOf(client.reservation).not.toHaveProperty('destroy');
  });
});
