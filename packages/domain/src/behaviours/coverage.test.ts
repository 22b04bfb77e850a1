/** Every behaviour of the collected ones has a test that is named after it, or is explained in docs/behaviours.md: at most six are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsShared } from '@granary/testkit/shared-folder';
import { expect, test } from 'vitest';

/** What they say of stock is tested beside this page, what they say of its cost in the package of costs. */
const TESTS = ['shops.test.ts', 'ledgers.test.ts', '../../../cost/src/behaviours/books.test.ts'];

const here = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const idsIn = (text: string) =>
  [...text.matchAll(/\b(?:medusa|saleor|vendure|erp|odoo)-(?:[a-z]+-)?\d+\b/g)].map(([id]) => id);
const explained = new Set(idsIn(here('../../../../docs/behaviours.md')));

const testWithShared = needsShared(test);
testWithShared('every behaviour has a test or is explained', checkCoverage);

test('at most six are explained instead of tested', () => {
  expect(explained.size).toBeLessThanOrEqual(6);
});

function checkCoverage(shared: string): void {
  const { behaviours } = JSON.parse(readFileSync(join(shared, 'truth/behaviours.json'), 'utf8')) as {
    behaviours: readonly { id: string; given: string }[];
  };
  const tested = new Set(TESTS.flatMap((path) => idsIn(here(path))));
  const open = behaviours.filter(
    ({ id, given }) => !given.includes('DISPUTED') && !tested.has(id) && !explained.has(id),
  );
  expect(open.map(({ id }) => id)).toEqual([]);
}
