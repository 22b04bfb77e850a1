/** The accounts of a database of the test servers, under names of its own, since accounts belong to the whole server. */
import { randomBytes } from 'node:crypto';
import { applyAccounts } from '../accounts/apply-accounts.ts';
import { openConnection } from '../database.ts';
import { databaseTarget } from '../database-url.ts';

export interface TestAccounts {
  readonly migratorUrl: string;
  readonly applicationUrl: string;
  readonly workerUrl: string;
  drop(): Promise<void>;
}

/** `databaseUrl` names a migrated database and an account that may administer its server. */
export async function createTestAccounts(databaseUrl: string): Promise<TestAccounts> {
  const account = (kind: string) => ({
    name: `t_${kind}_${randomBytes(6).toString('hex')}`,
    password: randomBytes(12).toString('hex'),
  });
  const wanted = {
    host: '%',
    migrator: account('migrator'),
    application: account('application'),
    worker: account('worker'),
  };
  await applyAccounts(databaseUrl, wanted);
  const urlOf = ({ name, password }: typeof wanted.worker) =>
    String(Object.assign(new URL(databaseUrl), { username: name, password }));
  return {
    migratorUrl: urlOf(wanted.migrator),
    applicationUrl: urlOf(wanted.application),
    workerUrl: urlOf(wanted.worker),
    async drop() {
      const { connection } = await openConnection(databaseTarget(databaseUrl));
      for (const { name } of [wanted.migrator, wanted.application, wanted.worker])
        await connection.query(`DROP USER IF EXISTS '${name}'@'%'`);
      connection.destroy();
    },
  };
}
