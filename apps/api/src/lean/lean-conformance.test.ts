/** Every procedure the standard way and the short way: status, headers and every byte of the body are the same. */
import { type ErrorKind, GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorGuide } from '../openapi/error-guide.ts';
import { guide } from '../openapi/guide/all.ts';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { appRouter } from '../router.ts';
import { inputOf, JSON_TYPE, openStubApi, posted, type StubApi, stockCheckAnswer } from '../testing/stub-api.ts';
import type { StubCall } from '../testing/stub-domain.ts';
import { bothWays, type Ways } from './testing/both-ways.ts';

const faces = proceduresOf(appRouter).filter(({ type }) => type !== 'subscription');
const queries = faces.filter(({ type }) => type === 'query');

const opened: StubApi[] = [];
let answer: (call: StubCall) => unknown = () => stockCheckAnswer;
let ways: Ways;
let withTokens: Ways;
beforeAll(async () => {
  ways = await openWays({});
  withTokens = await openWays({ access: 'tokens' });
});
afterAll(() => Promise.all(opened.map(({ api }) => api.close(0))));

async function openWays(options: { readonly access?: 'tokens' }): Promise<Ways> {
  const given = { ...options, answer: (call: StubCall) => answer(call) };
  const [standard, lean] = await Promise.all([
    openStubApi({ ...given, leanHttp: false }),
    openStubApi({ ...given, leanHttp: true }),
  ]);
  opened.push(standard, lean);
  return { standard: standard.url, lean: lean.url };
}

async function expectSame(path: string, init: RequestInit, given: { isLean: boolean; ways?: Ways }): Promise<number> {
  const { standard, lean, isLean } = await bothWays(given.ways ?? ways, path, init);
  expect([path, lean]).toEqual([path, standard]);
  expect([path, isLean]).toEqual([path, given.isLean]);
  return lean.status;
}

const json = (value: unknown, headers: Record<string, string> = {}) =>
  posted(JSON.stringify(value), { ...JSON_TYPE, ...headers });
const example = (path: string) => guide[path]?.examples[0]?.input ?? {};
const RESERVE = '/trpc/reservation.reserve';
const CHECK = '/trpc/stock.check';

describe('every procedure', () => {
  test.each<[what: string, init: (path: string) => RequestInit]>([
    ['its example', (path) => json(example(path))],
    ['its example with a key', (path) => json(example(path), { 'idempotency-key': 'once' })],
    ['nothing', () => json({})],
    ['a field that it does not know', (path) => json({ ...example(path), admin: true })],
    ['null', () => json(null)],
    ['a number', () => json(5)],
    ['a list', () => json([])],
    ['a key of prototypes', () => posted('{"__proto__":{"skuId":"A"},"constructor":{"prototype":1}}')],
    ['a token in the wrong place', () => json({ skuId: `gk_01JD7Z5K3M8Q2W4E6R7T8Y9ZAB_${'x'.repeat(43)}` })],
  ])('answers the same to %s', async (_what, init) => {
    answer = () => undefined;
    for (const { path } of faces) await expectSame(`/trpc/${path}`, init(path), { isLean: true });
    expect(faces.length).toBeGreaterThan(100);
  });

  test('answers the same to a GET, which for a mutation is no call', async () => {
    answer = () => undefined;
    for (const { path, type } of faces)
      await expectSame(`/trpc/${path}${inputOf(example(path))}`, {}, { isLean: type === 'query' });
    for (const { path } of queries) await expectSame(`/trpc/${path}`, {}, { isLean: true });
  });

  test('answers the same in a batch with its like', async () => {
    answer = () => undefined;
    for (const { path } of faces) {
      const inputs = { 0: example(path), 1: { unknown: 1 } };
      await expectSame(`/trpc/${path},${path},${path}?batch=1`, json(inputs), { isLean: true });
    }
    for (const { path } of queries)
      await expectSame(
        `/trpc/${path},stock.check?batch=1&${inputOf({ 0: example(path) }).slice(1)}`,
        {},
        { isLean: true },
      );
  });

  test.each(['a guest', 'a token that lets nobody in'])('answers the same to %s', async (who) => {
    answer = () => undefined;
    const headers: Record<string, string> = who === 'a guest' ? {} : { authorization: 'Bearer gk_nobody' };
    for (const { path } of faces)
      await expectSame(`/trpc/${path}`, json(example(path), headers), { isLean: true, ways: withTokens });
    const twice = json({}, { ...headers });
    await expectSame(`${CHECK},sku.list?batch=1`, twice, { isLean: true, ways: withTokens });
  });
});

test.each(Object.keys(errorGuide) as ErrorKind[])('a refusal of the engine looks the same: %s', async (kind) => {
  answer = () => {
    throw new GranaryError(kind, { message: 'The sentence.', hint: 'The hint.', details: errorGuide[kind].details });
  };
  await expectSame(RESERVE, json(example('reservation.reserve')), { isLean: true });
  await expectSame(`${CHECK}${inputOf({ skuId: 'A' })}`, {}, { isLean: true });
});

test('what nobody meant to throw, and an answer that breaks its own schema, look the same', async () => {
  for (const wrong of [() => Promise.reject(new Error('ER_DUP_ENTRY')), () => ({ skuId: 5 })]) {
    answer = wrong;
    expect(await expectSame(CHECK, json({ skuId: 'A' }), { isLean: true })).toBe(500);
  }
});

describe('a batch', () => {
  const mixed = json({ 0: { skuId: 'A' }, 1: { skuId: '' }, 2: { skuId: 'ẞ漢😀' } });

  test('of good and bad calls is a 207, of like ones what they are', async () => {
    answer = ({ input }) => ({ ...stockCheckAnswer, ...(input as object) });
    const of = (count: number) => `/trpc/${Array(count).fill('stock.check').join(',')}?batch=1`;
    const good = { skuId: 'A' };
    const same = (count: number, init: RequestInit) => expectSame(of(count), init, { isLean: true });
    expect(await same(3, mixed)).toBe(207);
    expect(await same(1, json({ 0: good }))).toBe(200);
    expect(await same(20, json(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [at, good]))))).toBe(200);
    expect(await same(2, json({}))).toBe(422);
    expect(await same(2, json({ 1: good, 7: good, __proto__: 1 }))).toBe(207);
    // One header cannot name the keys of two.
    expect(await same(2, json({ 0: good, 1: good }, { 'idempotency-key': 'one' }))).toBe(400);
  });

  test('that waits longer for one call than for another answers in the order of the calls', async () => {
    answer = async ({ input }) => {
      const { skuId } = input as { skuId: string };
      await new Promise((resolve) => setTimeout(resolve, skuId === 'slow' ? 50 : 0));
      return { ...stockCheckAnswer, skuId };
    };
    const inputs = json({ 0: { skuId: 'slow' }, 1: { skuId: 'quick' } });
    expect(await expectSame(`${CHECK},stock.check?batch=1`, inputs, { isLean: true })).toBe(200);
  });
});

/** What is unusual, wrong or unknown goes the standard way; what looks odd and is ordinary need not. */
const others: { what: string; path: string; init?: RequestInit; status: number; isLean?: boolean }[] = [
  { what: 'malformed JSON', path: RESERVE, init: posted('{"skuId":'), status: 400 },
  { what: 'no JSON at all', path: RESERVE, init: posted(''), status: 422 },
  { what: 'an empty batch', path: `${CHECK}?batch=1`, init: posted(''), status: 422 },
  { what: 'a batch without its object', path: `${CHECK}?batch=1`, init: json([{ skuId: 'A' }]), status: 400 },
  {
    what: 'a batch of 21',
    path: `/trpc/${Array(21).fill('stock.check').join(',')}?batch=1`,
    init: json({}),
    status: 400,
  },
  { what: 'a batch with an empty name', path: `${CHECK},?batch=1`, init: json({}), status: 400 },
  { what: 'a batch of both kinds', path: `${CHECK},sku.create?batch=1`, init: json({}), status: 400 },
  { what: 'a batch with an unknown name', path: `${CHECK},sku.explode?batch=1`, init: json({}), status: 207 },
  { what: 'a batch that is none', path: `${CHECK},stock.check`, init: json({}), status: 404 },
  { what: 'an unknown procedure', path: '/trpc/sku.explode', init: json({}), status: 404 },
  { what: 'a name of prototypes', path: '/trpc/__proto__', init: json({}), status: 404 },
  { what: 'a name of Object', path: '/trpc/constructor', init: json({}), status: 404 },
  { what: 'a folder', path: '/trpc/x/stock.check', init: json({}), status: 404 },
  { what: 'an escaped name', path: '/trpc/stock%2Echeck', init: json({ skuId: 'A' }), status: 200 },
  { what: 'invalid UTF-8', path: RESERVE, init: posted(new Uint8Array([0x22, 0xff, 0x22])), status: 400 },
  { what: 'a byte order mark', path: CHECK, init: posted('\ufeff{"skuId":"A"}'), status: 200 },
  { what: 'unicode', path: CHECK, init: json({ skuId: 'ẞ漢😀' }), status: 200, isLean: true },
  { what: 'another type', path: RESERVE, init: posted('{}', { 'content-type': 'text/plain' }), status: 415 },
  {
    what: 'a charset',
    path: CHECK,
    init: posted('{"skuId":"A"}', { 'content-type': 'application/json; charset=UTF-8' }),
    status: 200,
    isLean: true,
  },
  { what: 'an encoding', path: RESERVE, init: posted('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }), status: 415 },
  { what: 'one byte over the limit', path: RESERVE, init: posted(`"${'a'.repeat(1_048_575)}"`), status: 413 },
  { what: 'exactly the limit', path: RESERVE, init: posted(`"${'a'.repeat(1_048_574)}"`), status: 422, isLean: true },
  { what: 'too deep a body', path: RESERVE, init: posted(`${'['.repeat(33)}${']'.repeat(33)}`), status: 422 },
  { what: 'PUT', path: RESERVE, init: { method: 'PUT', body: '{}' }, status: 405 },
  { what: 'OPTIONS', path: RESERVE, init: { method: 'OPTIONS' }, status: 405 },
  { what: 'an escaped input', path: `${CHECK}${inputOf({ skuId: 'ẞ 漢😀+' })}`, status: 200, isLean: true },
  { what: 'a plus for a space', path: `${CHECK}?input=%7B%22skuId%22:+%22A%22%7D`, status: 200 },
  { what: 'an input of broken escapes', path: `${CHECK}?input=%E0%A4%A`, status: 400 },
  { what: 'an input that is no JSON', path: `${CHECK}?input=abc`, status: 400 },
  { what: 'two inputs', path: `${CHECK}?input=1&input=2`, status: 400 },
  { what: 'another parameter', path: `${CHECK}${inputOf({ skuId: 'A' })}&lang=de`, status: 200 },
  { what: 'a batch that is called 0', path: `${CHECK}?batch=0`, init: json({ skuId: 'A' }), status: 200 },
  {
    what: 'a POST with an input in its URL',
    path: `${CHECK}${inputOf({ skuId: 'B' })}`,
    init: json({ skuId: 'A' }),
    status: 200,
  },
  { what: 'a GET with a type', path: `${CHECK}${inputOf({ skuId: 'A' })}`, init: { headers: JSON_TYPE }, status: 200 },
  {
    what: 'a wish for lines',
    path: `${CHECK}?batch=1`,
    init: json({ 0: { skuId: 'A' } }, { accept: 'text/html' }),
    status: 200,
    isLean: true,
  },
  {
    what: 'an id of its own',
    path: CHECK,
    init: json({ skuId: 'A' }, { 'x-request-id': 'mine-1' }),
    status: 200,
    isLean: true,
  },
];

test.each(others)('$what is answered the same, $status', async ({ path, init = {}, status, isLean = false }) => {
  answer = ({ input }) => ({ ...stockCheckAnswer, ...(input as object) });
  expect(await expectSame(path, init, { isLean })).toBe(status);
});

test('a stream of JSON lines goes the standard way', async () => {
  answer = () => stockCheckAnswer;
  const init = json({ 0: { skuId: 'A' } }, { 'trpc-accept': 'application/jsonl' });
  const [standard, lean] = await Promise.all(
    [ways.standard, ways.lean].map(async (url) => (await fetch(`${url}${CHECK}?batch=1`, init)).text()),
  );
  expect(lean?.split('\n').length).toBeGreaterThan(2);
  expect(lean).toBe(standard);
});

test('both ways hand the same input and caller to the engine', async () => {
  answer = () => undefined;
  const headers = { 'user-agent': 'shop/1', 'idempotency-key': 'k-1', 'x-request-id': 'seen' };
  for (const { path } of faces) {
    for (const { calls } of opened) calls.length = 0;
    await bothWays(ways, `/trpc/${path}`, json(example(path), headers));
    const [standard, lean] = opened.map(({ calls }) => calls);
    expect([path, lean]).toEqual([path, standard]);
  }
});
