// Shows that what failed is found in a log in which tasks mix, and that the last lines of .ci/run tell of it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { failuresIn, tellingOf } from './run/failures.mjs';

const copy = mkdtempSync(join(tmpdir(), 'granary-failures-'));
after(() => rmSync(copy, { recursive: true, force: true }));

const of = (task) => (line) => `@granary/${task}: ${line}`;
const one = of('domain:test');
const other = of('worker:test');
const VITEST = [
  one('\u001b[32m ✓ src/good.test.ts\u001b[39m'),
  one('⎯⎯⎯⎯⎯⎯⎯ Failed Tests 2 ⎯⎯⎯⎯⎯⎯⎯'),
  one(''),
  one('\u001b[41m FAIL \u001b[49m src/merge.race.test.ts > a merge'),
  other(' FAIL  src/jobs.test.ts > a job'),
  one('AssertionError: expected 1 to be 2'),
  other('Error: too late'),
  one(' ❯ src/merge.race.test.ts:165:20'),
  one('⎯⎯⎯⎯⎯⎯⎯[1/2]⎯'),
  one(''),
  one(' FAIL  src/split.test.ts > a split'),
  one('Error: gone'),
  one('⎯⎯⎯⎯⎯⎯⎯[2/2]⎯'),
  other('⎯⎯⎯⎯⎯⎯⎯[1/1]⎯'),
  one(' Test Files  2 failed | 1 passed (3)'),
  one('      Tests  2 failed | 40 passed (42)'),
];

test('the failures of tasks that run side by side are told apart', () => {
  assert.deepEqual(failuresIn(VITEST.join('\n')), [
    '@granary/domain:test\n FAIL  src/merge.race.test.ts > a merge\nAssertionError: expected 1 to be 2\n ❯ src/merge.race.test.ts:165:20',
    '@granary/worker:test\n FAIL  src/jobs.test.ts > a job\nError: too late',
    '@granary/domain:test\n FAIL  src/split.test.ts > a split\nError: gone',
  ]);
});

const others = {
  'an error outside of any test': {
    log: [
      one('⎯⎯⎯⎯⎯⎯ Unhandled Errors ⎯⎯⎯⎯⎯⎯'),
      one('Error: a rejection that nobody heard'),
      one(' Test Files  1 passed (1)'),
      one('after'),
    ],
    found: ['@granary/domain:test\n⎯⎯⎯⎯⎯⎯ Unhandled Errors ⎯⎯⎯⎯⎯⎯\nError: a rejection that nobody heard'],
  },
  'what does not compile, and the list of turbo': {
    log: [of('client:build')("src/a.ts(5,24): error TS2307: no 'zod'."), 'Failed:    @granary/client#build'],
    found: ["@granary/client:build\nsrc/a.ts(5,24): error TS2307: no 'zod'.", 'Failed:    @granary/client#build'],
  },
  'a test of the scripts': {
    log: ['✖ a name (3 ms)', 'ℹ fail 1', '✖ failing tests:', '', 'test at scripts/a.test.mjs:9:1', '  AssertionError'],
    found: ['✖ failing tests:\n\ntest at scripts/a.test.mjs:9:1\n  AssertionError'],
  },
  'nothing, when all passes': { log: [one(' ✓ src/good.test.ts'), one(' Test Files  1 passed (1)')], found: [] },
};
for (const [what, { log, found }] of Object.entries(others))
  test(`${what} is found`, () => assert.deepEqual(failuresIn(log.join('\n')), found));

test('a failure without end is cut, and says so', () => {
  const [failure] = failuresIn(
    [one(' FAIL  x'), ...Array.from({ length: 60 }, (_, each) => one(`${each}`))].join('\n'),
  );
  assert.match(failure, /\n38\n\(21 more lines are above\)$/);
});

/** Runs .ci/run in a folder where \`npm\` says what it is told to. */
function runCi({ tests, checks = ['all good'], fails }) {
  mkdirSync(join(copy, 'bin'), { recursive: true });
  cpSync(fileURLToPath(new URL('../.ci', import.meta.url)), join(copy, '.ci'), { recursive: true });
  writeFileSync(join(copy, 'tests.log'), `${tests.join('\n')}\n`);
  writeFileSync(join(copy, 'checks.log'), `${checks.join('\n')}\n`);
  const said = (verb) => `cat ${join(copy, `${verb}.log`)}; exit ${fails === verb ? 1 : 0}`;
  writeFileSync(
    join(copy, 'bin/npm'),
    `#!/bin/sh\ncase "$*" in test) ${said('tests')};; *) ${said('checks')};; esac\n`,
  );
  chmodSync(join(copy, 'bin/npm'), 0o755);
  const env = { ...process.env, PATH: `${join(copy, 'bin')}${delimiter}${process.env.PATH}` };
  const { status, stdout } = spawnSync(join(copy, '.ci/run'), { env, encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

test('.ci/run tells what failed after all else, and sums up', () => {
  const tests = [...VITEST, tellingOf(VITEST.join('\n'))];
  const { status, lines } = runCi({ tests, fails: 'tests' });
  assert.equal(status, 1);
  assert.equal(lines.at(-1), '40 passed, 2 failed');
  const end = lines.slice(lines.indexOf('all good') + 1);
  assert.equal(end[0], 'What failed:');
  assert.equal(end.filter((line) => line.startsWith(' FAIL  ')).length, 3);
});

test('.ci/run shows the end of a run that could not tell, and of a check that failed', () => {
  const crashed = runCi({ tests: ['began', 'killed'], fails: 'tests' });
  assert.equal(crashed.status, 1);
  assert.deepEqual(crashed.lines.slice(-4), [
    'npm test failed; it ended with:',
    'began',
    'killed',
    '0 passed, 0 failed',
  ]);
  const unclean = runCi({ tests: VITEST.slice(0, 1), checks: ['src/a.ts: unused', 'failed: lint'], fails: 'checks' });
  assert.equal(unclean.status, 1);
  assert.deepEqual(unclean.lines.slice(-3), ['src/a.ts: unused', 'failed: lint', '0 passed, 0 failed']);
});

test('.ci/run says no more than the sum when all is well', () => {
  const { status, lines } = runCi({ tests: [one('      Tests  40 passed (40)')] });
  assert.equal(status, 0);
  assert.deepEqual(lines.slice(-2), ['all good', '40 passed, 0 failed']);
});
