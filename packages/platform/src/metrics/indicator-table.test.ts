import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { indicatorTable, instrumentTable } from './indicator-table.ts';
import { indicators } from './indicators.ts';
import { instruments } from './instruments.ts';

const page = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');

it('docs/operations.md tells every indicator and every metric as the code does', () => {
  expect(page).toContain(indicatorTable());
  expect(page).toContain(instrumentTable());
});

it('every name in an expression is that of a metric', () => {
  for (const { expression } of indicators)
    for (const [name] of expression.matchAll(/granary_[a-z_]+/g))
      expect(Object.keys(instruments)).toContain(name.replace(/_(?:bucket|sum|count)$/, ''));
});
