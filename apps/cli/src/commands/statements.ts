/** `statements`: every statement of every call that changes something is let fail, in every way in which one can. */
import { UNTRIED } from '@granary/testkit/inputs/class-table';
import { type CommandContext, defineCommand } from '../command.ts';
import { nouns, openApiUnderTest } from '../inputs/api-under-test.ts';
import { sweep, type SweepReport } from '../statements/sweep.ts';
import { grouped } from '../table.ts';

export const command = defineCommand({
  name: 'statements',
  summary:
    'Lets the first, second, third… statement of every call fail, in every way: one effect each, and the right answer',
  options: {
    of: {
      type: 'string',
      placeholder: 'PREFIX',
      default: '',
      description: 'Only procedures whose names begin with this',
    },
    sample: { type: 'integer', placeholder: 'SEED', description: 'Only a few failures of each call' },
  },
  async run({ values, progress, signal }) {
    const slices = nouns.filter((noun) => noun.startsWith(values.of) || values.of.startsWith(noun));
    const reports: SweepReport[] = [];
    const bar = progress('statements');
    let done = 0;
    for (const noun of slices) {
      if (signal.aborted) break;
      const onProgress = (cases: number, procedure: string) => bar.at(done + cases, procedure);
      reports.push(await slice(noun, { ...values, signal, onProgress }));
      done += reports.at(-1)?.cases ?? 0;
    }
    bar.end();
    const report = sumOf(reports);
    const problems = [...report.problems, ...(report.cases === 0 ? ['no statement was let fail'] : [])];
    return {
      ok: problems.length === 0 && !signal.aborted,
      figures: { ...report, problems },
      summary: [...problems.slice(0, 50), summaryOf(report)].join('\n'),
    };
  },
});

interface Slice extends Pick<CommandContext, 'signal'> {
  readonly of: string;
  readonly sample: number | undefined;
  readonly onProgress: (cases: number, procedure: string) => void;
}

const SAMPLED_EACH = 6;

/** Each noun gets an api and a database of its own: every look at the tables costs what was written before. */
async function slice(noun: string, { of, sample, signal, onProgress }: Slice): Promise<SweepReport> {
  const api = await openApiUnderTest();
  try {
    const procedures = Object.keys(api.procedures).filter(
      (name) => name.startsWith(noun) && name.startsWith(of) && !api.isQuery(name) && !UNTRIED.has(name),
    );
    const each = sample === undefined ? undefined : { seed: sample, each: SAMPLED_EACH };
    return await sweep(api, { procedures, sample: each, signal, onProgress });
  } finally {
    await api.close();
  }
}

function sumOf(reports: readonly SweepReport[]): SweepReport {
  const sum = (of: (report: SweepReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const perMode: Record<string, number> = {};
  for (const report of reports)
    for (const [mode, cases] of Object.entries(report.perMode)) perMode[mode] = (perMode[mode] ?? 0) + cases;
  return {
    ...{
      procedures: sum(({ procedures }) => procedures),
      calls: sum(({ calls }) => calls),
      cases: sum(({ cases }) => cases),
    },
    ...{ served: sum(({ served }) => served), refused: sum(({ refused }) => refused), perMode },
    mostStatements: Math.max(0, ...reports.map(({ mostStatements }) => mostStatements)),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

function summaryOf({ procedures, calls, cases, served, refused, mostStatements }: SweepReport): string {
  return `${procedures} procedures, ${calls} calls of up to ${mostStatements} statements: ${grouped(cases)} failures, ${grouped(served)} served all the same, ${grouped(refused)} told to ask again`;
}
