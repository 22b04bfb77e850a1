/** How a mutating call runs by itself: in one unit of work, under the locks that it names, and told once those are given back. */
import type { GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, invariant, type Outcome } from '../refusal.ts';
import type { Calling, Decision, Engine } from './engine.ts';
import { type Expected, expectedFor, isShort, withSupplies } from './next-supply.ts';
import { concluded, keepRefusal, runTogether, seatOf } from './one-unit.ts';

export { type Decision, draftNow, type Engine } from './engine.ts';
export { sha256 } from './hashing.ts';

export interface Execution<T> extends Calling {
  /** `grown` are level keys that an earlier start met unlocked. */
  readonly decide: (tx: Tx, grown: readonly string[]) => Promise<Decision<T>>;
}

export async function execute<T>(engine: Engine, execution: Execution<T>): Promise<T> {
  const { scope, keys } = execution.lock;
  const outcome = await engine.ports.locks.using(scope, keys, () => run(engine, execution));
  return await answerOf(engine, execution, { outcome });
}

async function run<T>(engine: Engine, { decide, ...calling }: Execution<T>): Promise<Outcome<T>> {
  const seat = seatOf<T>(engine, calling);
  const [outcome] = await runTogether(engine, {
    seats: [seat],
    call: calling.call,
    decide: async (tx, { grown }) => {
      const decision = await decide(tx, grown);
      return { draft: decision.draft, decided: [await concluded(tx, seat, decision)] };
    },
  }).catch(async (error: unknown) => [await keepRefusal(engine, seat, error)]);
  invariant(outcome !== undefined, 'a unit of work answered nothing');
  return outcome;
}

/** What its caller gets; `supplies` tells what is on its way, where that was asked for several calls together. */
export async function answerOf<T>(
  engine: Engine,
  calling: Calling,
  { outcome, supplies }: { outcome: Outcome<T>; supplies?: Promise<readonly Expected[]> | undefined },
): Promise<T> {
  if (outcome.ok) return outcome.answer;
  const { refusal } = outcome;
  const { idempotencyKey, ...input } = calling.input;
  if (refusal.kind === 'idempotencyKeyReused') {
    // In a unit of its own: the one that found the key has nothing to commit, and a record that fails must not undo a refusal.
    await engine.recordRefusal({ ...calling, input, isChecked: true, refusal });
  }
  // Once the locks are given back: whoever is sold out must not wait for those who ask in vain.
  if (idempotencyKey !== undefined || !isShort(refusal)) throw refusal;
  throw withSupplies(refusal, await (supplies ?? expectedFor(engine, [refusal])));
}

export function isFuture(occurredAt: string | undefined, now: Instant): boolean {
  return occurredAt !== undefined && occurredAt > now;
}

export function inTheFuture(path = 'occurredAt'): GranaryError {
  return invalidInput([{ path, message: 'must not be in the future' }]);
}
