/** The rules as a file for Prometheus and as the operator's page; the indicators as a dashboard for Grafana. */
import { type AlertRule, alertRules } from './alert-rules.ts';
import { type Indicator, indicators } from './indicators.ts';
import { expressionOf } from './measure.ts';

export const conditionOf = ({ measure, above }: AlertRule) => `${expressionOf(measure)} > ${above}`;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export function prometheusRules(): string {
  const rules = alertRules.flatMap((rule) => [
    `      - alert: ${rule.name}`,
    `        expr: ${quoted(conditionOf(rule))}`,
    `        for: ${rule.forMinutes}m`,
    `        labels: { severity: ${rule.severity} }`,
    '        annotations:',
    `          summary: ${quoted(rule.summary)}`,
    `          runbook: ${quoted(`docs/operations.md#${rule.name.toLowerCase()}`)}`,
  ]);
  const head = '# Made from packages/platform/src/metrics/alert-rules.ts by its test (vitest run -u).';
  return [head, 'groups:', '  - name: granary', '    rules:', ...rules, ''].join('\n');
}

/** What to do, alert by alert. */
export function alertGuide(): string {
  return alertRules
    .map((rule) =>
      [
        `### ${rule.name}`,
        '',
        `${rule.summary}, for ${rule.forMinutes} minutes (${rule.severity}): \`${conditionOf(rule)}\`.`,
        '',
        rule.meaning,
        '',
        '```',
        ...rule.commands,
        '```',
      ].join('\n'),
    )
    .join('\n\n');
}

const COLUMNS = 3;
const SIZE = { width: 8, height: 7 };

export function grafanaDashboard(): string {
  const dashboard = {
    uid: 'granary',
    title: 'Granary',
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'source', type: 'datasource', query: 'prometheus' }] },
    panels: indicators.map(panelOf),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panelOf({ name, expression, unit }: Indicator, at: number) {
  const { width, height } = SIZE;
  return {
    id: at + 1,
    type: 'timeseries',
    title: name,
    datasource: { type: 'prometheus', uid: '${source}' },
    gridPos: { x: (at % COLUMNS) * width, y: Math.floor(at / COLUMNS) * height, w: width, h: height },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: [{ refId: 'A', expr: expression }],
  };
}
