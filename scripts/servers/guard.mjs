// Starts programs under guardian.sh, so that none of them outlives this process. The parent holds the write end of the
// guardian's standard input; when it closes, on purpose or because this process died, the program is ended.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const GUARDIAN = fileURLToPath(new URL('guardian.sh', import.meta.url));

/** Everything guarded that still runs, so that an interrupt can end it whatever step it meets. */
const running = new Set();
let closing = false;

/**
 * @typedef {object} GuardOptions
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {number | 'inherit' | 'ignore' | 'pipe'} [stdout] also for stderr
 * @property {string} [scratch] folder that the guardian removes at the end
 * @property {number} [graceSeconds] between SIGTERM and SIGKILL; 0 kills at once
 * @property {{ from: string, to: string }} [copy] folder to copy before the start
 */

/** @param {GuardOptions} options */
export function guard(options) {
  if (closing) throw new Error('Nothing more is started: this process is stopping.');
  const { command, args, env = process.env, cwd, stdout = 'ignore', scratch = '', graceSeconds = 10, copy } = options;
  const child = spawn(
    'sh',
    [GUARDIAN, scratch, String(graceSeconds), copy?.from ?? '', copy?.to ?? '', command, ...args],
    // A session of its own: Ctrl-C in the terminal must reach us first, so that we can end things in the right order.
    { cwd, env, detached: true, stdio: ['pipe', stdout, stdout, 'pipe'] },
  );
  child.stdin.on('error', () => {});
  const handles = [child, child.stdin, child.stdio[3]];
  const guardianGone = new Promise((resolve) => child.on('close', resolve));
  const { started, exited } = followStatus(child, guardianGone);
  const program = {
    guardianPid: child.pid,
    started,
    exited,
    output: [child.stdout, child.stderr].filter(Boolean),
    /** Whether this program keeps our event loop running: at first it does. */
    holdLoop: (yes) => handles.forEach((handle) => (yes ? handle.ref() : handle.unref())),
    /** Ends the program and waits until it and its scratch folder are gone. */
    async stop() {
      for (const handle of handles) handle.ref();
      child.stdin.end();
      await guardianGone;
    },
  };
  running.add(program);
  void guardianGone.then(() => running.delete(program));
  return program;
}

/** Ends everything that runs under a guardian and refuses to start more. */
export async function stopAll() {
  closing = true;
  await Promise.all([...running].map((program) => program.stop()));
}

function followStatus(child, guardianGone) {
  let settle;
  const exited = new Promise((resolve) => (settle = resolve));
  const started = new Promise((resolve, reject) => {
    createInterface({ input: child.stdio[3] }).on('line', (line) => {
      const [word, number] = line.split(' ');
      if (word === 'started') resolve(Number(number));
      if (word === 'exited') settle(Number(number));
    });
    child.on('error', reject);
    guardianGone.then((code) => {
      reject(new Error('The guardian shell ended before its program was started.'));
      settle(code);
    });
  });
  started.catch(() => {});
  return { started, exited };
}

/**
 * Runs a program to its end under a guardian and gives back what it wrote.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, timeoutMs?: number }} [options]
 */
export async function run(command, args, { env, cwd, timeoutMs = 120_000 } = {}) {
  const program = guard({ command, args, env, cwd, stdout: 'pipe', graceSeconds: 2 });
  let output = '';
  for (const stream of program.output) stream.setEncoding('utf8').on('data', (text) => (output += text));
  let timer;
  const tooLate = new Promise((resolve) => (timer = setTimeout(resolve, timeoutMs, 124)));
  const code = await Promise.race([program.exited, tooLate]);
  clearTimeout(timer);
  await program.stop();
  return { code, output };
}
