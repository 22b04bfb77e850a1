/** How far each consumer lagged behind while callers wrote steadily, and whether those that made no trouble were held up by the others. */
import { lagsOf, type Verdict } from './judge.ts';
import type { Stage } from './stage.ts';

export interface Lag extends Pick<Verdict, 'p50Ms' | 'p99Ms' | 'slowestMs'> {
  readonly consumer: string;
  readonly events: number;
}

export const UNTROUBLED = ['stream', 'listener', 'good'] as const;

export function steadyLags(stage: Pick<Stage, 'journal'>, { from, to }: { from: number; to: number }): readonly Lag[] {
  return [...UNTROUBLED, 'failing', 'closing', 'slow'].map((consumer) => {
    const seen = new Set<string>();
    const notes = stage.journal(consumer).notes.filter(({ id, taken, recordedAt }) => {
      const isFirst = taken && !seen.has(id) && recordedAt >= from && recordedAt < to;
      if (isFirst) seen.add(id);
      return isFirst;
    });
    return { consumer, events: notes.length, ...lagsOf(notes) };
  });
}

export function unbounded(steady: readonly Lag[], boundMs: number): readonly string[] {
  return steady
    .filter(({ consumer }) => UNTROUBLED.some((each) => each === consumer))
    .flatMap(({ consumer, events, p99Ms }) => {
      if (events === 0) return [`${consumer}: heard nothing while callers wrote`];
      return p99Ms > boundMs ? [`${consumer}: is held up by others, ${p99Ms} ms at p99`] : [];
    });
}
