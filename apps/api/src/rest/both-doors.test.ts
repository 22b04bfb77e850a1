/** Every procedure through both doors: whatever is refused is refused with the same status, code and body. */
import { type ErrorKind, GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorGuide } from '../openapi/error-guide.ts';
import { guide } from '../openapi/guide/all.ts';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { appRouter } from '../router.ts';
import { createApi } from '../server.ts';
import { type Answer, ask, inputOf, openStubApi, pick, post, readyNow, type StubApi } from '../testing/stub-api.ts';
import { stubCost, stubDomain } from '../testing/stub-domain.ts';

const faces = proceduresOf(appRouter).filter(({ type }) => type !== 'subscription');
const inputFor = (path: string) => guide[path]?.examples[0]?.input ?? {};
/** What only the process answers never fails. */
const isAsked = (path: string) => !['system.health', 'system.readiness', 'system.strategies'].includes(path);

let api: StubApi;
let failure: () => unknown = () => new Error('nothing was arranged');
beforeAll(async () => {
  api = await openStubApi({
    answer() {
      throw failure();
    },
  });
});
afterAll(() => api.api.close(0));

interface Said {
  readonly status: number;
  readonly answer: unknown;
  readonly retryAfter: string | null;
}

/** What /trpc says, without its envelope and the status that REST says in its head. */
function ofTrpc({ status, body, headers }: Answer): Said {
  const data = pick(pick(body, 'error'), 'data');
  const { httpStatus, ...answer } = (data ?? {}) as { httpStatus?: number };
  expect(httpStatus).toBe(status);
  return { status, answer: withoutRequestId(answer), retryAfter: headers.get('retry-after') };
}

function ofRest({ status, body, headers }: Answer): Said {
  return { status, answer: withoutRequestId(body), retryAfter: headers.get('retry-after') };
}

/** Each request has an id of its own, which a failure of ours tells. */
function withoutRequestId(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer ?? null).replace(/"requestId":"[\w-]{36}"/, '"requestId":"…"'));
}

/** One call through every way there is: /trpc, POST /v1 and, for a query, GET /v1 with the whole input as JSON. */
async function throughAll(url: string, face: Face, input: unknown) {
  const rest = `${url}/v1/${face.path.replace('.', '/')}`;
  const trpc = ofTrpc(await post(`${url}/trpc/${face.path}`, input));
  const ways = [ofRest(await post(rest, input))];
  if (face.type === 'query') ways.push(ofRest(await ask(`${rest}${inputOf(input)}`)));
  return { trpc, ways };
}

type Face = (typeof faces)[number];
const kinds = Object.keys(errorGuide) as ErrorKind[];
const asked = faces.filter(({ path }) => isAsked(path));
/** Every kind is met by a query and a mutation, and some kinds by every procedure. */
const everywhere: ErrorKind[] = ['insufficientStock', 'duplicate', 'overloaded'];
const oneOfEach = asked.filter(({ path }) => ['stock.check', 'reservation.reserve'].includes(path));

/** All procedures at once: the one failure that is arranged is the same for all of them. */
async function expectSame(url: string, [given, input]: [readonly Face[], (face: Face) => unknown], said: object) {
  await Promise.all(
    given.map(async (face) => {
      const { trpc, ways } = await throughAll(url, face, input(face));
      expect([face.path, trpc]).toMatchObject([face.path, said]);
      for (const way of ways) expect([face.path, way]).toEqual([face.path, trpc]);
    }),
  );
}
const goodInput = ({ path }: Face) => inputFor(path);

describe('a refusal looks the same through both doors', () => {
  test.each(kinds)('%s', async (kind) => {
    const facts = { message: 'The sentence.', hint: 'The hint.', details: errorGuide[kind].details };
    failure = () => new GranaryError(kind, facts);
    await expectSame(api.url, [everywhere.includes(kind) ? asked : oneOfEach, goodInput], { answer: { kind } });
  });

  test('what nobody meant to throw is INV_006 through both', async () => {
    failure = () => Object.assign(new Error('ER_DUP_ENTRY secret'), { status: 400 });
    await expectSame(api.url, [asked, goodInput], { status: 500, answer: { code: 'INV_006' } });
  });

  test.each([
    ['a field that it does not know', (face: Face) => ({ ...inputFor(face.path), admin: true })],
    ['a number', () => 5],
    ['a list', () => []],
  ])('every procedure says the same of %s', async (_what, input) => {
    await expectSame(api.url, [faces, input], { status: 422, answer: { code: 'INV_005' } });
  });

  test('every procedure is refused to who may not, before the domain is asked', async () => {
    const reached: string[] = [];
    const stranger = createApi({
      domain: stubDomain(({ path }) => reached.push(path)),
      cost: stubCost(({ path }) => reached.push(path)),
      requestDeadlineMs: 5_000,
      defaultStrategy: 'fifo',
      ready: () => Promise.resolve(readyNow),
      log: () => undefined,
      principal: { actor: 'nobody', role: 'guest', locationIds: null, may: () => false },
    });
    const { url } = await stranger.listen(0);
    await expectSame(url, [faces, goodInput], { status: 403, answer: { code: 'INV_015' } });
    const refused = await post(`${url}/v1/sku/create`, inputFor('sku.create'));
    expect(refused.body).toMatchObject({ details: { permission: 'sku.write' } });
    expect(reached).toEqual([]);
    await stranger.close(0);
  });
});

test('both doors hand the same input, caller and deadline to the engine', async () => {
  for (const face of asked) {
    failure = () => new GranaryError('overloaded', { message: '', hint: '', details: errorGuide.overloaded.details });
    api.calls.length = 0;
    await throughAll(api.url, face, inputFor(face.path));
    const [first, ...others] = api.calls.map(({ path, input, call }) => ({
      path,
      input,
      caller: call && { ...call.caller, requestId: '' },
      deadlineMs: call?.deadlineMs,
    }));
    expect(others).toHaveLength(face.type === 'query' ? 2 : 1);
    for (const other of others) expect(other).toEqual(first);
  }
});
