/** What every command is: its name and options, what it is given, and what it ends with. `run-command.ts` runs one. */
import type { Options, Values } from './option.ts';
import type { Progress } from './progress.ts';

export { UsageError } from './option.ts';

/** What a command ends with. `figures` go into the JSON line, `summary` is for people. */
export interface Outcome {
  readonly ok: boolean;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly summary?: string;
}

export interface CommandContext<O extends Options = Options> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
  /** One line for people: stdout, or stderr when stdout belongs to the JSON line. */
  readonly say: (line: string) => void;
  /** Starts a progress bar (on a terminal) or a line every few seconds (elsewhere), on stderr. */
  readonly progress: (title: string, total?: number) => Progress;
  /** A file argument, seen from the folder in which the caller typed it. */
  readonly file: (path: string) => string;
  /** Aborted by Ctrl-C or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** The arguments after the name, such as `FILE.csv[.gz]`. */
  readonly usage?: string;
  /** How many arguments it takes; none when left out. */
  readonly arguments?: { readonly min: number; readonly max: number };
  readonly options: Options;
  run(context: CommandContext): Promise<Outcome>;
}

/** Writes a command with its option values typed from its own table of options. */
export function defineCommand<const O extends Options>(
  command: Omit<Command, 'options' | 'run'> & {
    readonly options: O;
    run(context: CommandContext<O>): Promise<Outcome>;
  },
): Command {
  // The frame hands over the values that were parsed by this very table, so the narrower type is the true one.
  return { ...command, run: (context) => command.run(context as CommandContext<O>) };
}

/** A failure whose message is all that a person needs: it is printed without a stack. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
}
