/**
 * Calls on reservations share a unit of work: what they want is loaded at once, they decide in the order in which they came,
 * each over the stock as the ones before it left it and each all or nothing by itself, and all of it is committed at once.
 * A call by itself is a list of one.
 */
import { type ErrorKind, GranaryError } from '@granary/contracts/error';
import { type CombinerTally, createCombiner, type Tell } from '../persistence/combiner.ts';
import { deadlineExceeded } from '../persistence/failure-answer.ts';
import { traced } from '../ports/tracer.ts';
import { present } from '../refusal.ts';
import type { Outcome } from '../refusal.ts';
import type { Engine } from './engine.ts';
import { answerOf } from './execution.ts';
import { type Combinable, type Comer, flushTogether } from './flush.ts';
import { areCapped, limitsOf } from './hold-caps.ts';
import { type Expected, expectedFor, isShort } from './next-supply.ts';
import { keepRefusal, seatOf } from './one-unit.ts';

/** What a call gets from its flush. */
type Result<T> =
  | { readonly outcome: Outcome<T>; readonly supplies?: Promise<readonly Expected[]> | undefined }
  | { readonly error: unknown };

type TellComer = Tell<Comer<unknown>, Result<unknown>>;

export type Combine = <T>(calling: Combinable<T>) => Promise<T>;

/** A flush holds the rows of all its calls for as long as it runs. */
const MOST = 500;
/** Of its time a call may wait this share for its flush: what is left must be enough to be served. */
const WAITING_SHARE = 0.5;
/** A timer may go off a little before its time. */
const EARLY_MS = 5;

export interface Combining {
  readonly combine: Combine;
  /** How large the flushes of this process are. */
  readonly tally: () => CombinerTally;
}

export function createCombining(engine: Engine): Combining {
  const { combineShards, combineQueue } = engine.config;
  const flush = (comers: readonly Comer<unknown>[], tell: TellComer) => underLocks(engine, comers, tell);
  const options = { lanes: Math.max(1, combineShards), most: MOST, queue: combineQueue, flush };
  const combiner = createCombiner<Comer<unknown>, Result<unknown>>(options);
  // Who may see some places only has a view of the rows that no other call shares.
  const isCombining = combineShards > 0 && engine.units.scope.locationIds === null;
  const isCapped = areCapped(limitsOf(engine.config));

  async function combine<T>(calling: Combinable<T>): Promise<T> {
    const comer = comerOf(engine, calling);
    const isAlone = !isCombining || (isCapped && calling.capped !== undefined);
    const result = await (isAlone ? alone(comer) : combiner.submit(comer));
    if ('error' in result) throw result.error;
    return await answerOf(engine, calling, result as { outcome: Outcome<T> });
  }

  const alone = (comer: Comer<unknown>) =>
    new Promise<Result<unknown>>((resolve, reject) => {
      flush([comer], (_comer, result) => resolve(result)).catch(reject);
    });

  return { combine, tally: () => combiner.tally() };
}

function comerOf<T>(engine: Engine, calling: Combinable<T>): Comer<T> {
  const deadlineMs = calling.call.deadlineMs ?? engine.config.requestDeadlineMs;
  const now = performance.now();
  const [lane = ''] = calling.lock.keys;
  const { said, commandId } = seatOf<T>(engine, calling);
  const [deadlineAt, leavesAt] = [now + deadlineMs, now + deadlineMs * WAITING_SHARE];
  return { calling, said, commandId, lane, deadlineMs, deadlineAt, leavesAt };
}

async function underLocks(engine: Engine, comers: readonly Comer<unknown>[], tell: TellComer): Promise<void> {
  const keys = [...new Set(comers.flatMap(({ calling }) => calling.lock.keys))];
  const span = { name: 'flush', facts: { calls: comers.length } };
  const work = () => engine.ports.locks.using('reservation', keys, () => settle(engine, comers, tell));
  await traced(engine.ports.tracer, span, work);
}

/**
 * All of them in one unit of work; when that cannot be done for a reason that may be of one of them (costing finds a period
 * shut, a rule throws), each half by itself, down to the one whose reason it is.
 */
async function settle(engine: Engine, comers: readonly Comer<unknown>[], tell: TellComer): Promise<void> {
  const [only] = comers;
  if (only === undefined) return;
  try {
    const outcomes = await flushTogether(engine, comers);
    tellAll(engine, { comers, outcomes, tell });
  } catch (error) {
    const late = lateFor(error, comers);
    if (late.length > 0) {
      for (const comer of late) tell(comer, { error: toldLate(error, comer) });
      await settle(engine, withoutThose(comers, late), tell);
    } else if (comers.length === 1) {
      tell(only, await failed(engine, only, error));
    } else if (isKind(error, 'unavailable') || isKind(error, 'overloaded')) {
      // The database is away, or nobody knows what became of the flush: so it is for all of them.
      for (const comer of comers) tell(comer, { error });
    } else {
      const half = Math.ceil(comers.length / 2);
      await settle(engine, comers.slice(0, half), tell);
      await settle(engine, comers.slice(half), tell);
    }
  }
}

interface Settled {
  readonly comers: readonly Comer<unknown>[];
  readonly outcomes: readonly Outcome<unknown>[];
  readonly tell: TellComer;
}

/** What is on its way is asked for once for all that are short. */
function tellAll(engine: Engine, { comers, outcomes, tell }: Settled): void {
  const short = outcomes.flatMap((outcome) => (outcome.ok || !isShort(outcome.refusal) ? [] : [outcome.refusal]));
  const supplies = short.length === 0 ? undefined : expectedFor(engine, short);
  for (const [at, comer] of comers.entries()) {
    tell(comer, { outcome: present(outcomes[at], 'the outcome of a call'), supplies });
  }
}

function isKind(error: unknown, kind: ErrorKind): boolean {
  return error instanceof GranaryError && error.kind === kind;
}

/** A flush has the time of its hastiest call, and waits for a connection as long as that one may; nothing was changed then. */
function lateFor(error: unknown, comers: readonly Comer<unknown>[]): readonly Comer<unknown>[] {
  const now = performance.now() + EARLY_MS;
  if (isKind(error, 'deadlineExceeded')) return comers.filter(({ deadlineAt }) => deadlineAt <= now);
  return isKind(error, 'overloaded') ? comers.filter(({ leavesAt }) => leavesAt <= now) : [];
}

function toldLate(error: unknown, { deadlineMs }: Comer<unknown>): unknown {
  return isKind(error, 'deadlineExceeded') ? deadlineExceeded(error, deadlineMs) : error;
}

function withoutThose<T>(all: readonly T[], those: readonly T[]): readonly T[] {
  const out = new Set(those);
  return all.filter((each) => !out.has(each));
}

async function failed(engine: Engine, comer: Comer<unknown>, error: unknown): Promise<Result<unknown>> {
  return await keepRefusal(engine, comer, error).then(
    (outcome) => ({ outcome }),
    (cause: unknown) => ({ error: cause }),
  );
}
