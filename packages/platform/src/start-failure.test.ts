import { expect, it } from 'vitest';
import { DatabaseUnusableError } from './database.ts';
import { ConfigError } from './env.ts';
import { startFailureText } from './start-failure.ts';

it('what was written for a person is told as it is, without a stack', () => {
  expect(startFailureText(new ConfigError('PORT is "x"'))).toBe('PORT is "x"');
  expect(startFailureText(new DatabaseUnusableError('nothing listens there'))).toBe('nothing listens there');
});

it('anything else is told with its stack and without its secrets', () => {
  const text = startFailureText(new Error('at mysql://root:hunter2@h/d'));
  expect(text).toMatch(/start-failure\.test/);
  expect(text).not.toContain('hunter2');
  expect(startFailureText('odd')).toBe('odd');
});
