// `npm run reset`: deletes the data of `npm start`, after asking, and never under a running Granary.
import { existsSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { currentUse, defaultDataDir } from '../servers.mjs';
import { RunError, tell } from './project.mjs';

export async function reset(args) {
  const use = currentUse(defaultDataDir);
  if (use !== undefined)
    throw new RunError(`Granary is running (process ${use.owner.pid}): stop it with Ctrl-C where it runs, then reset.`);
  if (!existsSync(defaultDataDir)) {
    tell('there is nothing to reset');
    return 0;
  }
  if (!args.includes('--yes') && !(await confirmed())) return 1;
  rmSync(defaultDataDir, { recursive: true, force: true });
  tell(`deleted ${defaultDataDir}`);
  return 0;
}

async function confirmed() {
  if (!process.stdin.isTTY)
    throw new RunError(
      'This deletes all data of "npm start". Say "npm run reset -- --yes" to do it without being asked.',
    );
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete all data of "npm start" in ${defaultDataDir}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
