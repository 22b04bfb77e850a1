/** The commands of the model and how often each is drawn. */
import * as fc from 'fast-check';
import * as inbound from './draw-inbound.ts';
import * as reading from './draw-reading.ts';
import * as reservation from './draw-reservation.ts';
import * as hold from './draw-reserve.ts';
import * as settings from './draw-settings.ts';
import { sell, sellPart } from './draw-sales.ts';
import { rememberLevels } from '../oracle/world.ts';
import { execute, inspect, isMutation } from './execute.ts';
import { index, mostly, pick, type Draw } from './picks.ts';
import type { ModelState, MutationStep, Step } from './state.ts';
import type { Subject } from './subject.ts';
import type { Tally } from './tally.ts';

/** A copy for every run in which it takes part, so that each tells what it did itself. */
export interface ModelCommand extends fc.AsyncCommand<ModelState, Subject> {
  [fc.cloneMethod](): ModelCommand;
}

/** Calls that are drawn directly, by weight. */
const draws: readonly (readonly [number, fc.Arbitrary<Draw>])[] = [
  ...([
    [14, inbound.receive],
    [3, inbound.receiveOther],
    [5, inbound.createBatch],
  ] as const),
  ...([
    [16, hold.reserve],
    [8, hold.reserveAgain],
    [6, hold.reserveBeside],
    [2, hold.reserveOverlapping],
    [8, hold.reserveMany],
  ] as const),
  ...([
    [6, reservation.confirm],
    [4, reservation.confirmOne],
    [11, reservation.deduct],
    [5, reservation.release],
    [5, reservation.extend],
  ] as const),
  ...([
    [5, reservation.convert],
    [2, reservation.convertAgain],
    [3, reservation.convertOnto],
    [2, reservation.sweep],
    [12, sell],
    [4, sellPart],
  ] as const),
  ...([
    [2, settings.createSku],
    [2, settings.updateSku],
    [2, settings.activateSku],
  ] as const),
  ...([
    [2, settings.createLocation],
    [2, settings.updateLocation],
    [2, settings.openLocation],
  ] as const),
  ...([
    [2, settings.configureLevel],
    [2, settings.openLevel],
  ] as const),
  ...([
    [2, reading.check],
    [1, reading.checkMany],
    [2, reading.available],
    [2, reading.allocate],
    [2, reading.explain],
  ] as const),
  ...([
    [2, reading.asOf],
    [2, reading.movements],
    [4, reading.list],
    [3, reading.get],
  ] as const),
];

const CLOCK_WEIGHT = 9;
const REPLAY_WEIGHT = 7;
const AGAIN_WEIGHT = 5;
const REUSE_WEIGHT = 3;
/** One mutation in so many carries an idempotency key. */
const KEYED = 3;

/** One arbitrary of all commands; `inspectEvery` calls the invariants are checked by the subject itself. */
export function modelCommands(tally: Tally, inspectEvery: number): fc.Arbitrary<ModelCommand> {
  const command = (label: string | undefined, make: (state: ModelState) => Step | undefined): ModelCommand =>
    stepCommand({ label, make, tally, inspectEvery });
  const drawn = draws.map(([weight, arbitrary]) => ({
    weight,
    arbitrary: fc
      .tuple(arbitrary, fc.nat(KEYED - 1))
      .map(([draw, keyed]) => command(undefined, (state) => withKey(state, draw(state), keyed === 0))),
  }));
  return fc.oneof(
    ...drawn,
    {
      weight: CLOCK_WEIGHT,
      arbitrary: mostly([3, 1], [3, 2], [2, 5], [1, 12]).map((thousands) => advance(thousands * 1000, tally)),
    },
    {
      weight: REPLAY_WEIGHT,
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
  return { procedure: step.procedure, input: { ...step.input, idempotencyKey } } as Step;
}

function withoutKey(step: MutationStep | undefined): Step | undefined {
  if (step === undefined) return undefined;
  const { idempotencyKey: _key, ...input } = step.input;
  return { procedure: step.procedure, input } as Step;
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
      said = `${label === undefined ? '' : `${label}: `}${step.procedure} ${JSON.stringify(step.input)}`;
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
      state.world.now = subject.now();
      rememberLevels(state.world);
      subject.advanceClock(seconds);
      state.offset += seconds;
      tally.count('advance the clock', 'ok');
      return Promise.resolve();
    },
    toString: () => `\n  advance the clock by ${seconds} s`,
    [fc.cloneMethod]: () => advance(seconds, tally),
  };
}
