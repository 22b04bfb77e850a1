/** Pure: what a long run shows minute by minute, and whether it stays as it was: memory that does not grow, answers that do not slow down. */
import { type Goal, rounded } from '../bench/bench.ts';
import { percentile } from '../snapshot/load.ts';

export interface Timed {
  /** Since the load began. */
  readonly atMs: number;
}
export interface Answered extends Timed {
  readonly ms: number;
}
export interface Resident extends Timed {
  readonly bytes: number;
}

export interface MinuteFigures {
  /** From 1. */
  readonly minute: number;
  readonly calls: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Caches, pools and compiled code fill up before: growth counts from the end of this minute. */
const WARM_MINUTES = 3;
/** The first that is warm: what comes later is held against it. */
const REFERENCE_MINUTE = WARM_MINUTES + 1;
const MOST_GROWTH_MIB = 1;
const MOST_SLOWER = 1.3;
const MIB = 1024 * 1024;

export function figuresOf(answers: readonly Answered[], minutes: number, minuteMs: number): readonly MinuteFigures[] {
  return Array.from({ length: minutes }, (_, index) => {
    const took = answers.filter(({ atMs }) => Math.floor(atMs / minuteMs) === index).map(({ ms }) => ms);
    const [p50Ms, p99Ms] = [rounded(percentile(took, 0.5)), rounded(percentile(took, 0.99))];
    return { minute: index + 1, calls: took.length, p50Ms, p99Ms };
  });
}

/**
 * MiB a minute after the warm minutes: the slope of the straight line that lies nearest to all samples (least squares), since
 * two single samples would tell of the moment of a collection of garbage. NaN when there are fewer than two.
 */
export function growthOf(samples: readonly Resident[], minuteMs: number): number {
  const warm = samples.filter(({ atMs }) => atMs >= WARM_MINUTES * minuteMs);
  const points = warm.map(({ atMs, bytes }) => ({ x: atMs / minuteMs, y: bytes / MIB }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}

/** Of the times of answers: a run that is too short to have a warm minute before its last one shows nothing, which is NaN. */
export function slowerOf(minutes: readonly MinuteFigures[]): number {
  const [reference, last] = [minutes[REFERENCE_MINUTE - 1], minutes.at(-1)];
  if (reference === undefined || last === undefined || last.minute <= REFERENCE_MINUTE) return Number.NaN;
  return last.p99Ms / reference.p99Ms;
}

export function steadiness(growth: Readonly<Record<string, number>>, slower: number): readonly Goal[] {
  return [
    ...Object.entries(growth).map(([process, measured]) => ({
      name: `growth of the resident memory of the ${process} after minute ${WARM_MINUTES}, MiB a minute`,
      measured: rounded(measured, 3),
      limit: MOST_GROWTH_MIB,
    })),
    {
      name: `p99 of the last minute, as a multiple of that of minute ${REFERENCE_MINUTE}`,
      measured: rounded(slower),
      limit: MOST_SLOWER,
    },
  ];
}
