/** `npm run -s bench -- NAME`: measures against a reference in the same run, and is ok exactly when every goal is met. */
import { cpus } from 'node:os';
import { type Bench, type Goal, isMet, rounded } from '../bench/bench.ts';
import { writePage } from '../bench/page/write-page.ts';
import { benches } from '../bench/registry.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { table } from '../table.ts';

const known = benches.map(({ name, summary }) => `${name}: ${summary}`).join('; ');

/** Beside the names of benches: the page that tells what they measured. */
const PAGE = 'page';

const options = {
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
  seconds: {
    type: 'string',
    placeholder: 'S',
    description:
      'How long a loop of callers is measured each time, such as 0.8; the own length of each bench when left out',
  },
  callers: {
    type: 'string',
    placeholder: 'N,N,…',
    description:
      'How many callers wait for answers at once, such as 1,64,256,1000; the own numbers of each bench when left out',
  },
  shards: {
    type: 'integer',
    placeholder: 'N',
    max: 64,
    description: 'GRANARY_COMBINE_SHARDS of the engine that is measured, 0 for none; its default when left out',
  },
  out: {
    type: 'string',
    placeholder: 'FILE',
    default: 'docs/performance',
    description: 'For page: where it is written, FILE.md, and what is behind it, FILE.json',
  },
} as const;

export const command = defineCommand({
  name: 'bench',
  summary: `Measures against a reference in the same run, on servers of its own. ${known}`,
  usage: 'NAME, or page FILE… to write what they printed with --json into docs/performance.md',
  arguments: { min: 1, max: 100 },
  options,
  async run(context) {
    const [name = '', ...files] = context.positionals;
    if (name === PAGE) return pageOutcome(files.map(context.file), context.file(context.values.out));
    const bench = benches.find((each) => each.name === name);
    if (bench === undefined) throw new UsageError(`There is no bench '${name}'; there are ${names()}, and ${PAGE}`);
    if (files.length > 0) throw new UsageError(`Unexpected argument '${files[0] ?? ''}'`);
    return await measured(bench, context);
  },
});

const names = () => benches.map(({ name }) => name).join(', ');

async function measured(bench: Bench, { values, say, progress, signal }: CommandContext<typeof options>) {
  const sized = (whole: number) => Math.max(1, Math.round((whole * values.percent) / 100));
  const startedAt = performance.now();
  const { goals, figures } = await bench.run({ say, progress, signal, sized, ...measuring(values) });
  const judged = goals.map((goal) => ({ ...goal, measured: rounded(goal.measured, 3), ok: isMet(goal) }));
  const rows = judged.map((goal) => [goal.ok ? 'met' : 'MISSED', goal.name, goal.measured, limitText(goal)]);
  return {
    ok: judged.every(({ ok }) => ok),
    figures: {
      bench: bench.name,
      percent: values.percent,
      rounds: values.rounds,
      machine: machineText(),
      measuredOn: new Date().toISOString().slice(0, 10),
      seconds: rounded((performance.now() - startedAt) / 1000, 1),
      goals: judged,
      ...figures,
    },
    summary: `${table(rows)}\n${JSON.stringify(figures)}`,
  };
}

function pageOutcome(files: readonly string[], out: string) {
  const shown = writePage({ files, out }).map(({ bench }) => bench);
  return {
    ok: true,
    figures: { page: `${out}.md`, benches: shown },
    summary: `${out}.md tells of ${shown.join(', ')}`,
  };
}

interface Measuring {
  readonly rounds: number;
  readonly seconds: string | undefined;
  readonly callers: string | undefined;
  readonly shards: number | undefined;
}

function measuring({ rounds, seconds, callers, shards }: Measuring) {
  return {
    rounds,
    seconds: seconds === undefined ? undefined : positive('seconds', seconds),
    callers: callers?.split(',').map((each) => Math.ceil(positive('callers', each))),
    settings: shards === undefined ? {} : { GRANARY_COMBINE_SHARDS: String(shards) },
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`--${option} must be above 0, not '${text}'`);
}

function limitText({ limit, bound = 'most', wish }: Goal): string {
  return `at ${bound} ${limit}${wish === undefined ? '' : `, hoped for ${wish}`}`;
}

/** Cores say most: database, callers and engine share them. */
function machineText(): string {
  const cores = cpus();
  return `${cores.length} cores, ${cores[0]?.model ?? 'unknown'}, Node.js ${process.versions.node}`;
}
