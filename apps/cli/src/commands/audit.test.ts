/** The short form of `npm run -s audit`: fifty thousand commands; a million take a few minutes. */
import { expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { command } from './audit.ts';

async function run(args: readonly string[]) {
  const out: string[] = [];
  const stderr = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
  const terminal = { stdout: (line: string) => void out.push(line), stderr, signal: new AbortController().signal };
  return { code: await runCommand(command, args, terminal), out };
}

test(
  'every search of the audit reads a bounded number of rows a page, and finds all there is',
  { timeout: 180_000 },
  async () => {
    const { code, out } = await run(['--rows', '50000', '--json']);
    const { searches, ok } = JSON.parse(out.at(-1) ?? '{}') as {
      ok: boolean;
      searches: { name: string; problems: string[]; rowsRead: number; found: number }[];
    };
    expect(searches.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(searches.length).toBeGreaterThanOrEqual(12);
    const of = (name: string) => searches.find((search) => search.name === name);
    expect(of('actor')?.found).toBe(500);
    expect(of('rare actor')?.found).toBe(3);
    expect(of('nobody')?.found).toBe(0);
    // A search that read nothing would prove nothing.
    for (const { name, rowsRead } of searches) expect([name, rowsRead > 0]).toEqual([name, true]);
  },
);

test('it tells how it is used', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  expect(out.join('\n')).toContain('--rows N');
});
