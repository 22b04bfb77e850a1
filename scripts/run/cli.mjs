// `npm run -s verify` and its sisters: builds what has changed, then hands the terminal to a command of apps/cli. Nothing
// is printed on standard output here, since the last line of it may be read by a program.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { build } from './pnpm.mjs';
import { childEnv, inProject, sharedFolder } from './project.mjs';
import { watchStarter } from './starter.mjs';

export async function cli(args) {
  await build(['--filter=@granary/cli...']);
  const shared = sharedFolder();
  const child = spawn(process.execPath, [inProject('apps/cli/dist/main.js'), ...args], {
    // Files are named relative to where the person stands, and npm changes the folder before it calls us.
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: childEnv(shared === undefined ? {} : { GRANARY_SHARED: shared }),
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal gives Ctrl-C to the command as well, and twice would mean "at once" to it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  watchStarter(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
