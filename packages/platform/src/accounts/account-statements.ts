/** The statements that make the accounts of one database and grant them what they need, for whoever administers the server. */
import { entities } from '../schema.ts';
import { RECORD_TABLE } from '../migration-record.ts';
import { rightsOn, runningAccounts } from './account-rights.ts';
import { historyGuards } from './history-guards.ts';

export interface Account {
  readonly name: string;
  readonly password: string;
}

export interface AccountsWanted {
  readonly database: string;
  /** From where they may come, as the server writes it; `%` is anywhere. */
  readonly host: string;
  /** Changes the schema; nothing runs under it but `migrate`. */
  readonly migrator: Account;
  readonly application: Account;
  readonly worker: Account;
}

/** Names go into SQL as they are, so only harmless ones are taken. */
export const ACCOUNT_NAME = /^[A-Za-z0-9_]{1,32}$/;
export const HOST_NAME = /^[A-Za-z0-9._:%-]{1,255}$/;
const PASSWORD = /^[\w-]{16,}$/;

/** The tables must be there. Running them again grants what later versions need, and leaves passwords as they are. */
export function accountStatements(wanted: AccountsWanted): readonly string[] {
  const { database, host, migrator } = wanted;
  const at = ({ name }: Account) => `'${checked(name, ACCOUNT_NAME)}'@'${checked(host, HOST_NAME)}'`;
  const made = [migrator, ...runningAccounts.map((each) => wanted[each])].map(
    (account) => `CREATE USER IF NOT EXISTS ${at(account)} IDENTIFIED BY '${checked(account.password, PASSWORD)}'`,
  );
  // In the name of a database of such a grant, an underscore stands for any letter.
  const anyTable = quoted(database.replaceAll(/[_%]/g, String.raw`\$&`));
  const tables = [...entities.map(({ options }) => options.tableName ?? options.name), RECORD_TABLE].toSorted();
  const grants = runningAccounts.flatMap((each) =>
    tables.map(
      (table) =>
        `GRANT ${rightsOn(table, each).join(', ')} ON ${quoted(database)}.${quoted(table)} TO ${at(wanted[each])}`,
    ),
  );
  const guards = historyGuards.flatMap(({ name, sql }) => [`DROP TRIGGER IF EXISTS ${name}`, sql]);
  return [
    ...made,
    `GRANT ALL PRIVILEGES ON ${anyTable}.* TO ${at(migrator)}`,
    ...grants,
    `USE ${quoted(database)}`,
    ...guards,
  ];
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function checked(text: string, shape: RegExp): string {
  if (!shape.test(text))
    throw new TypeError(`${JSON.stringify(text.slice(0, 40))} cannot name an account, its host or its password`);
  return text;
}
