/**
 * Kept answers under random interleavings of readings, changes and messages, with a clock of its own: what this process has acknowledged
 * is in every later answer, and what another has changed is in every answer a second later.
 */
import type { Question, ReadCache } from '@granary/domain/ports/read-cache';
import { describe, expect, it } from 'vitest';
import { createFreshness, type Freshness } from './freshness.ts';
import { createReadCache, UNHEARD_MS } from './read-cache.ts';

const question: Question<number> = {
  kind: 'stock.check',
  read: (kept) => (typeof kept === 'number' ? kept : undefined),
  asks: (key) => [key],
};
const SKUS = ['A', 'B', 'C'];
const MESSAGE_MS = 50;

/** mulberry32: a run can be repeated by its seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A database of one number a SKU, another process that tells of its changes late or never, and the process that is looked at. */
function world(seed: number, wrong: Partial<Freshness> = {}) {
  const random = randomOf(seed);
  let nowMs = 0;
  let heardAtMs = -Infinity;
  let hears = true;
  const truth = new Map(SKUS.map((skuId) => [skuId, [{ value: 0, atMs: 0 }]]));
  const messages: { readonly skuId: string; readonly sentAtMs: number }[] = [];
  const loads: (() => void)[] = [];
  const freshness = { ...createFreshness(2), ...wrong };
  const cache: ReadCache = createReadCache({ freshness, most: 2, now: () => nowMs, heardAtMs: () => heardAtMs });
  const last = (skuId: string) => truth.get(skuId)?.at(-1)?.value ?? 0;
  const change = (skuId: string) => void truth.get(skuId)?.push({ value: last(skuId) + 1, atMs: nowMs });
  const load = async (skuIds: readonly string[]) => {
    const seen = skuIds.map((skuId): [string, number] => [skuId, last(skuId)]);
    // It was read, and arrives at some later time.
    await new Promise<void>((resolve) => loads.push(resolve));
    return new Map(seen.map(([skuId, answer]) => [skuId, { answer, sources: [skuId], holdsMs: Infinity }]));
  };
  return {
    random,
    freshness,
    last,
    read: async (skuIds: readonly string[]) => await cache.answers(question, skuIds, load),
    land: () => loads.splice(random(loads.length + 1), 1)[0]?.(),
    landAll: () => {
      for (const done of loads.splice(0)) done();
    },
    ownChange: (skuId: string) => {
      change(skuId);
      freshness.changed([skuId]);
    },
    foreignChange: (skuId: string) => {
      change(skuId);
      if (hears) messages.push({ skuId, sentAtMs: nowMs });
    },
    pass: (ms: number) => {
      nowMs += ms;
      while ((messages[0]?.sentAtMs ?? Infinity) + MESSAGE_MS <= nowMs)
        freshness.changed([messages.shift()?.skuId ?? '']);
      // Up to here nothing can have been missed.
      if (hears) heardAtMs = nowMs - MESSAGE_MS;
    },
    /** Loses the line, or takes it up again: what was told meanwhile is lost. */
    toggle: () => {
      hears = !hears;
      messages.length = 0;
      if (hears) freshness.changed('everything');
      else heardAtMs = -Infinity;
    },
    /** What stood so many milliseconds ago. */
    stoodAt: (skuId: string, msAgo: number) =>
      truth.get(skuId)?.findLast(({ atMs }) => atMs <= nowMs - msAgo)?.value ?? 0,
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Answers what was too old, if anything. */
async function run(seed: number, wrong: Partial<Freshness> = {}): Promise<readonly string[]> {
  const at = world(seed, wrong);
  const acknowledged = new Map<string, number>();
  const problems: string[] = [];
  const readings: Promise<void>[] = [];
  const read = async (skuIds: readonly string[]) => {
    const least = skuIds.map((skuId) => Math.max(acknowledged.get(skuId) ?? 0, at.stoodAt(skuId, 1000)));
    const answers = await at.read(skuIds);
    for (const [index, skuId] of skuIds.entries())
      if ((answers.get(skuId) ?? -1) < (least[index] ?? 0))
        problems.push(`${skuId} was ${answers.get(skuId)}, and ${least[index]} was known when it was asked`);
  };
  for (let step = 0; step < 60; step += 1) {
    const skuId = SKUS[at.random(SKUS.length)] ?? 'A';
    const dice = at.random(12);
    if (dice < 4) readings.push(read([skuId]));
    else if (dice < 5) readings.push(read(SKUS));
    else if (dice < 7) at.land();
    else if (dice < 8) {
      at.ownChange(skuId);
      acknowledged.set(skuId, at.last(skuId));
    } else if (dice < 9) at.foreignChange(skuId);
    else if (dice < 11) at.pass(at.random(400));
    else if (at.random(4) === 0) at.toggle();
    await settle();
  }
  let open = true;
  const all = Promise.all(readings).then(() => (open = false));
  while (open) {
    at.landAll();
    await settle();
  }
  await all;
  return problems;
}

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

describe('a kept answer', () => {
  it('is never older than what this process has acknowledged, nor than a second', async () => {
    for (const seed of SEEDS) expect(await run(seed), `seed ${seed}`).toEqual([]);
  });

  it('would be, if changes of this process were not compared with what an answer was read from', async () => {
    const found = await Promise.all(SEEDS.map((seed) => run(seed, { holds: () => true })));
    expect(found.flat().length).toBeGreaterThan(0);
  });

  it('is read by one query for a thousand callers at once', async () => {
    const at = world(1);
    const callers = Promise.all(Array.from({ length: 1000 }, () => at.read(['A'])));
    await settle();
    at.landAll();
    await callers;
    // A second reading would still be waiting.
    expect((await at.read(['A'])).get('A')).toBe(0);
  });

  it('is not given once nobody was heard for a while, and is read again', async () => {
    const at = world(2);
    at.toggle();
    const first = at.read(['A']);
    await settle();
    at.landAll();
    expect((await first).get('A')).toBe(0);
    at.foreignChange('A');
    at.pass(UNHEARD_MS - 1);
    expect((await at.read(['A'])).get('A')).toBe(0);
    at.pass(2);
    const again = at.read(['A']);
    await settle();
    at.landAll();
    expect((await again).get('A')).toBe(1);
  });

  it('of an older reading does not take the place of a newer one', async () => {
    const at = world(3);
    const early = at.read(['A']);
    await settle();
    at.ownChange('A');
    const late = at.read(['A']);
    await settle();
    at.landAll();
    expect((await late).get('A')).toBe(1);
    await early;
    expect((await at.read(['A'])).get('A')).toBe(1);
  });
});
