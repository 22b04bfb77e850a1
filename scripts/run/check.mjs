// `npm run check` and `npm run format`: lint with types, formatting, and the arrows between packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { build, ensureInstalled } from './pnpm.mjs';
import { childEnv, inProject, root, RunError, tell } from './project.mjs';

const runs = (name, args) => () =>
  spawnSync(inProject('node_modules', '.bin', name), args, { cwd: root, env: childEnv(), stdio: 'inherit' }).status ===
  0;

const STEPS = [
  // Types cross packages through built files, so the linter needs these.
  ['build', builds],
  // The build leaves tests out, so that a slip in a test stops nobody's start.
  ['types of the tests', typesOfTestsHold],
  ['lint', runs('oxlint', ['--type-aware', '--deny-warnings'])],
  ['formatting', runs('oxfmt', ['--check'])],
  ['boundaries and cycles', boundariesHold],
];

export async function check() {
  await ensureInstalled();
  // Every step runs even after a failure: a person wants the whole list at once.
  const failed = [];
  for (const [name, passes] of STEPS) {
    tell(name);
    if (!(await passes())) failed.push(name);
  }
  tell(failed.length === 0 ? 'all good' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function builds() {
  try {
    await build();
    return true;
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    console.error(error.message);
    return false;
  }
}

function typesOfTestsHold() {
  const rooms = ['packages', 'apps', 'examples'].flatMap((room) =>
    readdirSync(inProject(room)).map((name) => [room, name]),
  );
  const projects = rooms.map((path) => inProject(...path, 'tsconfig.test.json')).filter((path) => existsSync(path));
  return projects.map((project) => runs('tsc', ['-p', project])()).every(Boolean);
}

async function boundariesHold() {
  const { checkBoundaries } = await import('../boundaries.mjs');
  const { modules, problems } = await checkBoundaries();
  for (const problem of problems) console.error(problem);
  console.error(`${modules} files looked at, ${problems.length} problems`);
  return problems.length === 0;
}

export async function format() {
  await ensureInstalled();
  return runs('oxfmt', [])() ? 0 : 1;
}
