/** `soak`: whether an api and a worker stay as they are when they are used for a long time. */
import { type Goal, isMet } from '../bench/bench.ts';
import { defineCommand } from '../command.ts';
import { soak, type SoakResult } from '../soak/soak.ts';
import { table } from '../table.ts';

const MINUTE_MS = 60_000;

const options = {
  minutes: { type: 'integer', placeholder: 'N', default: 10, min: 5, description: 'How long; less shows nothing' },
  writers: {
    type: 'integer',
    placeholder: 'N',
    default: 12,
    min: 1,
    description: 'Callers that hold, sell and receive',
  },
  readers: { type: 'integer', placeholder: 'N', default: 6, min: 0, description: 'Callers that look' },
  seed: { type: 'integer', placeholder: 'S', default: 1, description: 'What the callers do' },
} as const;

export const command = defineCommand({
  name: 'soak',
  summary:
    'Uses an api and a worker for minutes on servers of its own: memory must not grow, answers not slow down, nothing be lost',
  options,
  async run({ values, progress, signal }) {
    const bar = progress('soaking', values.minutes * 60);
    const onProgress = (seconds: number, note: string) => bar.at(Math.round(seconds), note);
    const result = await soak({ ...values, minuteMs: MINUTE_MS, signal, onProgress });
    bar.end();
    const { ok, steady, right, minutes, problems } = result;
    return { ok, figures: { steady, right, minutes, problems }, summary: summaryOf(result) };
  },
});

function summaryOf({ steady, right, minutes, problems }: SoakResult): string {
  const told = (goal: Goal) => [goal.name, goal.measured, `at most ${goal.limit}`, isMet(goal) ? 'met' : 'MISSED'];
  const rows = minutes.map(({ minute, calls, p50Ms, p99Ms }) => [minute, calls, `${p50Ms} ms`, `${p99Ms} ms`]);
  return [
    table([['minute', 'calls', 'p50', 'p99'], ...rows]),
    '',
    table([...steady, ...right].map(told)),
    ...problems,
  ].join('\n');
}
