/** Batches that meet trouble: calls share a request, and nothing else; each has its own key, its own failure and its own retries. */
import { expect, test } from 'vitest';
import { isGranaryError } from './index.ts';
import { clientOf, failureOf, hold, keysOf } from './testing/scripted-client.ts';

const holdFor = (businessId: string) => ({ ...hold, businessId });
const shoppers = ['A', 'B', 'C', 'D', 'E'];

test('queries and mutations of one moment go in two requests, as a batch is of one kind', async () => {
  const { client, server } = await clientOf([]);
  await Promise.all([
    client.stock.check.query({ skuId: 'A' }),
    client.reservation.reserve.mutate(hold),
    client.stock.check.query({ skuId: 'B' }),
    client.reservation.release.mutate({ type: 'cart', businessId: 'C' }),
  ]);
  expect(server.received.map(({ path }) => path).sort()).toEqual([
    '/trpc/reservation.reserve,reservation.release',
    '/trpc/stock.check,stock.check',
  ]);
});

test('the calls that are refused are refused, and their neighbours succeed', async () => {
  const data = {
    ...{ code: 'INV_002', kind: 'insufficientStock', message: 'too few', hint: 'h', retryable: false },
    details: { lines: [{ skuId: 'A', locationId: null, requested: 1, available: 0 }] },
  };
  const body = JSON.stringify(
    shoppers.map((name) =>
      name < 'C' ? { error: { message: 'too few', code: -32000, data } } : { result: { data: name } },
    ),
  );
  const { client, server } = await clientOf([{ act: 'answer', status: 207, body }]);
  const outcomes = await Promise.allSettled(shoppers.map((name) => client.reservation.reserve.mutate(holdFor(name))));
  expect(server.received).toHaveLength(1);
  expect(
    outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : isGranaryError(outcome.reason, 'insufficientStock'),
    ),
  ).toEqual([true, true, 'C', 'D', 'E']);
});

test('after a lost answer every call of the batch is repeated with the key that it had', async () => {
  const { client, server } = await clientOf([{ act: 'drop after' }]);
  const answers = await Promise.all(shoppers.map((name) => client.reservation.reserve.mutate(holdFor(name))));
  const keys = keysOf(server);
  expect(keys).toHaveLength(2 * shoppers.length);
  expect(new Set(keys).size).toBe(shoppers.length);
  expect(answers.map((answer) => [answer.businessId, 'idempotencyKey' in answer && answer.idempotencyKey])).toEqual(
    shoppers.map((name, at) => [name, keys[at]]),
  );
});

test('a batch that takes too long is late for each of its calls', async () => {
  const { client, server } = await clientOf([{ act: 'hang' }], { timeoutMs: 100, retries: 0 });
  const failures = await Promise.all(
    shoppers.map((name) => failureOf(client.reservation.reserve.mutate(holdFor(name)))),
  );
  expect(server.received).toHaveLength(1);
  const keys = keysOf(server);
  for (const [at, failure] of failures.entries())
    expect(failure).toMatchObject({ problem: 'timeout', attempts: 1, idempotencyKey: keys[at] });
});
