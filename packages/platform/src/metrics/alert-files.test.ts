import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alertGuide, grafanaDashboard, prometheusRules } from './alert-files.ts';

it('deploy/prometheus/alerts.yml is what the rules say (vitest run -u renews it)', async () => {
  await expect(prometheusRules()).toMatchFileSnapshot('../../../../deploy/prometheus/alerts.yml');
});

it('deploy/grafana/granary.json is what the indicators say (vitest run -u renews it)', async () => {
  await expect(grafanaDashboard()).toMatchFileSnapshot('../../../../deploy/grafana/granary.json');
});

it('docs/operations.md tells what each alert means and what to type', () => {
  const page = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
  expect(page).toContain(alertGuide());
});
