/** `accounts`: the accounts of the database that a company lets Granary run under, as SQL to read, or carried out. */
import { randomBytes } from 'node:crypto';
import {
  ACCOUNT_NAME,
  accountStatements,
  type AccountsWanted,
  HOST_NAME,
} from '@granary/platform/accounts/account-statements';
import { applyAccounts } from '@granary/platform/accounts/apply-accounts';
import { databaseTarget } from '@granary/platform/database-url';
import { defineCommand, UsageError } from '../command.ts';
import { serversInUse } from '../surroundings.ts';

/** `granary_` and the longest of the kinds must fit into what a server takes. */
const LONGEST_PREFIX = 20;

export const command = defineCommand({
  name: 'accounts',
  summary:
    'Prints the SQL of the accounts under which migrate, api and worker may run, none of which can change the past',
  options: {
    apply: {
      type: 'boolean',
      description: 'Carry it out, as the account of DATABASE_URL, which must administer the server',
    },
    from: { type: 'string', default: '%', placeholder: 'HOST', description: 'From where they may come; % is anywhere' },
    prefix: { type: 'string', default: 'granary', description: 'What their names begin with' },
  },
  async run({ values }) {
    const { databaseUrl } = serversInUse();
    const wanted = accountsOf(values.prefix, values.from);
    const { database } = databaseTarget(databaseUrl);
    const statements = accountStatements({ ...wanted, database });
    if (values.apply) await applyAccounts(databaseUrl, wanted);
    const { migrator, application, worker } = wanted;
    const urls = { migrate: migrator, api: application, worker };
    const told = Object.entries(urls).map(
      ([process, { name, password }]) => `-- ${process}: mysql://${name}:${password}@HOST/${database}`,
    );
    const note = '-- Of an account that was there before, the password is the one it had.';
    const summary = [...(values.apply ? ['-- carried out'] : script(statements)), ...told, note].join('\n');
    return { ok: true, figures: { database, applied: values.apply, statements: statements.length }, summary };
  },
});

function accountsOf(prefix: string, host: string): Omit<AccountsWanted, 'database'> {
  if (!ACCOUNT_NAME.test(prefix) || prefix.length > LONGEST_PREFIX)
    throw new UsageError(`--prefix takes up to ${LONGEST_PREFIX} letters, digits and underscores`);
  if (!HOST_NAME.test(host))
    throw new UsageError('--from takes a host as the server writes it, such as 10.0.% or app.example');
  const account = (kind: string) => ({ name: `${prefix}_${kind}`, password: randomBytes(24).toString('base64url') });
  return { host, migrator: account('migrator'), application: account('application'), worker: account('worker') };
}

/** For the client of either server: triggers have semicolons within. */
function script(statements: readonly string[]): string[] {
  return ['DELIMITER //', ...statements.map((statement) => `${statement} //`), 'DELIMITER ;'];
}
