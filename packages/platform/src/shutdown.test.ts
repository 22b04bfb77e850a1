import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const shutdownModule = fileURLToPath(new URL('../dist/shutdown.js', import.meta.url));

/** A process that needs `workMs` to drain, with its exit code and how long it lived after the first signal. */
async function ended(options: {
  workMs: number;
  graceMs: number;
  signals: readonly NodeJS.Signals[];
  fails?: boolean;
}): Promise<{ code: number | null; ms: number }> {
  const source = `
    import { drainOnSignal } from ${JSON.stringify(shutdownModule)};
    const drain = () => new Promise((resolve, reject) => setTimeout(() => ${options.fails === true ? 'reject(new Error("no"))' : 'resolve()'}, ${options.workMs}));
    drainOnSignal({ graceMs: ${options.graceMs}, log: () => undefined, drain });
    setInterval(() => undefined, 1000);
    console.log('ready');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the process did not start; is the package built?')));
  });
  const start = performance.now();
  for (const signal of options.signals) {
    child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const code = await new Promise<number | null>((resolve) =>
    child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode),
  );
  return { code, ms: performance.now() - start };
}

describe('a signal', () => {
  it('lets work in flight finish and ends with 0', async () => {
    const { code, ms } = await ended({ workMs: 300, graceMs: 5_000, signals: ['SIGTERM'] });
    expect(code).toBe(0);
    expect(ms).toBeGreaterThan(290);
  });

  it('ends with 1 when the grace is over', async () => {
    const { code, ms } = await ended({ workMs: 20_000, graceMs: 200, signals: ['SIGINT'] });
    expect(code).toBe(1);
    expect(ms).toBeLessThan(5_000);
  });

  it('ends with 1 when draining fails', async () => {
    expect((await ended({ workMs: 10, graceMs: 5_000, signals: ['SIGTERM'], fails: true })).code).toBe(1);
  });

  it.each([
    [['SIGTERM', 'SIGTERM'], 143],
    [['SIGINT', 'SIGINT'], 130],
    [['SIGTERM', 'SIGINT'], 130],
  ] as const)('given twice (%j) ends at once', async (signals, expected) => {
    const { code, ms } = await ended({ workMs: 20_000, graceMs: 20_000, signals });
    expect(code).toBe(expected);
    expect(ms).toBeLessThan(5_000);
  });
});
