/** Runs the model: many short lives of a small world, each call compared with the oracle; counts what happened and tells how to repeat a failure. */
import * as fc from 'fast-check';
import { COMMAND_NAMES } from './command-names.ts';
import { modelCommands } from './commands.ts';
import { inspect } from './execute.ts';
import { furnish } from './furnish.ts';
import { openState, type ModelState } from './state.ts';
import type { OpenSubject, Subject } from './subject.ts';
import { createTally, type Tally } from './tally.ts';
import type { Group } from './weights.ts';

export interface ModelOptions {
  readonly open: OpenSubject;
  /** Whether the subject sells what is short: two runs, since either is a rule of its own. */
  readonly allowNegative: boolean;
  /** The names that the subject knows; the oracle can predict the built-in ones. */
  readonly strategies: readonly string[];
  readonly runs: number;
  /** Commands of a run on average; a run has from none to twice as many. */
  readonly commands: number;
  readonly seed: number;
  /** `path` and `replayPath` of a failure that was told before. */
  readonly path?: string | undefined;
  readonly replayPath?: string | undefined;
  readonly inspectEvery?: number;
  /** Calls to draw far more often than others. */
  readonly focus?: readonly Group[];
  /** How long to look for a shorter example of a failure. */
  readonly shrinkMs?: number;
  readonly onRun?: (finished: number, calls: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface ModelReport {
  readonly ok: boolean;
  readonly runs: number;
  readonly calls: number;
  readonly seed: number;
  readonly tally: Pick<Tally, 'commands' | 'codes' | 'situations'>;
  /** What never happened, although a long enough model must meet it. */
  readonly missing: readonly string[];
  readonly failure: ModelFailure | undefined;
}

export interface ModelFailure {
  readonly message: string;
  /** The shortest run found that fails, one call a line. */
  readonly commands: string;
  readonly path: string;
  readonly replayPath: string;
}

export async function runModel(options: ModelOptions): Promise<ModelReport> {
  const { runs, commands, seed, inspectEvery = 10, shrinkMs = 120_000 } = options;
  const tally = createTally(COMMAND_NAMES, options.allowNegative);
  const lives = createLives(options, { shrinkMs, tally });
  const drawn = fc.commands([modelCommands(tally, { inspectEvery, focus: options.focus })], {
    maxCommands: 2 * commands,
    size: 'max',
    ...(options.replayPath === undefined ? {} : { replayPath: options.replayPath }),
  });
  const details = await fc.check(
    fc.asyncProperty(drawn, (sequence) => lives.live(sequence)),
    { numRuns: runs, seed, ...(options.path === undefined ? {} : { path: options.path }) },
  );
  const failure = details.failed ? failureOf(details) : undefined;
  const missing = tally.missing();
  return {
    ok: failure === undefined && options.signal?.aborted !== true,
    runs: lives.count(),
    calls: lives.calls(),
    seed,
    tally,
    missing,
    failure,
  };
}

/** Lives one run after another and stops looking for shorter failures when the time for that is up. */
function createLives(options: ModelOptions, { shrinkMs, tally }: { shrinkMs: number; tally: Tally }) {
  let [finished, calls] = [0, 0];
  let failedAt: number | undefined;
  return {
    count: () => finished,
    calls: () => calls,
    async live(sequence: Iterable<fc.AsyncCommand<ModelState, Subject>>): Promise<void> {
      // A sequence that is not run counts as one that passed: that ends the search.
      if (options.signal?.aborted === true || (failedAt !== undefined && Date.now() - failedAt > shrinkMs)) return;
      const subject = await options.open();
      const state = await openState(subject, options.strategies);
      try {
        await furnish(subject, state);
        await fc.asyncModelRun(() => ({ model: state, real: subject }), sequence);
        await inspect(subject, state);
      } catch (error) {
        failedAt ??= Date.now();
        throw error;
      }
      tally.meet(state.world.met);
      finished += 1;
      calls += state.calls;
      options.onRun?.(finished, calls);
    },
  };
}

type Details = fc.RunDetails<[Iterable<fc.AsyncCommand<ModelState, Subject>>]>;

function failureOf(details: Details): ModelFailure {
  const [sequence] = details.counterexample ?? [];
  const told = String(sequence);
  const error = details.errorInstance;
  return {
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    commands: told,
    path: details.counterexamplePath ?? '',
    replayPath: /replayPath="([^"]*)"/.exec(told)?.[1] ?? '',
  };
}
