// The scripts of this folder are tested by Node's own runner, since they must work before anything is built.
import { readdirSync } from 'node:fs';
import { childEnv, inProject, root, tell } from './project.mjs';
import { watched } from './watched.mjs';

/** @param {import('./signals.mjs').Scope} scope */
export async function testScripts(scope) {
  tell('testing the scripts');
  const files = readdirSync(inProject('scripts')).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test', '--test-reporter=spec', ...files.map((name) => inProject('scripts', name))];
  return await watched(scope, { command: process.execPath, args, env: childEnv(), cwd: root, graceSeconds: 5 });
}
