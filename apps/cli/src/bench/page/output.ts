/** What a bench said in its last line, and how they are kept: the newest of each bench, in the order of the registry. */
import { PlainError } from '../../command.ts';
import type { Goal } from '../bench.ts';
import { benches } from '../registry.ts';

export interface JudgedGoal extends Goal {
  readonly ok: boolean;
}

export interface Output {
  readonly bench: string;
  readonly machine: string;
  readonly measuredOn: string;
  readonly percent: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly ok: boolean;
  readonly goals: readonly JudgedGoal[];
  readonly durability?: Readonly<Record<string, string>>;
  readonly [figure: string]: unknown;
}

/** The last line of what `bench NAME --json` printed. */
export function outputOf(text: string, file: string): Output {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const value = parsed(line);
  if (typeof value === 'object' && value !== null && 'bench' in value && 'goals' in value && Array.isArray(value.goals))
    return value as Output;
  throw new PlainError(`${file} does not end with what "bench NAME --json" prints`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export function newestOfEach(outputs: readonly Output[]): readonly Output[] {
  const byName = new Map(outputs.map((output) => [output.bench, output]));
  return benches.flatMap(({ name }) => byName.get(name) ?? []);
}
