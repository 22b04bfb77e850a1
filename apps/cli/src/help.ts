/** The help texts: one page per command and the table of all commands. */
import type { Command } from './command.ts';
import { withCommonOptions, type Option } from './option.ts';
import { table } from './table.ts';

export function helpOf(command: Command): string {
  const usage = ['usage: npm run -s', command.name, '--', command.usage, '[options]']
    .filter((part) => part !== undefined)
    .join(' ');
  const rows = Object.entries(withCommonOptions(command.options)).map(([name, option]) => [
    `  ${flag(name, option)}`,
    described(option),
  ]);
  return [command.summary, '', usage, '', table(rows)].join('\n');
}

export function helpOfAll(commands: readonly Command[]): string {
  const rows = commands
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((command) => [`  ${command.name}`, command.summary]);
  return [
    'usage: npm run -s COMMAND -- [options]',
    '',
    table(rows),
    '',
    '"npm run -s COMMAND -- --help" tells the options of one.',
  ].join('\n');
}

function flag(name: string, option: Option): string {
  if (option.type === 'boolean') return `--${name}`;
  return `--${name} ${option.placeholder ?? (option.type === 'integer' ? 'N' : 'TEXT')}`;
}

function described(option: Option): string {
  if (option.type === 'boolean' || option.default === undefined) return option.description;
  return `${option.description} (${option.default} when left out)`;
}
