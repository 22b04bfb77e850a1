/** The examples of every procedure on a real database: what succeeds the standard way is repeated the short way, and answers the same bytes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guide } from '../openapi/guide/all.ts';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { withIds } from '../openapi/testing/requests.ts';
import { appRouter } from '../router.ts';
import { type Api, createApi } from '../server.ts';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { pick, posted } from '../testing/stub-api.ts';
import { bothWays, type Ways } from './testing/both-ways.ts';

let api: RealApi;
let standard: Api;
let ways: Ways;
beforeAll(async () => {
  // Rates are refused while it is off.
  api = await openRealApi({ STOCK_COST_ENABLE_MULTI_CURRENCY: 'true' });
  const { domain, cost } = api.granary;
  standard = createApi({
    ...{ domain, cost, requestDeadlineMs: 5_000, defaultStrategy: 'fifo', leanHttp: false },
    ready: () => api.granary.ready(),
    log: () => undefined,
  });
  ways = { standard: (await standard.listen(0)).url, lean: api.url };
});
afterAll(async () => {
  await standard?.close(0);
  await api?.end();
});

const types = new Map(proceduresOf(appRouter).map(({ path, type }) => [path, type]));

/** The moment of asking is another one for each call, the drift of a clock too; and a secret is told once. */
function still(text: string): string {
  return text
    .replace(/"(?:asOf|now)":"[^"]+"/g, '"asOf":"…"')
    .replace(/differs by -?\d+ ms/, 'differs')
    .replace(/"token":(?:"gk_[^"]+"|null)/, '"token":"…"');
}

test('every example answers 200 both ways, and the same', async () => {
  const earlier = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const [path, { examples }] of Object.entries(guide)) {
    const type = types.get(path);
    if (type === undefined || type === 'subscription') continue;
    for (const [at, { input, from = {} }] of examples.entries()) {
      // The second one to come with a key is told what the first one did.
      const key = type === 'mutation' ? { 'idempotency-key': `${path} ${at}` } : {};
      const init = posted(JSON.stringify(withIds(input, from, earlier)), {
        'content-type': 'application/json',
        ...key,
      });
      const said = await bothWays(ways, `/trpc/${path}`, init);
      expect([path, said.standard.status, said.isLean]).toEqual([path, 200, true]);
      expect([path, still(said.lean.text)]).toEqual([path, still(said.standard.text)]);
      expect([path, said.lean.headers]).toEqual([path, said.standard.headers]);
      if (!earlier.has(path)) earlier.set(path, pick(pick(JSON.parse(said.standard.text), 'result'), 'data'));
      seen.add(path);
    }
  }
  expect(
    [...types]
      .filter(([, type]) => type !== 'subscription')
      .map(([path]) => path)
      .sort(),
  ).toEqual([...seen].sort());
});

test('with GRANARY_HTTP_LEAN=off everything goes the standard way', async () => {
  const off = await openRealApi({ GRANARY_HTTP_LEAN: 'off' });
  try {
    const { isLean } = await bothWays({ standard: ways.standard, lean: off.url }, '/trpc/system.health');
    expect(isLean).toBe(false);
  } finally {
    await off.end();
  }
});
