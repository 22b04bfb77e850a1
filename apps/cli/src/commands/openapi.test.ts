/** `openapi` writes the document to a file or to the terminal, and tells what it wrote. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { command } from './openapi.ts';

const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const lines: string[] = [];
  const stdout = (line: string) => void lines.push(line);
  const code = await runCommand(command, args, {
    stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
  });
  return { code, lines };
}

test('to a file, with figures as JSON', async () => {
  const out = join(folder, 'openapi.json');
  const { code, lines } = await run('--out', out, '--json');
  const text = readFileSync(out, 'utf8');
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ openapi: '3.1.0' });
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    command: 'openapi',
    ok: true,
    bytes: Buffer.byteLength(text),
  });
});

test('to the terminal, as a document that a program can read', async () => {
  const { code, lines } = await run();
  expect(code).toBe(0);
  expect(JSON.parse(lines.join('\n'))).toMatchObject({ openapi: '3.1.0' });
});
