/** Runs the bad inputs against an api: every class of reliability.md 7.1 to 7.4 on every procedure that takes such a field, over real HTTP, with the tables watched. */
import { ALL_CLASSES, demandsOn, EXCUSED, isScenario, UNTRIED } from './class-table.ts';
import { createFixtures } from './fixtures.ts';
import type { CallInput } from './procedure-sheet.ts';
import { restSender } from './rest-wire.ts';
import { type Counts, createRun, type InputsReport } from './run-report.ts';
import { scenariosOf } from './scenarios/all.ts';
import { type Field, fieldsOf, type Schema } from './schema-fields.ts';
import { sheetOf } from './sheets/all.ts';
import { watchTables } from './table-checksums.ts';
import { sampleOf, shuffle, type Trial, trialsOf } from './trial.ts';
import { tryScenario } from './trying-scenarios.ts';
import { groupsOf, inOrder, type Tools, tryGroup } from './trying.ts';
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

/** What is known of one procedure that is tried. */
interface Subject {
  readonly schema: Schema;
  readonly fields: readonly Field[];
  readonly calls: readonly CallInput[];
}
type Subjects = ReadonlyMap<string, Subject>;

const MOST_PROBLEMS = 500;
/** Of a sample; each has a few calls before the one that is looked at. */
const SCENARIOS_OF_A_SAMPLE = 25;

export async function runInputs(options: InputsOptions): Promise<InputsReport> {
  const send = options.door === 'rest' ? restSender(options) : sender(options.url);
  const fixtures = createFixtures(send, options.databaseUrl);
  const run = createRun();
  const subjects = await subjectsOf(options, { fixtures, run });
  const calls = new Map([...subjects].map(([procedure, subject]) => [procedure, subject.calls]));
  const tables = await watchTables(options.databaseUrl);
  try {
    await tryAll(options, subjects, { send, fixtures, run, tables, calls });
  } finally {
    await tables.close();
  }
  const report = await options.verify();
  if (!report.ok)
    run.problem(`an accepted call broke an invariant: ${JSON.stringify(report.violations).slice(0, 1000)}`);
  // Bodies with keys of a prototype came to this very process when the api runs in it.
  if ('polluted' in {}) run.problem('a body polluted the prototype of every object');
  if (options.sampleSeed === undefined) checkProduct(subjects, run);
  return run.report();
}

/** Left out of the plan once there are too many problems, or when the run is stopped. */
async function tryAll(options: InputsOptions, subjects: Subjects, tools: Tools & { run: Counts }): Promise<void> {
  const { run } = tools;
  const all = [...subjects].flatMap(([procedure, subject]) => planOf(procedure, { subject, run }));
  const everyScenario = scenariosOf(new Map([...subjects].map(([procedure, { fields }]) => [procedure, fields])));
  const seed = options.sampleSeed;
  const trials = inOrder(seed === undefined ? all : sampleOf(all, seed));
  const scenarios = seed === undefined ? everyScenario : shuffle(everyScenario, seed).slice(0, SCENARIOS_OF_A_SAMPLE);
  await proveCalls(trials, tools);
  await tools.tables.changed();
  let done = 0;
  const isOver = (): boolean => {
    if (options.signal?.aborted === true) run.problem('the run was stopped');
    return options.signal?.aborted === true || run.problems.length >= MOST_PROBLEMS;
  };
  const step = (count: number): void => {
    done += count;
    options.onProgress?.(done, trials.length + scenarios.length);
  };
  for (const group of groupsOf(trials)) {
    if (isOver()) return;
    await tryGroup(group, tools);
    step(group.length);
  }
  for (const scenario of scenarios) {
    if (isOver()) return;
    await tryScenario(scenario, tools);
    step(1);
  }
}

/** A procedure of which no valid call has some field is a problem of its own; the others are tried nevertheless. */
function planOf(procedure: string, { subject, run }: { subject: Subject; run: Counts }): Trial[] {
  try {
    return trialsOf(procedure, subject);
  } catch (error) {
    run.problem(error instanceof Error ? error.message : String(error));
    return [];
  }
}

/** Each procedure that takes an input, with its valid calls. */
async function subjectsOf(
  { procedures }: InputsOptions,
  { fixtures, run }: Pick<Tools, 'fixtures'> & { readonly run: Counts },
): Promise<Subjects> {
  const subjects = new Map<string, Subject>();
  for (const [procedure, schema] of Object.entries(procedures)) {
    if (schema === undefined || UNTRIED.has(procedure)) continue;
    const sheet = sheetOf(procedure);
    if (sheet === undefined) run.problem(`nobody wrote a sheet of ${procedure}`);
    const calls: CallInput[] = [];
    for (const make of sheet?.calls ?? []) calls.push(await make(fixtures));
    if (sheet !== undefined) subjects.set(procedure, { schema, fields: fieldsOf(schema), calls });
  }
  return subjects;
}

/** Each valid call that the trials change one value of must be accepted as it is: else a refusal would prove nothing. */
async function proveCalls(
  trials: readonly Trial[],
  { send, fixtures, run }: Omit<Tools, 'calls' | 'tables'>,
): Promise<void> {
  const variants = new Map(trials.map(({ procedure, variant }) => [`${procedure} ${variant}`, { procedure, variant }]));
  for (const { procedure, variant } of variants.values()) {
    const fresh = await sheetOf(procedure)?.calls[variant]?.(fixtures);
    const answer = await send(procedure, JSON.stringify(fresh));
    if (answer.status === 200) continue;
    const told = `${JSON.stringify(fresh)} -> ${answer.text.slice(0, 300)}`;
    run.problem(`the valid call of ${procedure} is refused: ${told}`);
  }
}

/** Every procedure with every class that it must be tried with, and with no other that the table knows nothing of. */
function checkProduct(subjects: Subjects, run: Counts): void {
  for (const [procedure, { fields }] of subjects) {
    const demanded = new Set(demandsOn(procedure, fields));
    const missing = [...demanded].filter((each) => !run.wasTried(procedure, each));
    if (missing.length > 0) run.problem(`${procedure} was not tried with class ${missing.join(', ')}`);
    const unforeseen = ALL_CLASSES.filter(
      (each) => run.wasTried(procedure, each) && !demanded.has(each) && !isScenario(each),
    );
    if (unforeseen.length > 0)
      run.problem(
        `${procedure} was tried with class ${unforeseen.join(', ')}, which the table of classes does not say`,
      );
  }
}

/** Of a whole run: every class was met by some procedure, or is excused by name, and not both. */
export function checkClasses(perClass: InputsReport['perClass']): string[] {
  return ALL_CLASSES.flatMap((each) => {
    const isMet = (perClass[each] ?? 0) > 0;
    if (isMet && EXCUSED.has(each)) return [`class ${each} is excused, yet it was tried`];
    return isMet || EXCUSED.has(each) ? [] : [`class ${each} was tried nowhere, and nobody said why`];
  });
}
