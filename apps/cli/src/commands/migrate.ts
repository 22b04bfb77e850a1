/** `migrate`: brings a database to the schema of this version; a run that broke off is continued. */
import { migrations } from '@granary/platform/schema';
import { createLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { defineCommand } from '../command.ts';
import { serversInUse } from '../surroundings.ts';

export const command = defineCommand({
  name: 'migrate',
  summary: 'Brings the database (DATABASE_URL, or that of the running npm start) to the schema of this version',
  options: {},
  async run() {
    const { databaseUrl } = serversInUse();
    const log = createLog({ level: 'info', name: 'migrate', to: 'stderr' });
    const { engine, database, createdDatabase, applied, steps } = await migrate({ url: databaseUrl, migrations, log });
    const summary =
      applied.length === 0
        ? `${database} on ${engine} is up to date`
        : `${database} on ${engine}: applied ${applied.join(', ')} in ${steps} steps`;
    return { ok: true, figures: { engine, database, createdDatabase, applied, steps }, summary };
  },
});
