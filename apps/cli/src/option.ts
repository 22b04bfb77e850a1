/**
 * The options of a command: what each one is, and how what was typed becomes typed values. Wrong input ends as one
 * clear sentence (UsageError), never as a stack.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util';

interface Described {
  readonly description: string;
  /** The word after the option in the help, such as FILE or N. */
  readonly placeholder?: string;
}
interface BooleanOption extends Described {
  readonly type: 'boolean';
}
interface StringOption extends Described {
  readonly type: 'string';
  readonly default?: string;
  /** The only values that it takes, where it is not free. */
  readonly choices?: readonly string[];
}
interface IntegerOption extends Described {
  readonly type: 'integer';
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}
export type Option = BooleanOption | StringOption | IntegerOption;
export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O extends { type: 'boolean' }
  ? boolean
  : O extends { type: 'integer' }
    ? O extends { default: number }
      ? number
      : number | undefined
    : O extends { default: string }
      ? string
      : string | undefined;
export type Values<O extends Options> = { readonly [K in keyof O]: ValueOf<O[K]> };

/** The caller typed something that the command cannot mean: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Every command has these beside its own. */
const commonOptions = {
  json: { type: 'boolean', description: 'The last line on stdout is one JSON object with `ok` and the figures' },
  help: { type: 'boolean', description: 'This text' },
} as const satisfies Options;

export const withCommonOptions = (options: Options): Options => ({ ...options, ...commonOptions });

export interface Parsed {
  readonly values: Record<string, string | number | boolean | undefined>;
  readonly positionals: readonly string[];
}

export function parseOptions(options: Options, args: readonly string[]): Parsed {
  const raw = split(options, args);
  const values: Parsed['values'] = {};
  for (const [name, option] of Object.entries(options)) values[name] = convert(name, option, raw.values[name]);
  return { values, positionals: raw.positionals };
}

function split(options: Options, args: readonly string[]) {
  const config: NonNullable<ParseArgsConfig['options']> = {};
  for (const [name, option] of Object.entries(options))
    config[name] = { type: option.type === 'boolean' ? 'boolean' : 'string' };
  try {
    return parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(sentence(error));
  }
}

/** parseArgs writes several sentences of advice; the first one names the option. */
function sentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split(/\. |\n/)[0] ?? message).replace(/\.$/, '');
}

function convert(name: string, option: Option, raw: unknown): string | number | boolean | undefined {
  if (option.type === 'boolean') return raw === true;
  if (typeof raw !== 'string') return option.default;
  return option.type === 'integer' ? integer(name, option, raw) : choice(name, option, raw);
}

function integer(name: string, { min = 0, max = Number.MAX_SAFE_INTEGER }: IntegerOption, raw: string): number {
  const value = Number(raw);
  if (/^-?\d+$/.test(raw) && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new UsageError(`--${name} must be a whole number ${range}, not '${raw}'`);
}

function choice(name: string, { choices }: StringOption, raw: string): string {
  if (choices === undefined || choices.includes(raw)) return raw;
  throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not '${raw}'`);
}
