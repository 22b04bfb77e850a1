/** Back-dating appends what changes and nothing else, in whatever chunks, and equals costing everything anew. */
import { describe, expect, test } from 'vitest';
import { at, back, bought, money, show, sold } from '../testing/goods.ts';
import { minute, strategies } from '../rehearsal/history.ts';
import type { CostEvent } from './event.ts';
import { defaultPolicy } from './policy.ts';
import { planPosting } from './posting.ts';
import { beginReplay, planReplay, replay } from './replay.ts';
import { sameState } from './same-state.ts';
import { emptyState } from './state.ts';

const context = { strategies, policy: defaultPolicy };

function backDate(
  strategy: string,
  events: readonly CostEvent[],
  { inserted, after }: { inserted: CostEvent; after: number },
) {
  const empty = emptyState('SKU', strategy);
  const before = planPosting(empty, events.slice(0, after), context);
  const now = planPosting(empty, events, context).state;
  const plan = planReplay(
    before.state,
    { inserted, later: events.slice(after), now },
    { ...context, flows: before.flows },
  );
  const anew = planPosting(empty, events.toSpliced(after, 0, inserted), context);
  return { plan, anew };
}

const told = (corrections: readonly { correctsId?: string; value: bigint }[]) =>
  corrections.map(({ correctsId, value }) => `${correctsId} ${show(value)}`);

describe('goods that came before what was sold', () => {
  const events = [bought('r10', 5, '10'), sold('s12', 5), bought('r13', 5, '30'), sold('s14', 5)];
  const inserted = bought('r9', 5, '20');

  test.for<[string, string[]]>([
    ['fifo', ['s12 -50', 's14 100']],
    ['weighted_average', ['s12 -25', 's14 37.5']],
    ['lifo', []],
  ])('correct the issues after them by %s', ([strategy, expected]) => {
    const { plan, anew } = backDate(strategy, events, { inserted, after: 0 });
    expect(told(plan.corrections)).toEqual(expected);
    expect(sameState(plan.state, anew.state)).toBe(true);
  });

  test('and what came back of those issues', () => {
    const { plan, anew } = backDate('fifo', [...events, back('b15', 2, 's12')], { inserted, after: 0 });
    expect(told(plan.corrections)).toEqual(['s12 -50', 's14 100', 'b15 20']);
    expect(plan.corrections.at(-1)).toMatchObject({ kind: 'correction', causeId: 'r9', subjectId: 's12' });
    expect(sameState(plan.state, anew.state)).toBe(true);
  });
});

test('a late issue that leaves too little for a later one is refused', () => {
  const events = [bought('r1', 5, '10'), sold('s3', 5)];
  expect(() => backDate('fifo', events, { inserted: sold('s2', 1), after: 1 })).toThrow(
    /units of SKU are to be costed/,
  );
});

test('chunks that are kept and gone on from give what one plan gives', () => {
  const events = Array.from({ length: 60 }, (_, n) =>
    n % 2 === 0 ? bought(`r${n + 10}`, 7, String(1 + (n % 9))) : sold(`s${n + 10}`, 5),
  );
  const inserted = bought('r9', 4, '33');
  const { plan } = backDate('fifo', events, { inserted, after: 0 });
  let { cursor } = beginReplay(emptyState('SKU', 'fifo'), inserted, context);
  const corrections = [];
  for (let from = 0; from < events.length; from += 7) {
    // Between two chunks a job may die: all that it needs is plain data.
    const step = replay(structuredClone(cursor), events.slice(from, from + 7), context);
    corrections.push(...step.corrections);
    cursor = step.cursor;
  }
  expect(corrections).toEqual(plan.corrections);
  expect(sameState(cursor.corrected.state, plan.state)).toBe(true);
});

test('over 100,000 later events only those that change are written, and reading ends where both histories agree', () => {
  const count = 100_000;
  const events = Array.from({ length: count }, (_, n): CostEvent => {
    const base = { id: `e${String(n).padStart(7, '0')}`, at: minute(10 + n) };
    if (n % 2 === 1) return { ...base, type: 'issue', account: 'cost_of_sales', quantity: 10 };
    // The stock runs empty every 20 events, so a change of cost ends there.
    return {
      ...base,
      type: 'receipt',
      account: 'purchases',
      quantity: n % 20 === 0 ? 12 : n % 20 === 18 ? 8 : 10,
      value: BigInt(7 + n) * 1_000_000n,
    };
  });
  const inserted: CostEvent = {
    type: 'allocation',
    id: 'late',
    at: at('x9'),
    amount: money('60'),
    receiptId: 'e0000000',
  };
  const { plan, anew } = backDate('fifo', events, { inserted, after: 1 });
  expect(told(plan.corrections)).toEqual(['e0000001 -50', 'e0000003 -10']);
  expect(plan.read).toBeLessThan(1000);
  expect(sameState(plan.state, anew.state)).toBe(true);
});

test('histories that agree go apart again where goods come back of an issue that now costs more', () => {
  const pairs = Array.from({ length: 1200 }, (_, n) =>
    n % 2 === 0 ? bought(`r${n + 10}`, 5, '10') : sold(`s${n + 10}`, 5),
  );
  const events = [...pairs, back('b2000', 2, 's11')];
  const inserted: CostEvent = { type: 'allocation', id: 'c10', at: at('c10'), amount: money('10'), receiptId: 'r10' };
  const { plan, anew } = backDate('fifo', events, { inserted, after: 1 });
  expect(told(plan.corrections)).toEqual(['s11 -10', 'b2000 4']);
  expect(sameState(plan.state, anew.state)).toBe(true);
});
