/** One process of Granary (api or worker), started as its own program and bound to the life of this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Service {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves when the process is gone, with a few words on how it ended. */
  readonly ended: Promise<string>;
  /** Asks it to drain, and ends it when it does not within the grace. */
  stop(graceMs: number): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

// Programs are started as built, also by a test that runs from its sources.
/** Only where somebody takes traces: it looks into every module that the process imports. */
const tracing = (env: NodeJS.ProcessEnv): readonly string[] =>
  (env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === ''
    ? []
    : ['--import', import.meta.resolve('@granary/platform/traces/register')];

const lifeline = new URL('../../dist/up/lifeline.js', import.meta.url).href;

/** @param main the program, from the folder of the project */
export function startService(name: string, main: string, env: NodeJS.ProcessEnv): Service {
  const program = fileURLToPath(new URL(`../../../../${main}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', lifeline, ...tracing(env), program], {
    env,
    // A session of its own: Ctrl-C in the terminal reaches `up` alone, which ends things in the right order.
    detached: true,
    // Its log goes to our stderr: stdout belongs to what people are meant to read.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.channel?.unref();
  return {
    name,
    pid: child.pid,
    ended: ending(child, name),
    async stop(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await gone;
      clearTimeout(timer);
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function ending(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${name} could not be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(`${name} ended ${signal === null ? `with code ${code}` : `by ${signal}`}`),
    );
  });
}
