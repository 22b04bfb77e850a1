/** The tables of the page on performance. Whatever a bench told is shown, also what was added to it later. */
import { grouped } from '../../table.ts';
import type { JudgedGoal, Output } from './output.ts';

export function markdownTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)].join('\n');
}

export function goalTable(goals: readonly JudgedGoal[]): string {
  const rows = goals.map(({ name, measured, limit, bound = 'most', wish, ok }) => [
    ...[name, text(measured), `at ${bound} ${text(limit)}`, wish === undefined ? '' : text(wish)],
    ok ? 'yes' : '**no**',
  ]);
  return markdownTable(['goal', 'measured', 'limit', 'hoped for', 'met'], rows);
}

type Figures = Readonly<Record<string, unknown>>;

const isFigures = (value: unknown): value is Figures =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'number' ? grouped(value) : String(value ?? ''));

/** Every group of figures in the tree that has one of these names, with the path to it. */
function groupsWith(name: string, value: unknown, path: readonly string[] = []): readonly [string, Figures][] {
  if (!isFigures(value)) return [];
  if (name in value) return [[path.join(', '), value]];
  return Object.entries(value).flatMap(([key, inner]) => [...groupsWith(name, inner, [...path, key])]);
}

export function cellTable(cells: unknown): readonly string[] {
  const rows = groupsWith('perSecond', cells).map(([path, figures]) => [
    ...[path, text(figures['perSecond']), text(figures['p50Ms']), text(figures['p99Ms'])],
    'failures' in figures ? JSON.stringify(figures['failures']) : '',
  ]);
  return rows.length === 0 ? [] : [markdownTable(['load', 'calls a second', 'p50 ms', 'p99 ms', 'failed'], rows)];
}

export function transactionTable(cells: unknown): readonly string[] {
  const rows = groupsWith('transactions', cells).map(([path, { mean, p50, largest }]) => [
    ...[path.replace(', batchSizes', ''), text(mean), text(p50), text(largest)],
  ]);
  const heading = ['reservations in one transaction', 'mean', 'median', 'most'];
  return rows.length === 0 ? [] : [markdownTable(heading, rows)];
}

export function statementTables(statements: unknown): readonly string[] {
  if (!isFigures(statements)) return [];
  return Object.entries(statements).map(([load, rows]) => {
    const heading = [`${load}: statement`, 'times', 'median µs', 'share'];
    const cells = (Array.isArray(rows) ? rows : []).filter(isFigures);
    return markdownTable(
      heading,
      cells.map(({ statement, times, medianUs, share }) => [text(statement), text(times), text(medianUs), text(share)]),
    );
  });
}

const SHOWN_ELSEWHERE = new Set([
  ...['command', 'bench', 'percent', 'rounds', 'machine', 'measuredOn', 'seconds', 'ok', 'goals', 'durability'],
  ...['cells', 'statements'],
]);

export function figureLines(output: Output): readonly string[] {
  const left = Object.entries(output).filter(([name]) => !SHOWN_ELSEWHERE.has(name));
  const lines = left.map(([name, value]) => `- ${name}: ${inline(value)}`);
  return lines.length === 0 ? [] : [`Besides:\n\n${lines.join('\n')}`];
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join('; ');
  if (!isFigures(value)) return text(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${isFigures(inner) ? `(${inline(inner)})` : inline(inner)}`)
    .join(', ');
}
