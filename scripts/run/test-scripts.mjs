// The scripts of this folder are tested by Node's own runner, since they must work before anything is installed.
import { readdirSync } from 'node:fs';
import { guard } from '../servers.mjs';
import { ensureInstalled } from './pnpm.mjs';
import { childEnv, inProject, root, tell } from './project.mjs';

/** @param {import('./signals.mjs').Scope} scope */
export async function testScripts(scope) {
  await ensureInstalled();
  scope.goOn();
  tell('testing the scripts');
  const files = readdirSync(inProject('scripts')).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test', '--test-reporter=spec', ...files.map((name) => inProject('scripts', name))];
  const tests = guard({
    command: process.execPath,
    args,
    env: childEnv(),
    cwd: root,
    stdout: 'inherit',
    graceSeconds: 5,
  });
  scope.main = tests;
  const code = await tests.exited;
  await tests.stop();
  scope.main = undefined;
  scope.goOn();
  return code;
}
