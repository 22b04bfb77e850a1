/** Crowds that do not wait: thrice what REF could take, and twice what the engine can. */
import type { BenchContext, Goal } from '../bench.ts';
import { rounded } from '../bench.ts';
import { watchBatchSizes } from '../load/batch-sizes.ts';
import { closedLoop } from '../load/closed-loop.ts';
import { openLoop, type OpenMeasured } from '../load/open-loop.ts';
import type { Stage } from '../load/stage.ts';
import { medianOf } from '../load/turns.ts';
import { callOf, type Cell, comparedArms } from './cells.ts';

const CROWD_MS = 30_000;
const OVERLOAD_MS = 5000;
/** A crowd of a moment says nothing. */
const LEAST_MS = 100;
const RECOVERY_MS = 2000;
/** Of a second's arrivals that may wait at once: more of them would be a queue that grows. */
const MOST_BACKLOG = 0.1;
const LEAST_OF_OWN_MAXIMUM = 0.7;
const SHED = 'INV_012';

export interface Crowd {
  readonly goals: readonly Goal[];
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface CrowdPlan {
  readonly cells: readonly Cell[];
  readonly skuIds: readonly string[];
  readonly ms: number;
}

export async function meetCrowds(stage: Stage, plan: CrowdPlan, context: BenchContext): Promise<Crowd> {
  const hot = plan.cells.filter(({ load }) => load === 'hot');
  const most = (name: 'REF' | 'Granary') => Math.max(...hot.map(({ rounds }) => medianOf(rounds, name, 'perSecond')));
  const yard = hot.find(({ callers }) => callers === 64) ?? hot[0];
  if (yard === undefined) throw new Error('no hot SKU was measured');
  const reserve = callOf(comparedArms(stage, plan.skuIds), 'Granary');
  const ms = Math.max(LEAST_MS, context.sized(CROWD_MS));
  const sizes = watchBatchSizes(stage.granary);
  const perSecond = 3 * most('REF');
  const thrice = await openLoop(reserve, { perSecond, ms });
  const batchSizes = await sizes();
  context.say(`open loop: ${JSON.stringify(told(thrice))}`);
  const overloadMs = Math.max(LEAST_MS, context.sized(OVERLOAD_MS));
  const twice = await openLoop(reserve, { perSecond: 2 * most('Granary'), ms: overloadMs });
  const after = await closedLoop(reserve, { callers: yard.callers, ms: plan.ms });
  context.say(`overload: ${JSON.stringify(told(twice))}`);
  return {
    goals: [
      ...thriceGoals(thrice, { perSecond, refP50Ms: medianOf(yard.rounds, 'REF', 'p50Ms') }),
      ...twiceGoals(twice, most('Granary')),
      {
        ...{ name: 'rate after the overload, of the one before', limit: LEAST_OF_OWN_MAXIMUM, bound: 'least' },
        measured: after.perSecond / medianOf(yard.rounds, 'Granary', 'perSecond'),
      },
    ],
    figures: { openLoop: { ...told(thrice), batchSizes }, overload: told(twice) },
  };
}

function thriceGoals(
  { arrived, accepted, p99Ms, backlogFirst, backlogLast }: OpenMeasured,
  { perSecond, refP50Ms }: { readonly perSecond: number; readonly refP50Ms: number },
): readonly Goal[] {
  return [
    { name: 'three times REF, open loop: p99 over REF p50 at 64 callers', measured: p99Ms / refP50Ms, limit: 1 },
    {
      name: 'three times REF, open loop: most that waited at once, of those that come in a second',
      measured: Math.max(backlogFirst, backlogLast) / perSecond,
      limit: MOST_BACKLOG,
    },
    {
      ...{ name: 'three times REF, open loop: accepted, of those that arrived', measured: accepted / arrived },
      ...{ limit: 1, bound: 'least' },
    },
  ];
}

function twiceGoals(measured: OpenMeasured, ownMost: number): readonly Goal[] {
  const { failures, acceptedPerSecond, drainMs } = measured;
  const { [SHED]: shed = 0, ...others } = failures;
  const lost = Object.values(others).reduce((sum, count) => sum + count, 0);
  return [
    { name: `twice our own maximum: calls shed with ${SHED}`, measured: shed, limit: 1, bound: 'least' },
    { name: 'twice our own maximum: calls that failed otherwise', measured: lost, limit: 0 },
    {
      ...{ name: 'twice our own maximum: accepted, of our own maximum', bound: 'least' },
      ...{ measured: acceptedPerSecond / ownMost, limit: LEAST_OF_OWN_MAXIMUM },
    },
    { name: 'twice our own maximum: ms until nobody waits any more', measured: drainMs, limit: RECOVERY_MS },
  ];
}

function told({ p50Ms, p99Ms, acceptedPerSecond, drainMs, ...rest }: OpenMeasured): Readonly<Record<string, unknown>> {
  return {
    ...rest,
    ...{ acceptedPerSecond: rounded(acceptedPerSecond, 0), p50Ms: rounded(p50Ms), p99Ms: rounded(p99Ms) },
    drainMs: rounded(drainMs, 0),
  };
}
