/** After every mutation of the engine, what was kept of an answer and not forgotten is what the database answers. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReadCache, Sources } from '../ports/read-cache.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { everyMutation } from '../testing/mutation-walk.ts';
import { openTestDomain, type TestDomain, testCall } from '../testing/test-domain.ts';

/** Keeps everything until a change is told of what it was read from. */
const kept = new Map<string, { readonly answer: unknown; readonly sources: Sources }>();
const cache: ReadCache = {
  answers: async <T>(...[{ kind }, keys, load]: Parameters<ReadCache['answers']>) => {
    const missing = keys.filter((key) => !kept.has(`${kind} ${key}`));
    const loaded = missing.length === 0 ? new Map() : await load(missing);
    for (const [key, sourced] of loaded) kept.set(`${kind} ${key}`, sourced);
    return new Map(
      keys.flatMap((key): [string, T][] => {
        const found = kept.get(`${kind} ${key}`);
        return found === undefined ? [] : [[key, found.answer as T]];
      }),
    );
  },
};

function forget(changed: Sources): void {
  for (const [key, { sources }] of kept) {
    const isAny = changed === 'everything' || sources === 'everything';
    if (isAny || sources.some((skuId) => changed.includes(skuId))) kept.delete(key);
  }
}

let at: TestDomain;
let served = 0;
beforeAll(async () => {
  const opened = await openTestDomain({ ports: { cache, onChanged: forget } });
  const advance = (seconds: number) => {
    // Time is no change that anybody tells of.
    kept.clear();
    opened.advance(seconds);
  };
  at = { ...opened, advance };
  await at.domain.inbound.purchase(inbound('P', [receipt('W', 100)]), testCall);
}, 60_000);
afterAll(() => at?.close());

/** A question that is refused has no answer to keep. */
async function answers(): Promise<Readonly<Record<string, unknown>>> {
  const told: Record<string, unknown> = {};
  const criteria = { excludeExpired: true, includeReserved: false };
  for (const { skuId } of (await at.domain.skus.list({ limit: 500 })).items) {
    const asked = {
      check: () => at.domain.stock.check({ skuId }),
      available: () => at.domain.stock.available({ skuId, ...criteria }),
      allocate: () => at.domain.stock.allocate({ skuId, quantity: 1 }),
    };
    for (const [name, ask] of Object.entries(asked))
      told[`${name} ${skuId}`] = await ask().then(
        (answer) => ({ ...answer, asOf: '' }),
        () => 'refused',
      );
  }
  return told;
}

test.each(everyMutation.map((step) => [step.procedure, step.types[0] ?? '', step] as const))(
  'after %s (%s) nothing old is answered',
  async (_procedure, _type, { prepare, work }) => {
    await prepare?.({ at, call: testCall });
    await answers();
    await work({ at, call: testCall });
    served += kept.size;
    const given = await answers();
    kept.clear();
    expect(given).toEqual(await answers());
  },
);

test('a place that is closed has nothing to sell of anything, and opened again it has', async () => {
  const inStock = async () => (await at.domain.stock.check({ skuId: 'HERE' })).inStock;
  const open = async (isActive: boolean) => at.domain.locations.update({ locationId: 'default', isActive }, testCall);
  await at.domain.inbound.purchase(inbound('MORE', [receipt('HERE', 10)]), testCall);
  expect(await inStock()).toBe(true);
  await open(false);
  expect(await inStock()).toBe(false);
  await open(true);
  expect(await inStock()).toBe(true);
});

test('and much was answered without being read again', () => {
  expect(served).toBeGreaterThan(everyMutation.length);
});
