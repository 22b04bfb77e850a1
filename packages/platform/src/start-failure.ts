/** Tells a person why a process did not start: errors that were written for them in one piece, anything else with its stack. */
import { DatabaseUnusableError } from './database.ts';
import { ConfigError } from './env.ts';
import { SchemaNotCurrentError } from './granary.ts';
import { MigrationError } from './migration-runner.ts';
import { redactText } from './redact.ts';

/** Writes to stderr and answers the exit code. */
export function tellStartFailure(error: unknown): number {
  process.stderr.write(`${startFailureText(error)}\n`);
  return 1;
}

export function startFailureText(error: unknown): string {
  const written = [ConfigError, DatabaseUnusableError, SchemaNotCurrentError, MigrationError].some(
    (kind) => error instanceof kind,
  );
  if (!(error instanceof Error)) return redactText(String(error));
  return redactText(written ? error.message : (error.stack ?? error.message));
}
