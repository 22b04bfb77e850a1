/** `histories`: whether what many clients were told of the same stock at once, while things break, fits one order of their calls. */
import { defineCommand } from '../command.ts';
import { plantKinds } from '../histories/plants.ts';
import { type HistoriesReport, runHistories } from '../histories/run-histories.ts';
import { told } from '../histories/told.ts';
import { troubleNames } from '../histories/troubles.ts';

/** Into so many histories faults are planted, or into all there are. */
const PLANTS = 40;
const WANTED_PLANTS = 30;
const MOST_UNDECIDED = 0.01;

export const command = defineCommand({
  name: 'histories',
  summary:
    'Records what clients are told of the same stock at once, over 2 api processes under faults, and proves that one order of the calls explains it',
  options: {
    count: { type: 'integer', placeholder: 'N', default: 200, min: 1, description: 'How many histories' },
    operations: { type: 'integer', placeholder: 'N', default: 300, min: 1, description: 'Calls of each' },
    clients: { type: 'integer', placeholder: 'N', default: 8, min: 1, description: 'Clients of each' },
    seed: { type: 'integer', placeholder: 'S', default: 1, min: 0, description: 'What the clients ask' },
    faults: {
      type: 'string',
      choices: ['all', ...troubleNames],
      default: 'all',
      description: 'What happens meanwhile',
    },
  },
  async run({ values, progress, signal }) {
    const troubles = troubleNames.filter((name) => values.faults === 'all' || values.faults === name);
    const bar = progress('histories', values.count);
    const report = await runHistories({
      ...values,
      troubles,
      plants: PLANTS,
      signal,
      onProgress: (done, note) => bar.at(done, note),
    });
    bar.end();
    const problems = problemsOf(report, values.count);
    const { rounds, violations, planted, ...sums } = report;
    const happened = Object.fromEntries(rounds.map(({ trouble, happened: times }) => [trouble, times]));
    return {
      ok: problems.length === 0,
      figures: { ...sums, violations: violations.length, faults: happened, planted, problems, found: violations },
      summary: [told(report), ...problems].join('\n'),
    };
  },
});

function problemsOf(
  { rounds, violations, planted, histories, undecided, expired }: HistoriesReport,
  count: number,
): string[] {
  const never = rounds.filter(({ trouble, happened }) => happened === 0 && trouble !== 'none');
  const missed = plantKinds.filter((kind) => planted[kind].caught < planted[kind].planted);
  const few = plantKinds.filter((kind) => planted[kind].planted < WANTED_PLANTS && histories >= PLANTS);
  return [
    ...(violations.length > 0 ? [`${violations.length} violations`] : []),
    ...(histories < count ? [`only ${histories} histories were recorded`] : []),
    ...(undecided > histories * MOST_UNDECIDED ? [`${undecided} histories could not be decided`] : []),
    ...(expired === 0 ? ['no hold ran out'] : []),
    ...never.map(({ trouble }) => `${trouble}: never happened`),
    ...missed.map((kind) => `a planted ${kind} was not found`),
    ...few.map((kind) => `only ${planted[kind].planted} histories had a place for a planted ${kind}`),
  ];
}
