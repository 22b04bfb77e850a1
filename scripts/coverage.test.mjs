// Shows that coverage is judged as it should be: plants what is not covered in a small project and expects it to be told.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { REPORT } from './run/coverage-settings.mjs';
import { forgetCoverage, judgeCoverage, MEASURED } from './run/coverage.mjs';
import { tellingOf } from './run/failures.mjs';

let base;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'granary-coverage-'));
  for (const place of MEASURED) plant(place, { 'src/plain.ts': covered(10) });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const at = (line) => ({ start: { line, column: 0 }, end: { line, column: 9 } });
/** A file of so many lines and branches, some of them never met. */
function covered(size, { lines = 0, branches = 0, text = '' } = {}) {
  const ids = Array.from({ length: size }, (_, each) => String(each));
  return {
    text,
    statementMap: Object.fromEntries(ids.map((id) => [id, at(Number(id) + 1)])),
    s: Object.fromEntries(ids.map((id, each) => [id, each < lines ? 0 : 1])),
    branchMap: Object.fromEntries(
      ids.map((id) => [id, { type: 'if', loc: at(Number(id) + 1), locations: [at(Number(id) + 1)] }]),
    ),
    b: Object.fromEntries(ids.map((id, each) => [id, [each < branches ? 0 : 1]])),
  };
}

function plant(place, files) {
  const report = {};
  for (const [name, { text, ...measure }] of Object.entries(files)) {
    const path = join(base, place, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    report[path] = measure;
  }
  mkdirSync(join(base, place, 'coverage'), { recursive: true });
  writeFileSync(join(base, place, REPORT), JSON.stringify(report));
}

test('what is wholly covered passes, and is told in a table', () => {
  const { code, log } = judgeCoverage(base);
  assert.equal(code, 0);
  assert.match(log, /^overall +100\.00 % of 70 +100\.00 % of 70$/m);
  assert.match(log, /^0 of at most 20 pragmas$/m);
});

test('one line or one branch of a service more than may be open fails, by its name, and is told where it may', () => {
  for (const [missed, told] of [
    [{ lines: 1 }, /coverage: packages\/cost\/src\/services\/deed\.ts:1 is not covered/],
    [{ branches: 1 }, /coverage: packages\/cost\/src\/services\/deed\.ts:1 \(if 1\) is not covered/],
  ]) {
    plant('packages/cost', { 'src/services/deed.ts': covered(1000, missed) });
    const { code, log } = judgeCoverage(base, 0);
    assert.equal(code, 1);
    assert.match(log, told);
    assert.equal(judgeCoverage(base, 1).code, 0);
    assert.match(judgeCoverage(base, 1).log, /^1 of at most 1 lines and branches of services are open:$/m);
    assert.doesNotMatch(log, /services +100\.00 %.*100\.00 %/);
    assert.match(tellingOf(log), told);
  }
});

test('less than nine tenths of everything fails, and the same elsewhere than in services passes', () => {
  plant('packages/domain', { 'src/rules/rule.ts': covered(40, { lines: 10 }) });
  assert.equal(judgeCoverage(base).code, 0);
  plant('packages/domain', { 'src/rules/rule.ts': covered(40, { lines: 11 }) });
  const { code, log } = judgeCoverage(base);
  assert.equal(code, 1);
  assert.match(log, /coverage: 89\.00 % of 100 of all lines are covered, and 90 % must be/);
});

test('pragmas are counted and listed with their reasons', () => {
  const pragma = (reason) => `/* v8 ignore next ${reason} */\n`;
  const of = (text) => plant('apps/api', { 'src/plain.ts': covered(10, { text }) });
  of(pragma('-- @preserve no machine of ours has this clock').repeat(20));
  const listed = judgeCoverage(base);
  assert.equal(listed.code, 0);
  assert.match(listed.log, /apps\/api\/src\/plain\.ts:20: no machine of ours has this clock$/m);
  of(pragma('-- @preserve no machine of ours has this clock').repeat(21));
  assert.match(judgeCoverage(base).log, /coverage: 21 pragmas ignore coverage, and 20 may/);
  of(pragma(''));
  assert.match(judgeCoverage(base).log, /coverage: apps\/api\/src\/plain\.ts:1 ignores coverage without a reason/);
});

test('a package that measured nothing fails, and no report of an earlier run is taken for it', () => {
  forgetCoverage(base);
  const { code, log } = judgeCoverage(base);
  assert.equal(code, 1);
  assert.match(log, /coverage: no coverage was measured in packages\/domain/);
});
