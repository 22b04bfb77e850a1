/** The command line as people run it: a process of its own, with nothing of this one's surroundings but what is given. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, where it is a JSON object. */
  readonly figures: Record<string, unknown>;
}

/** -1 is the code of a process that had to be killed, which it is after 50 seconds. */
export async function runMain(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<Ran> {
  const options = { env, timeout: 50_000, killSignal: 'SIGKILL' } as const;
  return await new Promise<Ran>((resolve) => {
    const child = execFile(process.execPath, [main, ...args], options, (_error, stdout, stderr) => {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      const figures = last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {};
      resolve({ code: child.exitCode ?? -1, stdout, stderr, figures });
    });
  });
}
