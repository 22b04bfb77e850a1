/** Which attributes are sealed: read as names, and never without a key. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { parseConfig } from './env.ts';

const configOf = (names: string, more: Record<string, string> = {}) =>
  parseConfig({
    ...{ DATABASE_URL: 'mysql://granary@127.0.0.1/granary', STOCK_LOCK: 'none', STOCK_SENSITIVE_ATTRIBUTES: names },
    ...more,
  });
const ENCRYPTION_KEYS = `main:${randomBytes(32).toString('base64')}`;

it('reads names, each once', () => {
  expect(configOf('terms, contact,terms', { ENCRYPTION_KEYS }).sensitiveAttributes).toEqual(['terms', 'contact']);
});

it.each([',', 'a b', '7', 'terms,', 'x'.repeat(65)])('refuses %j', (names) => {
  expect(() => configOf(names, { ENCRYPTION_KEYS })).toThrow(/STOCK_SENSITIVE_ATTRIBUTES .*expected 1 to 50 names/);
});

it('does not start with names and without a key', () => {
  expect(() => configOf('terms')).toThrow(/STOCK_SENSITIVE_ATTRIBUTES is set while ENCRYPTION_KEYS is not/);
});
