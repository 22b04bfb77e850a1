// Starts one server under a guardian, waits until it answers on its port, and tells what it said if it does not.
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServersError } from './errors.mjs';
import { guard } from './guard.mjs';
import { waitUntilReady } from './ports.mjs';

/**
 * @param {object} order
 * @param {string} order.title
 * @param {readonly string[]} order.line the command line
 * @param {NodeJS.ProcessEnv} order.env
 * @param {number} order.port
 * @param {string} order.scratch folder for its log, removed with it
 * @param {number} order.graceSeconds
 * @param {(port: number) => Promise<boolean>} order.answers
 * @param {{ from: string, to: string }} [order.copy]
 */
export async function startServer({ title, line, env, port, scratch, graceSeconds, answers, copy }) {
  const logPath = join(scratch, 'log');
  const log = openSync(logPath, 'a');
  const [command, ...args] = line;
  const program = guard({
    command,
    args,
    env,
    cwd: scratch,
    stdout: log,
    scratch,
    graceSeconds,
    ...(copy && { copy }),
  });
  closeSync(log);

  let dead = false;
  void program.exited.then(() => (dead = true));
  const pid = await program.started.catch(() => undefined);
  const ready = await waitUntilReady(() => answers(port), { isDead: () => dead, deadlineMs: 60_000 });
  if (pid !== undefined && ready && !dead) {
    // From here on it is the caller who decides how long this process lives; the guardian notices its end.
    program.holdLoop(false);
    const { guardianPid, exited, stop } = program;
    const kill = (signal) => killAndWait(pid, signal, program);
    return { port, pid, guardianPid, exited, kill, stop };
  }
  const said = readFileSync(logPath, 'utf8').trim().split('\n').slice(-15).join('\n');
  await program.stop();
  throw failure(title, port, said);
}

async function killAndWait(pid, signal, program) {
  program.holdLoop(true);
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
  await program.exited;
  program.holdLoop(false);
}

function failure(title, port, said) {
  if (/address already in use|bind on tcp.*98/i.test(said)) {
    return new ServersError(
      'PORT_IN_USE',
      `Port ${port} for ${title} is in use by another program: stop that program or choose another port.`,
    );
  }
  return new ServersError('START_FAILED', `${title} did not start. The end of its log:\n${said}`);
}
