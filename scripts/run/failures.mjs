// What failed in a run of all tests, gathered from its output so that it can be told once more at the very end: whoever sees
// only the last lines of a long log must learn which test failed and why.

// Turbo puts the task before each line and mixes the lines of tasks that run side by side.
const TASK = /^(@[\w-]+\/[\w-]+:\w+): ?(.*)$/;
// oxlint-disable-next-line no-control-regex
const COLOURS = /\x1b\[[0-9;]*m/g;

const NEVER = /(?!)/;
const AT_ONCE = /(?:)/;
/** How the tools that a run calls begin and end what they say of a failure. */
const KINDS = [
  { tool: 'vitest', begins: /^ FAIL  /, ends: /^⎯+\[\d+\/\d+\]⎯/ },
  { tool: 'vitest, outside of tests', begins: /^⎯+ (Unhandled|Uncaught) .+ ⎯+$/, ends: /^ +Test Files / },
  { tool: 'the test runner of Node', begins: /^✖ failing tests:/, ends: NEVER },
  { tool: 'tsc', begins: /error TS\d+:/, ends: AT_ONCE },
  { tool: 'turbo', begins: /^Failed: /, ends: AT_ONCE },
  { tool: 'coverage', begins: /^coverage: /, ends: AT_ONCE },
];
/** A message and the first lines of a stack; several tests that failed alike have one such block. */
const MOST_LINES = 40;

/**
 * @param {string} log
 * @returns {string[]} one text for each failure, in the order in which they came
 */
export function failuresIn(log) {
  const failures = [];
  const open = new Map();
  for (const raw of log.replaceAll(COLOURS, '').split('\n')) {
    const [, task = '', line = raw] = TASK.exec(raw) ?? [];
    const failure = open.get(task) ?? begun(failures, task, line);
    if (failure === undefined) continue;
    const isOver = failure.kind.ends.test(line);
    if (isOver) open.delete(task);
    else open.set(task, failure);
    // What ends at once has one line, and that is also its last.
    if (!isOver || failure.lines.length === 0) failure.lines.push(line.trimEnd());
  }
  return failures.map(textOf);
}

function begun(failures, task, line) {
  const kind = KINDS.find(({ begins }) => begins.test(line));
  if (kind === undefined) return undefined;
  const failure = { task, kind, lines: [] };
  failures.push(failure);
  return failure;
}

function textOf({ task, lines }) {
  const shown = lines.slice(0, MOST_LINES);
  if (lines.length > shown.length) shown.push(`(${lines.length - shown.length} more lines are above)`);
  return [...(task === '' ? [] : [task]), ...shown].join('\n').trimEnd();
}

/**
 * @param {string[]} logs
 * @returns {string} headed by a line that .ci/run looks for
 */
export function tellingOf(...logs) {
  const failures = logs.flatMap(failuresIn);
  return ['What failed:', ...(failures.length === 0 ? ['nothing that left a message'] : failures)].join('\n\n');
}
