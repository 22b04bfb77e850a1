/** Runs one command: options, context, outcome, and the exit code that tells a program what happened. */
import { startFailureText } from '@granary/platform/start-failure';
import { PlainError, UsageError, type Command, type CommandContext, type Outcome } from './command.ts';
import { helpOf } from './help.ts';
import { parseOptions, withCommonOptions } from './option.ts';
import { createProgress } from './progress.ts';
import { fromCallersFolder } from './surroundings.ts';

export interface Terminal {
  readonly stdout: (line: string) => void;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Runs one command from its arguments; answers the exit code: 0 exactly when ok, 2 when the call itself was wrong. */
export async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  const complain = (line: string) => void terminal.stderr.write(`${line}\n`);
  try {
    const { values, positionals } = parseOptions(withCommonOptions(command.options), args);
    if (values['help'] === true) {
      terminal.stdout(helpOf(command));
      return 0;
    }
    checkCount(command, positionals);
    const json = values['json'] === true;
    const say = json ? complain : terminal.stdout;
    const progress = (title: string, total?: number) => createProgress({ stream: terminal.stderr, title, total });
    const context = { values, positionals, say, progress, file: fromCallersFolder, signal: terminal.signal };
    const outcome = await outcomeOf(command, context, complain);
    // A program reads the figures; the summary would only bury the progress on stderr.
    if (outcome.summary !== undefined && !json) say(outcome.summary);
    if (json) terminal.stdout(JSON.stringify({ command: command.name, ...outcome.figures, ok: outcome.ok }));
    return outcome.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${command.name}: ${error.message}. "npm run -s ${command.name} -- --help" tells more.`);
    return 2;
  }
}

async function outcomeOf(
  command: Command,
  context: CommandContext,
  complain: (line: string) => void,
): Promise<Outcome> {
  try {
    return await command.run(context);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // Whoever pressed Ctrl-C knows why, and needs no stack.
    const text = context.signal.aborted ? 'stopped' : explained(error);
    complain(text);
    return { ok: false, figures: { error: text.split('\n')[0] } };
  }
}

/** Errors written for people in one piece, others with their stack; neither holds a secret. */
function explained(error: unknown): string {
  // ServersError comes from a script without types of its own to compare with.
  const isWritten = error instanceof PlainError || (error instanceof Error && error.name === 'ServersError');
  return isWritten ? error.message : startFailureText(error);
}

function checkCount(command: Command, positionals: readonly string[]): void {
  const { min, max } = command.arguments ?? { min: 0, max: 0 };
  if (positionals.length > max) throw new UsageError(`Unexpected argument '${positionals[max] ?? ''}'`);
  if (positionals.length < min) throw new UsageError(`${command.usage ?? 'An argument'} is missing`);
}
