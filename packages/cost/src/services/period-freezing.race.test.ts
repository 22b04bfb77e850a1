/** A freeze against everything that posts: each call lands before it with its entries in the period, or is refused and leaves none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GranaryError } from '@granary/contracts/error';
import { countOf } from '@granary/domain/testing/database-state';
import { inbound, receipt } from '@granary/domain/testing/inputs';
import { everyMutation } from '@granary/domain/testing/mutation-walk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CostWalker, costPostings, makeRule } from '../testing/cost-walk.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
let walker: CostWalker;
let periodId = '';

beforeAll(async () => {
  at = await openTestCost();
  walker = { at, call: at.call };
  ({ periodId } = await at.cost.periods.create({ name: 'all', startsOn: '2020-01-01', endsOn: '2099-12-31' }, at.call));
  await at.domain.inbound.purchase(inbound('PO-W', [receipt('W', 100)]), at.call);
  await makeRule.work(walker);
});
afterAll(() => closeSoundCost(at));

/** How long the one that goes second waits; a minus lets the call go first. */
const DELAYS_MS = [-12, -6, -3, 0, 2, 4];
const seen = new Set<string>();
const entries = () => countOf(at.dataSource, 'cost_record');
const codeOf = (error: unknown): string => (error instanceof GranaryError ? error.code : String(error));

/** What came of the call, and how many entries there were once the freeze had returned. */
async function raced(work: () => Promise<unknown>, delayMs: number) {
  const after = async (ms: number, then: () => Promise<unknown>) => {
    if (ms > 0) await sleep(ms);
    return await then();
  };
  const outcome = after(delayMs, work).then(() => 'done', codeOf);
  await after(-delayMs, () => at.cost.periods.freeze({ periodId }, at.call));
  const frozenAt = await entries();
  return { outcome: await outcome, frozenAt };
}

const steps = [
  ...everyMutation.map(({ procedure, prepare, work }) => ({
    procedure,
    prepare: () => prepare?.(walker),
    work: () => work(walker),
  })),
  ...costPostings.map(({ procedure, work }) => ({ procedure, prepare: () => undefined, work: () => work(walker) })),
].map((step, place) => [step.procedure, step, DELAYS_MS[place % DELAYS_MS.length] ?? 0] as const);

describe('against a freeze', () => {
  test.each(steps)('%s', async (_procedure, { prepare, work }, delayMs) => {
    await prepare();
    const { outcome, frozenAt } = await raced(work, delayMs);
    expect(['done', 'COST_005']).toContain(outcome);
    // Nothing of it landed once the freeze had returned.
    expect(await entries()).toBe(frozenAt);
    seen.add(outcome);
    await at.cost.periods.unfreeze({ periodId, reason: 'the next one' }, at.call);
    if (outcome === 'COST_005') await work();
  });

  test('some came before it and some too late', () => {
    expect([...seen].toSorted()).toEqual(['COST_005', 'done']);
  });
});
