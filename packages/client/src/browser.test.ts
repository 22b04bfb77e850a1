/** The client must run in a browser: nothing of Node in what is shipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('no source file that is shipped imports or names anything of Node', () => {
  const folder = new URL('./', import.meta.url);
  const shipped = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  expect(shipped.length).toBeGreaterThanOrEqual(8);
  const guilty = shipped.filter((name) =>
    /from 'node:|\bprocess\.|\bBuffer\b|\brequire\(/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  expect(guilty).toEqual([]);
});

test('the api is known as a type only', () => {
  const source = readFileSync(new URL('./client.ts', import.meta.url), 'utf8');
  expect(source.match(/^import .*@granary\/api.*$/gm)).toEqual([
    "import type { AppRouter } from '@granary/api/router';",
  ]);
});
