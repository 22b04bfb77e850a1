/** Looks at the database once when a process starts: on a server that could make truth wrong it must not begin to write. */
import type { Migration } from '@granary/domain/persistence/schema';
import type { DataSource } from 'typeorm';
import { DatabaseUnusableError } from './database.ts';
import type { Log } from './log.ts';
import { type Check, judgeServer } from './server-fitness.ts';
import { readServerFacts } from './server-facts.ts';

export interface StartCheckOptions {
  readonly dataSource: DataSource;
  readonly migrations: readonly Migration[];
  readonly log: Log;
}

/** Throws DatabaseUnusableError with everything that is wrong and how to put it right; what only warns is logged. */
export async function assertFit({ dataSource, migrations, log }: StartCheckOptions): Promise<void> {
  const wrong = judgeServer(await readServerFacts(dataSource, migrations)).filter((check) => !check.ok);
  const refused = wrong.filter((check) => check.warning !== true);
  if (refused.length > 0) {
    throw new DatabaseUnusableError(
      `Granary does not start on this database: ${refused.map(told).join('. ')}. Put it right in the settings of the server and start again.`,
    );
  }
  if (wrong.length > 0) log('warn', 'the database is fit, with reservations', { checks: wrong.map(told) });
}

function told({ name, detail }: Check): string {
  return `${name}: ${detail.replace(/^warning: /, '')}`;
}
