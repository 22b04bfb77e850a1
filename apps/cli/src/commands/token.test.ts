/** `token` makes a token that is told once, lists it without its secret, and withdraws it. */
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';
import { command } from './token.ts';
import { runMain } from '../testing/run-main.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('token');
  await run('migrate');
});
afterAll(() => database?.drop());

const run = (...args: string[]) => runMain({ DATABASE_URL: database.url }, args);

test('create, list, revoke', async () => {
  const made = await run(
    'token',
    'create',
    '--role',
    'admin',
    '--name',
    'me',
    '--locations',
    'default',
    '--expires',
    '30d',
    '--json',
  );
  expect(made).toMatchObject({ code: 0, figures: { ok: true, role: 'admin', locationIds: ['default'] } });
  const { token, tokenId, expiresAt } = made.figures;
  expect(token).toMatch(/^gk_/);
  expect(Math.round((Date.parse(String(expiresAt)) - Date.now()) / 86_400_000)).toBe(30);
  const listed = await run('token', 'list');
  expect(listed.stdout).toContain(String(tokenId));
  expect(listed.stdout).not.toContain(String(token));
  expect(await run('token', 'revoke', String(tokenId))).toMatchObject({ code: 0 });
  expect((await run('token', 'list')).stdout).toMatch(/revoked/);
});

test.each([
  [['create', '--name', 'me'], /role/],
  [['create', '--name', 'me', '--role', 'king'], /--role must be one of/],
  [['create', '--name', 'me', '--role', 'user', '--expires', 'soon'], /--expires/],
  [['revoke'], /tokenId/],
  [['melt'], /create, list and revoke/],
])('%j is told what is wrong with it', async (args, said) => {
  const told: string[] = [];
  const stderr = { isTTY: false, write: (text: string) => told.push(text) } as unknown as NodeJS.WriteStream;
  const { signal } = new AbortController();
  expect(await runCommand(command, args, { stdout: () => undefined, stderr, signal })).toBe(2);
  expect(told.join('')).toMatch(said);
});
