/** That every defect can still be put in, and the few that every test run really tries; `npm run -s mutants` tries all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { mutated, packageOf } from './mutant.ts';
import { runMutants } from './run-mutants.ts';
import { repository } from './tree.ts';

const textOf = (file: string): string => readFileSync(join(repository, file), 'utf8');

describe('the catalogue of defects', () => {
  test('has at least the thirty that are asked for, each under a name of its own', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(30);
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  });

  test.each(catalogue.map((mutant) => [mutant.name, mutant] as const))(
    '%s has its place, and changes it',
    (_name, mutant) => {
      const text = textOf(mutant.file);
      const changed = mutated(text, mutant);
      expect(changed, 'the code has moved: renew the defect').toBeDefined();
      expect(changed).not.toBe(text);
    },
  );

  test.each(catalogue.map(({ name, file, caughtBy }) => [name, file, caughtBy] as const))(
    '%s names a test of its own package',
    (_name, file, caughtBy) => {
      expect(packageOf(caughtBy.file)).toBe(packageOf(file));
      expect(textOf(caughtBy.file).length).toBeGreaterThan(0);
    },
  );
});

test('a defect whose place is there twice, or not at all, is not put in', () => {
  expect(mutated('a b a', { find: 'a', replace: 'c' })).toBeUndefined();
  expect(mutated('a b a', { find: 'd', replace: 'c' })).toBeUndefined();
  expect(mutated('a b a', { find: 'b', replace: '$&' })).toBe('a $& a');
});

test('a defect is caught by an assertion, and what is none is told by what it is', async () => {
  const fast = catalogue.filter(({ isFast }) => isFast === true);
  const [one] = fast;
  if (one === undefined) throw new Error('no fast defect');
  const none = [
    { ...one, name: 'breaks nothing', replace: `${one.find} ` },
    { ...one, name: 'is no TypeScript', replace: 'const key: string = 5;' },
    { ...one, name: 'is nowhere', find: 'this text is nowhere' },
    { ...one, name: 'is caught by nobody', caughtBy: { ...one.caughtBy, title: 'no test has this title' } },
  ];
  const signal = AbortSignal.timeout(200_000);
  const tried = await runMutants({ mutants: [...fast, ...none], lanes: 1, signal, onTried: () => undefined });
  expect(fast.length).toBeGreaterThanOrEqual(2);
  expect(tried.map(({ name, verdict }) => [name, verdict])).toEqual([
    ...fast.map(({ name }) => [name, 'caught']),
    ['breaks nothing', 'survived'],
    ['is no TypeScript', 'does not compile'],
    ['is nowhere', 'not found'],
    ['is caught by nobody', 'not green'],
  ]);
}, 240_000);
