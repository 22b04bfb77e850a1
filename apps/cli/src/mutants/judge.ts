/** What a run of tests says of a mutant: only a failing assertion catches it. */

/** `caught`: an assertion failed. The others are what a mutant must not end as. */
export type Verdict =
  | 'caught'
  | 'survived'
  | 'by timeout'
  | 'by crash'
  | 'does not compile'
  | 'not found'
  | 'not green';

/** One test as the reporter of vitest tells it. */
export interface TestOutcome {
  readonly title: string;
  readonly status: string;
  /** Messages with their stacks. */
  readonly failures: readonly string[];
}

export interface TestRun {
  readonly tests: readonly TestOutcome[];
  /** True when the run was ended because it took too long. */
  readonly isOverdue: boolean;
  /** What the runner said where it could not even tell of tests. */
  readonly trouble?: string | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The first line of what failed. */
  readonly because: string;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** An expectation that failed; of what a promise should have done vitest says it by an error without a name of its own. */
const isAssertion = (failure: string): boolean =>
  /^AssertionError|^Error: promise (resolved|rejected) [^]* instead of (rejecting|resolving)/u.test(failure);

const isTimeout = (failure: string): boolean => /^Error: (Test|Hook) timed out/u.test(failure);

/** With the defect in place. */
export function judge({ tests, isOverdue, trouble }: TestRun): Judgement {
  const failures = tests.filter(({ status }) => status === 'failed').flatMap(({ failures: all }) => all);
  const assertion = failures.find(isAssertion);
  if (assertion !== undefined) return { verdict: 'caught', because: firstLine(assertion) };
  const timeout = failures.find(isTimeout);
  if (isOverdue || timeout !== undefined)
    return { verdict: 'by timeout', because: firstLine(timeout ?? 'the run took too long') };
  const [failure = trouble] = failures;
  if (failure !== undefined) return { verdict: 'by crash', because: firstLine(failure) };
  return { verdict: 'survived', because: `${tests.filter(passed).length} tests passed all the same` };
}

/** Without any defect: the test is there, and is green. */
export function greenWithout({ tests, trouble }: TestRun, title: string): Judgement | undefined {
  const named = tests.filter((test) => test.title.includes(title));
  if (named.some(passed) && !named.some(({ status }) => status === 'failed')) return undefined;
  const failure = named.flatMap(({ failures }) => failures)[0] ?? trouble ?? `no test is called '${title}'`;
  return { verdict: 'not green', because: firstLine(failure) };
}

function passed({ status }: TestOutcome): boolean {
  return status === 'passed';
}
