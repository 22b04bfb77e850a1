/** Idempotency keys: a repeat answers what the first call answered; any other request under the key is refused. */
import { canonical, createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import { met } from './sometimes.ts';
import { keyOf, type World } from './world.ts';

interface KeyedCall {
  readonly procedure: string;
  readonly input: object;
  readonly outcome: Outcome<unknown>;
}

/** Refusals decided inside the unit of work; validation and failures are never kept. */
const KEPT = new Set(['INV_001', 'INV_002', 'INV_003', 'INV_007', 'INV_008', 'INV_009', 'INV_010', 'INV_016']);

export function judgeWithKey(world: World, call: KeyedCall, judgeFresh: () => void): void {
  const { procedure, outcome } = call;
  const { idempotencyKey, ...request } = call.input as { idempotencyKey?: string };
  // A key is a caller's own.
  const key = keyOf(world.caller.actor, idempotencyKey);
  const known = idempotencyKey === undefined ? undefined : world.keys.get(key);
  if (known !== undefined) {
    const same = known.procedure === procedure && known.input === canonical(request);
    if (same && !outcome.ok) met(world, 'a refusal told again');
    if (same) expectEqual(`the repeat of ${procedure} with its key`, keptOutcome(outcome), known.outcome);
    else refuseReuse(outcome);
    return;
  }
  judgeFresh();
  if (idempotencyKey === undefined || (!outcome.ok && !KEPT.has(outcome.failure.code))) return;
  world.keys.set(key, { procedure, input: canonical(request), outcome: keptOutcome(outcome) });
}

function keptOutcome(outcome: Outcome<unknown>): string {
  return canonical(outcome);
}

function refuseReuse(outcome: Outcome<unknown>): void {
  const refusals = createRefusals();
  refusals.must.set('INV_011', 'the key belongs to another request');
  // An input that is wrong by itself may be refused before anybody looks at its key.
  refusals.may.add('INV_005');
  settle(outcome, refusals);
}
