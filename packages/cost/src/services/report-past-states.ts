/**
 * The states of SKUs as they were at a moment: costed again from their first event, period by period, as they were when they were
 * posted. Layers are not kept once they are used up, so this is how a report tells which ones there were.
 */
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '@granary/domain/persistence/transaction';
import { endOfDay } from '@granary/domain/rules/calendar';
import { closeInSlices } from '../core/close.ts';
import type { CostEvent, Flows } from '../core/event.ts';
import type { CostPolicy } from '../core/policy.ts';
import { postInSlices, type PostingContext } from '../core/posting.ts';
import { inSlices, type Sliced } from '../core/slices.ts';
import { type CostState, emptyState } from '../core/state.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { CostEventRow } from '../entities/cost-record.ts';
import { readEvents, readFirstStrategies } from '../persistence/close-store.ts';
import { termsOf } from '../persistence/period-terms-store.ts';
import { present } from '@granary/domain/refusal';
import { fromEventRow } from '../rules/event-text.ts';
import type { CostEngine } from './cost-engine.ts';
import { inTurns } from './in-turns.ts';

export interface PastMoment {
  readonly until: Instant;
  readonly all: readonly CostPeriodRow[];
}

export async function statesAt(
  tx: Tx,
  engine: CostEngine,
  { skuIds, until, all }: PastMoment & { readonly skuIds: readonly string[] },
): Promise<readonly CostState[]> {
  const { strategies, config } = engine;
  const events = await readEvents(tx, skuIds, { until });
  const first = await readFirstStrategies(tx, [...events.keys()]);
  const terms = await termsOf(tx, config);
  const ends = all.map((period) => ({ period, end: endOfDay(period.endsOn, config.timezone) }));
  const holding = ends.find(({ end }) => end >= until);
  const policy = holding === undefined ? config.policy : terms(holding.period).policy;
  const closes = ends
    .filter(({ period, end }) => period.state === 'closed' && end <= until)
    .map(({ period, end }) => ({ end, policy: terms(period).policy }));
  const states: CostState[] = [];
  for (const [skuId, rows] of events) {
    const start = emptyState(skuId, present(first.get(skuId), 'the first strategy of a SKU'));
    states.push(await inTurns(replayed({ start, rows, closes, rest: { strategies, policy } })));
  }
  return states;
}

interface Past {
  readonly start: CostState;
  readonly rows: readonly CostEventRow[];
  /** When the closed periods ended, in their order, and how goods were costed in each. */
  readonly closes: readonly { readonly end: Instant; readonly policy: CostPolicy }[];
  /** For what came after them. */
  readonly rest: PostingContext;
}

function* replayed({ start, rows, closes, rest }: Past): Sliced<CostState> {
  const events: CostEvent[] = [];
  yield* inSlices(rows, (row) => events.push(fromEventRow(row)));
  const { strategies } = rest;
  let state = start;
  let flows: Flows = new Map();
  let from = 0;
  for (const { end, policy } of closes) {
    const first = from;
    while (from < events.length && present(events[from], 'an event').at < end) from += 1;
    const own = events.slice(first, from);
    const context = { strategies, policy, flows };
    const posted = yield* postInSlices(state, own, context);
    const isPeriodic = strategies.get(posted.state.strategy).periodic;
    const closed = isPeriodic ? yield* closeInSlices(state, { events: own, closeId: end }, context) : posted;
    state = closed.state;
    flows = posted.flows;
  }
  return (yield* postInSlices(state, events.slice(from), { ...rest, flows })).state;
}
