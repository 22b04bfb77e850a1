/** The commands of the model and how often each is drawn. */
import * as fc from 'fast-check';
import { draws, type Group } from './weights.ts';
import { execute, inspect, isMutation } from './execute.ts';
import { index, mostly, pick } from './picks.ts';
import { advanceClock, type ModelState, type MutationStep, type Step } from './state.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';

/** A copy for every run in which it takes part, so that each tells what it did itself. */
export interface ModelCommand extends fc.AsyncCommand<ModelState, Subject> {
  [fc.cloneMethod](): ModelCommand;
}

const CLOCK_WEIGHT = 9;
const REPLAY_WEIGHT = 7;
const AGAIN_WEIGHT = 5;
const REUSE_WEIGHT = 3;
/** What a run looks at closely is drawn so much more often. */
const FOCUSED = 25;
/** One mutation in so many carries an idempotency key. */
const KEYED = 3;
/** One call in so many is made by somebody who may not back-date. */
const CLERKS = 4;

/** One arbitrary of all commands; `inspectEvery` calls the invariants are checked by the subject itself. */
export function modelCommands(
  tally: Tally,
  { inspectEvery, focus = [] }: { inspectEvery: number; focus?: readonly Group[] | undefined },
): fc.Arbitrary<ModelCommand> {
  const command = (label: string | undefined, make: (state: ModelState) => Step | undefined): ModelCommand =>
    stepCommand({ label, make, tally, inspectEvery });
  const drawn = draws.map(({ group, weight, arbitrary }) => ({
    weight: focus.includes(group) ? weight * FOCUSED : weight,
    arbitrary: fc
      .tuple(arbitrary, fc.nat(KEYED - 1), fc.nat(CLERKS - 1))
      .map(([draw, keyed, clerk]) =>
        command(undefined, (state) => withKey(state, by(draw(state), clerk === 0), keyed === 0)),
      ),
  }));
  return fc.oneof(
    ...drawn,
    {
      weight: focus.includes('clock') ? CLOCK_WEIGHT * FOCUSED : CLOCK_WEIGHT,
      arbitrary: mostly([3, 1], [3, 2], [2, 5], [1, 12]).map((thousands) => advance(thousands * 1000, tally)),
    },
    {
      weight: focus.includes('replay') ? REPLAY_WEIGHT * FOCUSED : REPLAY_WEIGHT,
      arbitrary: index.map((at) => command('replay of a key', (state) => pick(keyedOf(state), at))),
    },
    {
      weight: AGAIN_WEIGHT,
      arbitrary: index.map((at) => command('the same call again', (state) => withoutKey(pick(state.journal, at)))),
    },
    {
      weight: REUSE_WEIGHT,
      arbitrary: fc
        .tuple(index, index)
        .map(([at, other]) => command('reuse of a key', (state) => reuse(state, at, other))),
    },
  );
}

function withKey(state: ModelState, step: Step | undefined, keyed: boolean): Step | undefined {
  if (step === undefined || !keyed || !isMutation(step)) return step;
  const idempotencyKey = `k${state.nextKey}`;
  state.nextKey += 1;
  return keyedStep(step, idempotencyKey);
}

function keyedStep(step: MutationStep, idempotencyKey: string): Step {
  // Every mutation takes a key, so the pair of procedure and input stays one.
  return { ...step, input: { ...step.input, idempotencyKey } } as Step;
}

function by(step: Step | undefined, isClerk: boolean): Step | undefined {
  return step === undefined || !isClerk ? step : { ...step, isClerk };
}

function withoutKey(step: MutationStep | undefined): Step | undefined {
  if (step === undefined) return undefined;
  const { idempotencyKey: _key, ...input } = step.input;
  return { ...step, input } as Step;
}

function keyedOf(state: ModelState): MutationStep[] {
  return state.journal.filter((step) => step.input.idempotencyKey !== undefined);
}

/** The key of one call on the request of another. */
function reuse(state: ModelState, at: number, other: number): Step | undefined {
  const key = pick(keyedOf(state), at)?.input.idempotencyKey;
  const step = pick(state.journal, other);
  return key === undefined || step === undefined ? undefined : keyedStep(step, key);
}

interface StepOptions {
  readonly label: string | undefined;
  readonly make: (state: ModelState) => Step | undefined;
  readonly tally: Tally;
  readonly inspectEvery: number;
}

function stepCommand(options: StepOptions): ModelCommand {
  const { label, make, tally, inspectEvery } = options;
  let said = 'nothing to call';
  return {
    check: () => true,
    async run(state, subject) {
      const step = make(state);
      if (step === undefined) return;
      const who = `${label === undefined ? '' : `${label}: `}${step.isClerk === true ? 'clerk: ' : ''}`;
      said = `${who}${step.procedure} ${JSON.stringify(step.input)}`;
      const result = await execute(subject, state, step);
      said += ` -> ${result}`;
      tally.count(step.procedure, result);
      if (label !== undefined) tally.count(label, result);
      if (state.calls % inspectEvery === 0) await inspect(subject, state);
    },
    toString: () => `\n  ${said}`,
    [fc.cloneMethod]: () => stepCommand(options),
  };
}

function advance(seconds: number, tally: Tally): ModelCommand {
  return {
    check: () => true,
    run(state, subject) {
      advanceClock(subject, state, seconds);
      tally.count('advance the clock', 'ok');
      return Promise.resolve();
    },
    toString: () => `\n  advance the clock by ${seconds} s`,
    [fc.cloneMethod]: () => advance(seconds, tally),
  };
}
