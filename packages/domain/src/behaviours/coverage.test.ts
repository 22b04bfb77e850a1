/** Every behaviour of the collected ones is tested here, belongs to costing, or is explained in docs/behaviours.md: at most six are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsShared } from '@granary/testkit/shared-folder';
import { expect, test } from 'vitest';

/** What a movement costs, answered with the cost bundle. */
const COSTING = new Set([
  ...['erp-05', 'erp-06', 'erp-07', 'erp-adj-02', 'erp-adj-04'],
  ...['odoo-03', 'odoo-04', 'odoo-05', 'odoo-07', 'odoo-09', 'odoo-rev-01', 'odoo-rev-03', 'odoo-back-02'],
]);

const here = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const idsIn = (text: string) =>
  [...text.matchAll(/\b(?:medusa|saleor|vendure|erp|odoo)-(?:[a-z]+-)?\d+\b/g)].map(([id]) => id);
const explained = new Set(idsIn(here('../../../../docs/behaviours.md')));

const testWithShared = needsShared(test);
testWithShared('every behaviour has a test, waits for costing, or is explained', checkCoverage);

test('at most six are explained instead of tested', () => {
  expect(explained.size).toBeLessThanOrEqual(6);
});

function checkCoverage(shared: string): void {
  const { behaviours } = JSON.parse(readFileSync(join(shared, 'truth/behaviours.json'), 'utf8')) as {
    behaviours: readonly { id: string; given: string }[];
  };
  const tested = new Set(idsIn(here('shops.test.ts')));
  const open = behaviours.filter(
    ({ id, given }) => !given.includes('DISPUTED') && !tested.has(id) && !COSTING.has(id) && !explained.has(id),
  );
  expect(open.map(({ id }) => id)).toEqual([]);
}
