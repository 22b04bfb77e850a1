/** Reading calls by way of a cache that was handed in: what it keeps is answered as long as it is an answer. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Question, ReadCache } from '../ports/read-cache.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
/** As text, by kind and key, as another process would keep them. */
const kept = new Map<string, string>();
const asked: string[] = [];
let isLosing = false;

const cache: ReadCache = {
  answers: async (question, keys, load) => {
    if (isLosing) return new Map();
    const placeOf = (key: string) => `${question.kind} ${key}`;
    asked.push(...keys.map((key) => `${question.kind} ${JSON.stringify(question.asks(key))}`));
    const missing = keys.filter((key) => readBack(question, placeOf(key)) === undefined);
    if (missing.length > 0)
      for (const [key, { answer }] of await load(missing)) kept.set(placeOf(key), JSON.stringify(answer));
    return new Map(
      keys.flatMap((key) => {
        const answer = readBack(question, placeOf(key));
        return answer === undefined ? [] : [[key, answer]];
      }),
    );
  },
};

function readBack<T>(question: Question<T>, place: string): T | undefined {
  const text = kept.get(place);
  return text === undefined ? undefined : question.read(JSON.parse(text));
}

beforeAll(async () => {
  at = await openTestDomain({ ports: { cache } });
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5), receipt('B', 7)]), at.call);
});
afterAll(() => at.close());

const available = () => at.domain.stock.available({ skuId: 'A', excludeExpired: true, includeReserved: false });
const allocate = () => at.domain.stock.allocate({ skuId: 'A', quantity: 2 });

test.each<[string, () => Promise<object>, string]>([
  ['stock.check', () => at.domain.stock.check({ skuId: 'A' }), 'stock.check ["A"]'],
  ['stock.available', available, 'stock.available ["A"]'],
  ['stock.allocate', allocate, 'stock.allocate ["A"]'],
])('%s answers what is kept, and asks anew where what is kept is no answer', async (kind, ask, source) => {
  const first = await ask();
  expect(asked).toContain(source);
  expect(await ask()).toEqual(first);
  const [place] = [...kept.keys()].filter((each) => each.startsWith(kind));
  kept.set(place ?? '', '{"skuId":"A"}');
  expect(await ask()).toEqual({ ...first, asOf: expect.any(String) });
});

test('many SKUs are as old as the oldest of their answers', async () => {
  const { items } = await at.domain.stock.checkMany({ skuIds: ['A', 'B'] });
  const early = '2020-01-01T00:00:00.000000Z';
  kept.set('stock.check B', JSON.stringify({ ...items[1], asOf: early }));
  expect(await at.domain.stock.checkMany({ skuIds: ['A', 'B'] })).toMatchObject({ asOf: early });
  expect(await at.domain.stock.checkMany({ skuIds: ['B', 'A'] })).toMatchObject({ asOf: early });
});

test('a cache that loses the answer it was given fails the call', async () => {
  isLosing = true;
  await expect(available()).rejects.toThrow('the answer to stock.available is missing');
  isLosing = false;
});
