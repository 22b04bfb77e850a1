/** docs/seeds.md says where everything of the design documents lives: what it names must exist. */
import { readFileSync } from 'node:fs';
import { errorTable } from '@granary/contracts/error';
import { eventTypes } from '@granary/contracts/event';
import { envSchema } from '@granary/platform/env-schema';
import { expect, test } from 'vitest';
import { aliases } from './rest/alias.ts';
import { appRouter } from './router.ts';

const page = readFileSync(new URL('../../../docs/seeds.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, kind, , granary]) => kind !== undefined && kind !== 'kind' && granary?.includes('---') === false);

const known = new Set<string>([
  ...Object.keys(appRouter._def.procedures),
  ...eventTypes,
  ...Object.values(errorTable).map(({ code }) => code),
  ...Object.keys(envSchema.shape),
]);

test('every name in the page exists', () => {
  const named = rows.flatMap(([, , , granary]) => [...(granary ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((name) => !known.has(name ?? ''))).toEqual([]);
});

test('every endpoint of the design leads where the page says', () => {
  const endpoints = rows.filter(([, kind]) => kind === 'endpoint');
  const told = endpoints.map(([, , theirs, granary]) => `${theirs?.replace(':product_id', '{product_id}')} ${granary}`);
  expect(told.toSorted()).toEqual(
    aliases.map(({ method, path, procedure }) => `${method} ${path} \`${procedure}\``).toSorted(),
  );
});
