/** Carries out the statements of accounts on the server that a URL names, as an account that may administer it. */
import { openConnection } from '../database.ts';
import { databaseTarget } from '../database-url.ts';
import { type AccountsWanted, accountStatements } from './account-statements.ts';

/** Resolves when all were carried out; the first one that is refused ends it, and it may be run again. */
export async function applyAccounts(databaseUrl: string, wanted: Omit<AccountsWanted, 'database'>): Promise<void> {
  const target = databaseTarget(databaseUrl);
  const { connection } = await openConnection(target);
  try {
    for (const statement of accountStatements({ ...wanted, database: target.database }))
      await connection.query(statement);
  } finally {
    connection.destroy();
  }
}
