/** `replay --methods`: the stream with costing on, once for each method, and what each SKU then cost. */
import { writeFile } from 'node:fs/promises';
import { type CommandContext, type Outcome, PlainError, UsageError } from '../command.ts';
import { table } from '../table.ts';
import { type Difference, differencesOf, type ExpectedCosts, expectedBeside, readExpected } from './cost-expected.ts';
import { type CostResult, resultOf } from './cost-figures.ts';
import { keyOf, methodsOf } from './cost-method.ts';
import { type CostPass, costPass } from './cost-pass.ts';
import type { EventRow } from './event-file.ts';

/** The options of the command that are about costs. */
export const costOptions = {
  methods: {
    type: 'string',
    placeholder: 'LIST',
    description:
      'Cost the stream by fifo, lifo, weighted_average, periodic_average: one pass for each, months closed as it leaves them',
  },
  out: {
    type: 'string',
    placeholder: 'FILE',
    description: 'With --methods: where the cost of each SKU is written, as JSON',
  },
  expected: {
    type: 'string',
    placeholder: 'FILE',
    description:
      'With --methods: results to compare with; ../truth/replay_expected.json beside the stream, where there is one',
  },
  'expected-only': {
    type: 'boolean',
    description: 'With --methods: replay only the items that the expected results name',
  },
} as const;

export type CostReplayContext = Pick<CommandContext, 'progress' | 'file' | 'signal'> & {
  readonly values: {
    readonly methods: string;
    readonly out: string | undefined;
    readonly expected: string | undefined;
    readonly 'expected-only': boolean;
    readonly concurrency: number;
    readonly limit: number | undefined;
  };
};

export interface Stream {
  readonly path: string;
  readonly rows: readonly EventRow[];
}

const SHOWN = 50;

export async function replayCosts(context: CostReplayContext, stream: Stream): Promise<Outcome> {
  const { values, file, signal, progress } = context;
  const methods = methodsOf(values.methods);
  const expected = await expectedFor(context, stream);
  const rows = values['expected-only'] ? stream.rows.filter(({ sku }) => expected?.[sku] !== undefined) : stream.rows;
  if (rows.length === 0) throw new PlainError(`${stream.path} holds no row to replay.`);
  const passes: CostPass[] = [];
  const sofar = () => resultOf(passes.map(({ method, skus }) => [keyOf(method), skus]));
  for (const method of methods) {
    const bar = progress(method, rows.length);
    const { concurrency } = values;
    const onProgress = (done: number, note: string) => bar.at(done, note);
    const pass = await costPass({ rows, method, concurrency, signal, onProgress });
    bar.end(`${pass.seconds.toFixed(1)} s, ${pass.violations.length} violations`);
    passes.push(pass);
    // After each pass, so that hours of earlier ones are not lost with a later one.
    if (values.out !== undefined) await writeFile(file(values.out), `${JSON.stringify(sofar(), null, 1)}\n`);
  }
  const result = sofar();
  const differences = expected === undefined ? undefined : differencesOf(expected, result, methods);
  return outcomeOf({ passes, result, differences, compared: Object.keys(expected ?? {}).length, rows: rows.length });
}

/** Of a part of the stream nothing can be expected, unless the caller says what. */
async function expectedFor({ values, file }: CostReplayContext, { path }: Stream): Promise<ExpectedCosts | undefined> {
  const beside = values.limit === undefined ? expectedBeside(path) : undefined;
  const found = values.expected === undefined ? beside : file(values.expected);
  if (found !== undefined) return await readExpected(found);
  if (values['expected-only'])
    throw new UsageError('--expected-only needs the expected results: name them by --expected');
  return undefined;
}

interface Told {
  readonly passes: readonly CostPass[];
  readonly result: CostResult;
  /** Undefined when there was nothing to compare with. */
  readonly differences: readonly Difference[] | undefined;
  readonly compared: number;
  readonly rows: number;
}

function outcomeOf({ passes, result, differences, compared, rows }: Told): Outcome {
  const violations = passes.flatMap((pass) => pass.violations);
  const methods = passes.map(({ method, documents, months, seconds, violations: { length } }) => ({
    ...{ method, documents, months, seconds: Number(seconds.toFixed(1)) },
    ...{ documentsPerSecond: Number((documents / seconds).toFixed(1)), violations: length },
  }));
  const figures = {
    ...{ rows, skus: Object.keys(result.skus).length, methods, totals: result.totals, compared },
    differences: differences?.length ?? null,
    differing: differences?.slice(0, SHOWN) ?? [],
    violating: violations.slice(0, SHOWN),
  };
  const heading = ['method', 'documents', 'months closed', 'seconds', 'a second', 'violations'];
  const lines = methods.map((each) => [
    ...[each.method, each.documents, each.months, each.seconds, each.documentsPerSecond, each.violations],
  ]);
  const verdict =
    differences === undefined
      ? 'Compared with nothing: no expected results were named or found.'
      : `${compared} items compared by ${passes.length} methods: ${differences.length} differences.`;
  const named = (differences ?? []).slice(0, SHOWN).map(toldOf);
  return {
    ok: violations.length === 0 && (differences?.length ?? 0) === 0,
    figures,
    summary: [table([heading, ...lines]), '', verdict, ...named].join('\n'),
  };
}

const toldOf = ({ sku, method, at, expected, found }: Difference): string =>
  `${sku}, ${method}, ${at}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
