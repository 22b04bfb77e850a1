// Judges what the tests of a whole run have covered: of services every line and branch but some that are still open, of everything together nine tenths.
// Each package measures what its own tests run of its own sources, in their process.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { REPORT } from './coverage-settings.mjs';
import { root } from './project.mjs';

/** Not the command line and the testkit: they are programs of their own in a test, and tools of tests. */
export const MEASURED = [
  'packages/contracts',
  'packages/domain',
  'packages/cost',
  'packages/platform',
  'packages/client',
  'apps/api',
  'apps/worker',
];
const SERVICES = /\/src\/services\//;
/** Lines and branches of services that no test takes yet: told at the end of every run. It only ever goes down, to none. */
const MOST_OPEN = 5;
const LEAST_PERCENT = 90;
const MOST_PRAGMAS = 20;
const PRAGMA = /(?:v8|c8|istanbul|node:coverage) ignore\b(?<rest>.*)$/;
/** A pragma says why: `-- reason`. */
const REASON = /--\s*(?:@preserve\s*)?(?<reason>\S.{9,}?)\s*(?:\*\/.*)?$/;

/** So that no report of an earlier run is taken for one of this. */
export function forgetCoverage(base = root) {
  for (const place of MEASURED) rmSync(dirname(join(base, place, REPORT)), { recursive: true, force: true });
}

/**
 * @param {string} [base] folder of the project
 * @param {number} [mostOpen] lines and branches of services that may be open
 * @returns {{ code: number, log: string }} the table and what is wrong, one line each
 */
export function judgeCoverage(base = root, mostOpen = MOST_OPEN) {
  const problems = [];
  const files = MEASURED.flatMap((place) => {
    const report = join(base, place, REPORT);
    if (existsSync(report)) return filesOf(base, place, JSON.parse(readFileSync(report, 'utf8')));
    problems.push(`no coverage was measured in ${place}`);
    return [];
  });
  const services = files.filter(({ path }) => SERVICES.test(path));
  const open = services.flatMap(({ path, missed }) => missed.map((what) => `${path}:${what} is not covered`));
  if (open.length > mostOpen)
    problems.push(...open, `${open.length} places of services are open, and ${mostOpen} may be`);
  const rows = [
    ...MEASURED.map((place) => [place, sumOf(files.filter((file) => file.place === place))]),
    ['services', sumOf(services)],
    ['overall', sumOf(files)],
  ];
  const overall = sumOf(files);
  for (const kind of ['lines', 'branches'])
    if (percent(overall[kind]) < LEAST_PERCENT)
      problems.push(`${shown(overall[kind])} of all ${kind} are covered, and ${LEAST_PERCENT} % must be`);
  const pragmas = files.flatMap(({ path }) => pragmasIn(base, path));
  if (pragmas.length > MOST_PRAGMAS)
    problems.push(`${pragmas.length} pragmas ignore coverage, and ${MOST_PRAGMAS} may`);
  for (const { at, reason } of pragmas)
    if (reason === undefined) problems.push(`${at} ignores coverage without a reason`);
  const lines = [
    'Coverage         lines              branches',
    ...rows.map(([name, { lines, branches }]) => [name.padEnd(16), shown(lines).padEnd(18), shown(branches)].join(' ')),
    `${pragmas.length} of at most ${MOST_PRAGMAS} pragmas${pragmas.length === 0 ? '' : ':'}`,
    ...pragmas.map(({ at, reason }) => `  ${at}: ${reason ?? 'no reason'}`),
    `${open.length} of at most ${mostOpen} lines and branches of services are open${open.length === 0 ? '' : ':'}`,
    ...open.map((place) => `  ${place}`),
    ...problems.map((problem) => `coverage: ${problem}`),
  ];
  return { code: problems.length === 0 ? 0 : 1, log: lines.join('\n') };
}

/** Of an istanbul report: lines by the statements that begin on them, as istanbul counts. */
function filesOf(base, place, report) {
  return Object.entries(report).map(([file, { statementMap, s, branchMap, b }]) => {
    const lines = new Map();
    for (const [id, { start }] of Object.entries(statementMap))
      lines.set(start.line, Math.max(lines.get(start.line) ?? 0, s[id]));
    const branches = Object.entries(branchMap).flatMap(([id, { type, locations, loc }]) =>
      b[id].map((count, at) => ({
        count,
        line: locations[at]?.start?.line ?? loc.start.line,
        name: `${type} ${at + 1}`,
      })),
    );
    const missedLines = [...lines].filter(([, count]) => count === 0).map(([line]) => `${line}`);
    const missedBranches = branches.filter(({ count }) => count === 0).map(({ line, name }) => `${line} (${name})`);
    return {
      ...{ place, path: relative(base, file), missed: [...missedLines, ...missedBranches] },
      lines: { all: lines.size, met: lines.size - missedLines.length },
      branches: { all: branches.length, met: branches.length - missedBranches.length },
    };
  });
}

function sumOf(files) {
  const of = (kind) => ({
    all: files.reduce((sum, file) => sum + file[kind].all, 0),
    met: files.reduce((sum, file) => sum + file[kind].met, 0),
  });
  return { lines: of('lines'), branches: of('branches') };
}

const percent = ({ all, met }) => (all === 0 ? 100 : (100 * met) / all);
/** Cut, not rounded: only what is whole is told as 100 %. */
const shown = (share) => `${(Math.floor(percent(share) * 100) / 100).toFixed(2)} % of ${share.all}`;

function pragmasIn(base, path) {
  const lines = readFileSync(join(base, path), 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const rest = PRAGMA.exec(line)?.groups.rest;
    return rest === undefined ? [] : [{ at: `${path}:${at + 1}`, reason: REASON.exec(rest)?.groups.reason }];
  });
}
