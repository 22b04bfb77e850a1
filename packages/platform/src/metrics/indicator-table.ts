/** The list of indicators and of instruments as they stand in docs/operations.md. */
import { indicators } from './indicators.ts';
import { type Instrument, instruments } from './instruments.ts';

const escaped = (text: string) => text.replaceAll('|', '\\|');

export function indicatorTable(): string {
  return [
    '| indicator | expression |',
    '| --- | --- |',
    ...indicators.map(({ name, expression }) => `| ${name} | \`${escaped(expression)}\` |`),
  ].join('\n');
}

export function instrumentTable(): string {
  return [
    '| metric | kind | labels | meaning |',
    '| --- | --- | --- | --- |',
    ...Object.entries<Instrument>(instruments).map(
      ([name, { kind, labels = [], help }]) => `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${escaped(help)} |`,
    ),
  ].join('\n');
}
