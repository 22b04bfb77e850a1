/** `npm run -s bench -- NAME`: measures against a reference in the same run, and is ok exactly when every goal is met. */
import { isMet, rounded } from '../bench/bench.ts';
import { benches } from '../bench/registry.ts';
import { defineCommand, UsageError } from '../command.ts';
import { table } from '../table.ts';

const known = benches.map(({ name, summary }) => `${name}: ${summary}`).join('; ');

export const command = defineCommand({
  name: 'bench',
  summary: `Measures against a reference in the same run, on servers of its own. ${known}`,
  usage: 'NAME',
  arguments: { min: 1, max: 1 },
  options: {
    rounds: {
      type: 'integer',
      placeholder: 'N',
      default: 5,
      min: 3,
      max: 100,
      description: 'Measurements of each of the compared things, in turns; medians are compared',
    },
    percent: {
      type: 'integer',
      placeholder: 'N',
      default: 100,
      min: 1,
      max: 100,
      description: 'How much of the whole size; the goals are those of the whole',
    },
  },
  async run({ values, positionals, say, progress, signal }) {
    const bench = benches.find(({ name }) => name === positionals[0]);
    if (bench === undefined)
      throw new UsageError(
        `There is no bench '${positionals[0]}'; there are ${benches.map(({ name }) => name).join(', ')}`,
      );
    const sized = (whole: number) => Math.max(1, Math.round((whole * values.percent) / 100));
    const startedAt = performance.now();
    const { goals, figures } = await bench.run({ say, progress, signal, rounds: values.rounds, sized });
    const judged = goals.map((goal) => ({ ...goal, measured: rounded(goal.measured, 3), ok: isMet(goal) }));
    const rows = judged.map(({ name, measured, limit, ok }) => [
      ok ? 'met' : 'MISSED',
      name,
      measured,
      `at most ${limit}`,
    ]);
    return {
      ok: judged.every(({ ok }) => ok),
      figures: {
        bench: bench.name,
        percent: values.percent,
        rounds: values.rounds,
        seconds: rounded((performance.now() - startedAt) / 1000, 1),
        goals: judged,
        ...figures,
      },
      summary: `${table(rows)}\n${JSON.stringify(figures)}`,
    };
  },
});
