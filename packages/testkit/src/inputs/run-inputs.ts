/** Runs the bad inputs against an api: every class of reliability.md 7.1 and 7.2 on every procedure that takes such a field, over real HTTP, with the tables watched. */
import { baseCalls } from './base-calls.ts';
import type { BaseInputs } from './base-inputs.ts';
import { exemptionFor, staleExemptions, ALL_CLASSES } from './exemptions.ts';
import { createFixtures } from './fixtures.ts';
import { overflows } from './overflow.ts';
import { restSender } from './rest-wire.ts';
import type { Schema } from './schema-fields.ts';
import { watchTables } from './table-checksums.ts';
import { sampleOf, type Trial, trialsOf } from './trial.ts';
import { groupsOf, inOrder, tryGroup, trySum, type Tools } from './trying.ts';
import { sender } from './wire.ts';

export const doors = ['trpc', 'rest'] as const;
export type Door = (typeof doors)[number];

export interface InputsOptions {
  /** The procedures of the api with their input schemas; undefined for one that takes nothing. */
  readonly procedures: Readonly<Record<string, Schema | undefined>>;
  readonly url: string;
  readonly isQuery: (procedure: string) => boolean;
  /** Through which of its doors the calls go. */
  readonly door: Door;
  readonly databaseUrl: string;
  /** Left out, everything is tried. */
  readonly sampleSeed?: number | undefined;
  /** Looks at the invariants: no accepted call may have broken one. */
  readonly verify: () => Promise<{ readonly ok: boolean; readonly violations: readonly unknown[] }>;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface InputsReport {
  readonly ok: boolean;
  readonly calls: number;
  readonly refused: number;
  readonly accepted: number;
  /** Pairs of procedure and class that were tried. */
  readonly pairs: number;
  readonly exempt: number;
  readonly perClass: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 2000;

export async function runInputs(options: InputsOptions): Promise<InputsReport> {
  const send = options.door === 'rest' ? restSender(options) : sender(options.url);
  const fixtures = createFixtures(send, options.databaseUrl);
  const run = createRun();
  const bases = await basesOf(options, { fixtures, run });
  const all = Object.entries(options.procedures).flatMap(([procedure, schema]) => {
    const own = bases.get(procedure);
    return schema === undefined || own === undefined ? [] : trialsOf(procedure, { schema, bases: own });
  });
  const trials = inOrder(options.sampleSeed === undefined ? all : sampleOf(all, options.sampleSeed));
  await proveBases(trials, { send, fixtures, run });
  const sums = (await overflows(fixtures)).filter(({ procedure }) => bases.has(procedure));
  const tables = await watchTables(options.databaseUrl);
  try {
    let done = 0;
    for (const some of groupsOf(trials)) {
      if (options.signal?.aborted === true) run.problem('the run was stopped');
      if (options.signal?.aborted === true || run.problems.length >= MOST_PROBLEMS) break;
      await tryGroup(some, { send, fixtures, run, tables, bases });
      done += some.length;
      options.onProgress?.(done, trials.length);
    }
    for (const sum of sums) await trySum(sum, { send, run, tables });
  } finally {
    await tables.close();
  }
  const report = await options.verify();
  if (!report.ok)
    run.problem(`an accepted call broke an invariant: ${JSON.stringify(report.violations).slice(0, 1000)}`);
  if (options.sampleSeed === undefined) checkProduct(Object.keys(options.procedures), run);
  return run.report(Object.keys(options.procedures));
}

export type Run = ReturnType<typeof createRun>;

function createRun() {
  const problems: string[] = [];
  const tried = new Map<string, number>();
  let [calls, refused, accepted, slowestMs] = [0, 0, 0, 0];
  return {
    problems,
    problem: (text: string): void => void problems.push(text),
    wasTried: (procedure: string, number: number) => tried.has(`${procedure} ${number}`),
    count(facts: { procedure: string; class: number; status: number; ms: number }) {
      const pair = `${facts.procedure} ${facts.class}`;
      tried.set(pair, (tried.get(pair) ?? 0) + 1);
      calls += 1;
      if (facts.status === 200) accepted += 1;
      else refused += 1;
      slowestMs = Math.max(slowestMs, Math.round(facts.ms));
    },
    report(procedures: readonly string[]): InputsReport {
      const perClass: Record<string, number> = {};
      for (const [pair, times] of tried)
        perClass[pair.split(' ')[1] ?? ''] = (perClass[pair.split(' ')[1] ?? ''] ?? 0) + times;
      const exempt = procedures.reduce(
        (sum, procedure) => sum + ALL_CLASSES.filter((each) => exemptionFor(procedure, each) !== undefined).length,
        0,
      );
      return {
        ok: problems.length === 0,
        calls,
        refused,
        accepted,
        pairs: tried.size,
        exempt,
        perClass,
        slowestMs,
        problems,
      };
    },
  };
}

/** The base inputs of every procedure. */
async function basesOf(
  { procedures }: InputsOptions,
  { fixtures, run }: Pick<Tools, 'fixtures'> & { readonly run: Run },
): Promise<Map<string, BaseInputs>> {
  const bases = new Map<string, BaseInputs>();
  for (const [procedure, schema] of Object.entries(procedures)) {
    const make = baseCalls[procedure];
    if (schema !== undefined && make !== undefined) bases.set(procedure, await make(fixtures));
    else if (schema !== undefined && exemptionFor(procedure, 35) === undefined)
      run.problem(`nobody wrote a valid call of ${procedure}`);
  }
  return bases;
}

/** Each base call that the trials change one value of must be accepted as it is: else a refusal would prove nothing. */
async function proveBases(
  trials: readonly Trial[],
  { send, fixtures, run }: Omit<Tools, 'bases' | 'tables'>,
): Promise<void> {
  const variants = new Map(trials.map(({ procedure, variant }) => [`${procedure} ${variant}`, { procedure, variant }]));
  for (const { procedure, variant } of variants.values()) {
    const fresh = (await baseCalls[procedure]?.(fixtures))?.[variant];
    const answer = await send(procedure, JSON.stringify(fresh));
    if (answer.status === 200) continue;
    const told = `${JSON.stringify(fresh)} -> ${answer.text.slice(0, 300)}`;
    run.problem(`the valid call of ${procedure} is refused: ${told}`);
  }
}

/** Every procedure with every class, less what is excused by name; an excuse for what was tried is out of date. */
function checkProduct(procedures: readonly string[], run: Run): void {
  for (const procedure of procedures) {
    const missing = ALL_CLASSES.filter(
      (each) => !run.wasTried(procedure, each) && exemptionFor(procedure, each) === undefined,
    );
    if (missing.length > 0)
      run.problem(`${procedure} was not tried with class ${missing.join(', ')}, and nobody said why`);
    const stale = staleExemptions(procedure, (each) => run.wasTried(procedure, each));
    if (stale.length > 0) run.problem(`${procedure} is excused from class ${stale.join(', ')}, yet takes it`);
  }
}
