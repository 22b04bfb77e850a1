/** Whoever sends the examples of the served document, in its order, to an empty Granary gets nothing but successes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, ask, inputOf, pick, post } from '../testing/stub-api.ts';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { appRouter } from '../router.ts';
import type { OpenapiDocument } from './document-type.ts';
import { guide } from './guide/all.ts';
import { proceduresOf } from './procedure-face.ts';
import { bodyOf, type ExampleRequest, requestsOf, send } from './testing/requests.ts';

let api: RealApi;
let document: OpenapiDocument;
const earlier = new Map<string, unknown>();
const done: { readonly request: ExampleRequest; readonly key: string; readonly answer: Answer }[] = [];
beforeAll(async () => {
  // Rates are refused while it is off.
  api = await openRealApi({ STOCK_COST_ENABLE_MULTI_CURRENCY: 'true' });
  document = (await ask(`${api.url}/v1/openapi.json`)).body as OpenapiDocument;
});
afterAll(() => api?.end());

const faces = proceduresOf(appRouter).filter(({ type }) => type !== 'subscription');
const mutations = new Set(faces.filter(({ type }) => type === 'mutation').map(({ path }) => path));

/** What an answer says differently when it is asked for again: a webhook that was removed has no secret any more. */
function toldLater({ procedure, what }: ExampleRequest): object {
  if (procedure === 'token.create') return { token: null };
  return procedure === 'webhook.create' && what.includes('every event') ? { secret: null } : {};
}

test('every example request of the document succeeds, and its answer passes the schema of the procedure', async () => {
  const outputs = new Map(faces.map(({ path, output }) => [path, output]));
  const failed: unknown[] = [];
  const requests = requestsOf(document);
  for (const request of requests) {
    // Each mutation under /v1 gets a key, so that its very answer can be asked for again through the other door.
    const key = mutations.has(request.procedure) && request.path.startsWith('/v1/') ? request.what : undefined;
    const answer = await send(api.url, request, { earlier, ...(key === undefined ? {} : { key }) });
    if (key !== undefined) done.push({ request, key, answer });
    if (answer.status !== 200) failed.push([request.what, answer.text]);
    const problem = outputs.get(request.procedure)?.safeParse(answer.body).error;
    if (problem !== undefined) failed.push([request.what, problem.issues]);
    if (!earlier.has(request.procedure)) earlier.set(request.procedure, answer.body);
  }
  expect(failed).toEqual([]);
  expect(new Set(requests.map(({ procedure }) => procedure))).toEqual(new Set(faces.map(({ path }) => path)));
  expect(new Set(requests.map(({ path, method }) => `${method} ${path}`)).size).toBeGreaterThanOrEqual(75);
});

describe('what succeeds answers the same through both doors', () => {
  const dataOf = ({ body }: Answer) => pick(pick(body, 'result'), 'data');
  const input = (path: string) => {
    const [first] = guide[path]?.examples ?? [];
    const sources = Object.entries(first?.from ?? {}).map(([field, source]) => {
      const [procedure = '', key = ''] = source.split('#/');
      const value = key.split('/').reduce<unknown>((inner, part) => pick(inner, part), earlier.get(procedure));
      return [field, value] as const;
    });
    return { ...first?.input, ...Object.fromEntries(sources) };
  };
  /** The moment of asking is another one for each call, and so is the drift of a clock. */
  const still = (value: unknown) =>
    JSON.stringify(value)
      .replace(/"(?:asOf|now)":"[^"]+"/g, '"asOf":"…"')
      .replace(/differs by -?\d+ ms/, 'differs');

  test('every query', async () => {
    for (const { path } of faces.filter(({ type }) => type === 'query')) {
      const rest = `${api.url}/v1/${path.replace('.', '/')}`;
      const trpc = await post(`${api.url}/trpc/${path}`, input(path));
      expect([path, trpc.status]).toEqual([path, 200]);
      for (const answer of [await post(rest, input(path)), await ask(`${rest}${inputOf(input(path))}`)])
        expect([path, answer.status, still(answer.body)]).toEqual([path, 200, still(dataOf(trpc))]);
    }
  });

  test('every mutation, repeated through the other door with its key', async () => {
    expect(new Set(done.map(({ request }) => request.procedure))).toEqual(mutations);
    for (const { request, key, answer } of done) {
      const { procedure: path } = request;
      const trpc = await post(`${api.url}/trpc/${path}`, bodyOf(request, earlier), { 'idempotency-key': key });
      // The secret of a token is told once, and that of a webhook as long as the webhook has it.
      const told = { ...(answer.body as object), ...toldLater(request) };
      expect([path, trpc.status, dataOf(trpc)]).toEqual([path, 200, told]);
    }
  });

  test('what the rows refuse', async () => {
    const none = { skuId: 'NONE' };
    for (const [path, given, status] of [
      ['stock.explain', none, 404],
      ['reservation.reserve', { ...none, quantity: 1, type: 'cart', businessId: 'C' }, 404],
      ['reservation.reserve', { skuId: 'MUG', quantity: 9_999, type: 'cart', businessId: 'C' }, 400],
      ['location.create', { locationId: 'default' }, 409],
      ['stock.allocate', { skuId: 'MUG', quantity: 1, strategy: 'luck' }, 422],
    ] as const) {
      const rest = await post(`${api.url}/v1/${path.replace('.', '/')}`, given);
      const trpc = await post(`${api.url}/trpc/${path}`, given);
      expect([path, rest.status, trpc.status]).toEqual([path, status, status]);
      expect(pick(pick(trpc.body, 'error'), 'data')).toEqual({ ...(rest.body as object), httpStatus: status });
    }
  });
});
