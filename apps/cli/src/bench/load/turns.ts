/** The arms of one cell measured in turns, and what of each is told. Ratios are of the same round: whatever else the machine did met both. */
import { rounded } from '../bench.ts';
import { median } from '../rounds.ts';
import type { Arm } from './arms.ts';
import { closedLoop, failed, type Loop, type Measured } from './closed-loop.ts';

/** What each arm reached, by its name. */
export type Round = Readonly<Partial<Record<string, Measured>>>;

export interface Turns {
  readonly loop: Loop;
  readonly rounds: number;
  readonly signal: AbortSignal;
}

/** A part of a round that warms up before the first that counts. */
const WARM_UP = 0.4;

/** Every second round goes the other way round. */
export async function inTurns(arms: readonly Arm[], { loop, rounds, signal }: Turns): Promise<readonly Round[]> {
  const measured: Round[] = [];
  for (const arm of arms) await closedLoop(arm.call, { ...loop, ms: loop.ms * WARM_UP });
  for (let at = 0; at < rounds; at += 1) {
    const round: Record<string, Measured> = {};
    for (const arm of at % 2 === 0 ? arms : arms.toReversed()) {
      signal.throwIfAborted();
      round[arm.name] = await closedLoop(arm.call, loop);
    }
    measured.push(round);
  }
  return measured;
}

type Figure = 'perSecond' | 'p50Ms' | 'p99Ms';

export function medianOf(rounds: readonly Round[], name: string, figure: Figure): number {
  return median(rounds.map((round) => round[name]?.[figure] ?? Number.NaN));
}

/** The median of the ratios, not the ratio of the medians. */
export function ratioOf(rounds: readonly Round[], of: readonly [string, string], figure: Figure): number {
  const [above, below] = of;
  return median(rounds.map((round) => (round[above]?.[figure] ?? Number.NaN) / (round[below]?.[figure] ?? Number.NaN)));
}

export const failuresOf = (rounds: readonly Round[]): number =>
  rounds
    .flatMap((round) => Object.values(round))
    .reduce((sum, measured) => sum + (measured === undefined ? 0 : failed(measured)), 0);

/** One line of figures of each arm. */
export function tellRounds(rounds: readonly Round[]): Readonly<Record<string, unknown>> {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        perSecond: rounded(medianOf(rounds, name, 'perSecond'), 0),
        p50Ms: rounded(medianOf(rounds, name, 'p50Ms')),
        p99Ms: rounded(medianOf(rounds, name, 'p99Ms')),
        ...failuresTold(rounds, name),
      },
    ]),
  );
}

function failuresTold(rounds: readonly Round[], name: string): object {
  const failures: Record<string, number> = {};
  for (const round of rounds)
    for (const [why, count] of Object.entries(round[name]?.failures ?? {}))
      failures[why] = (failures[why] ?? 0) + count;
  return Object.keys(failures).length === 0 ? {} : { failures };
}
