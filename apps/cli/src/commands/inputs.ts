/** `npm run -s inputs`: bad numbers, texts, times, shapes and calls in the wrong state on every procedure, over real HTTP through both doors, with every table watched. */
import { checkClasses, type Door, doors, runInputs } from '@granary/testkit/inputs/run-inputs';
import { createRun, type InputsReport, sumOf } from '@granary/testkit/inputs/run-report';
import { type CommandContext, defineCommand } from '../command.ts';
import { nouns, openApiUnderTest } from '../inputs/api-under-test.ts';

export const command = defineCommand({
  name: 'inputs',
  summary: 'Bad inputs on every procedure, over real HTTP through both doors, with every table watched',
  options: {
    sample: {
      type: 'integer',
      placeholder: 'SEED',
      description: 'Only a sample: every class twice, every procedure once, and some scenarios',
    },
    door: { type: 'string', choices: doors, description: 'Only through this door; through both when left out' },
    of: { type: 'string', placeholder: 'PREFIX', description: 'Only procedures whose names begin with this' },
  },
  async run({ values, progress, signal }) {
    const chosen = doors.filter((door) => values.door === undefined || values.door === door);
    const reports: [Door, InputsReport][] = [];
    for (const door of chosen)
      reports.push([door, await tryDoor(door, { sample: values.sample, of: values.of ?? '', progress, signal })]);
    const isWhole = values.sample === undefined && values.of === undefined && !signal.aborted;
    const problems = reports.flatMap(([door, report]) =>
      [...report.problems, ...(isWhole ? checkClasses(report.perClass) : [])].map((problem) => `${door}: ${problem}`),
    );
    const counts = reports.map(
      ([door, { calls, refused, accepted, pairs, excused }]) =>
        `${door}: ${calls} calls, ${refused} refused, ${accepted} accepted, ${pairs} pairs of procedure and class, ${excused} classes excused`,
    );
    const more = problems.length > 50 ? [`and ${problems.length - 50} more`] : [];
    return {
      ok: problems.length === 0,
      figures: { doors: Object.fromEntries(reports.map(([door, report]) => [door, figuresOf(report)])), problems },
      summary: [...problems.slice(0, 50), ...more, ...counts].join('\n'),
    };
  },
});

interface Surroundings extends Pick<CommandContext, 'progress' | 'signal'> {
  readonly sample: number | undefined;
  readonly of: string;
}

/** In slices, one noun at a time, since every look at the tables costs what was written before it; a sample is small enough as it is. */
async function tryDoor(door: Door, surroundings: Surroundings): Promise<InputsReport> {
  const { sample, of, signal } = surroundings;
  if (sample !== undefined) return await trySlice(door, of, surroundings);
  const reports: InputsReport[] = [];
  const slices = nouns.map((noun) => (of.startsWith(noun) ? of : noun)).filter((slice) => slice.startsWith(of));
  for (const slice of slices) {
    if (signal.aborted) break;
    reports.push(await trySlice(door, slice, surroundings));
  }
  return sumOf(reports);
}

/** Each gets an api of its own: names that one has kept would be taken for the next. */
async function trySlice(door: Door, slice: string, { sample, progress, signal }: Surroundings): Promise<InputsReport> {
  const api = await openApiUnderTest();
  const bar = progress(`bad inputs through ${door} ${slice}`);
  const procedures = Object.fromEntries(Object.entries(api.procedures).filter(([name]) => name.startsWith(slice)));
  try {
    return await runInputs({
      ...{ ...api, procedures, door, sampleSeed: sample, signal },
      onProgress: (done, total) => bar.at(done, `of ${total}`),
    });
  } catch (error) {
    // What was found in the other slices is told nevertheless.
    const run = createRun();
    run.problem(`${slice} could not be tried: ${error instanceof Error ? error.message : String(error)}`);
    return run.report();
  } finally {
    bar.end();
    await api.close();
  }
}

function figuresOf({ ok: _ok, problems: _problems, ...figures }: InputsReport) {
  return figures;
}
