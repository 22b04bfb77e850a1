/** A start on servers that somebody has set badly: what a session can put right it does, the rest is refused or warned of. */
import { databaseNode, type DatabaseNode } from '@granary/testkit/cluster/database-node';
import { startDatabaseServer } from '@granary/testkit/private-servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from './database.ts';
import type { Log } from './log.ts';
import { migrate } from './migration-runner.ts';
import { assertFit } from './start-check.ts';

const migrations = [
  { name: '0001-one', steps: ['CREATE TABLE IF NOT EXISTS one (id int NOT NULL PRIMARY KEY, CHECK (id > 0))'] },
];
/** MariaDB can switch them off for all, MySQL one by one. */
const SPOILED_CHECKS = {
  mariadb: {
    spoil: 'SET GLOBAL check_constraint_checks = 0',
    mend: 'SET GLOBAL check_constraint_checks = 1',
    refusal: /^$/,
  },
  mysql: {
    spoil: 'ALTER TABLE start.one ADD CONSTRAINT kept CHECK (id < 9) NOT ENFORCED',
    mend: 'ALTER TABLE start.one DROP CHECK kept',
    refusal: /constraints: a CHECK of one is NOT ENFORCED: ALTER TABLE one/,
  },
};
const undo: string[] = [];
let node: DatabaseNode;
let url: string;

beforeAll(async () => {
  node = databaseNode(await startDatabaseServer({ serverId: 1 }));
  url = `${node.rootUrl}/start`;
  await migrate({ url, migrations, log: () => undefined });
});
afterEach(async () => {
  await node.ask(...undo.splice(0));
});
afterAll(() => node?.server.stop());

/** Sets a variable of the whole server until the test has ended. */
async function setGlobal(name: string, value: string): Promise<void> {
  const [row] = await node.ask(`SELECT @@GLOBAL.${name} AS was`);
  const was = String(row?.['was']);
  undo.push(`SET GLOBAL ${name} = ${/^\d+$/.test(was) ? was : `'${was}'`}`);
  await node.ask(`SET GLOBAL ${name} = ${value}`);
}

/** What a process that starts now would say: why it refuses, or what it warns of. */
async function started(): Promise<{ readonly refusal: string; readonly warnings: string }> {
  const said: unknown[] = [];
  const log: Log = (_level, _message, details) => void said.push(details);
  const dataSource = await openDatabase({ url, poolSize: 1, entities: [] });
  try {
    await assertFit({ dataSource, migrations, log });
    return { refusal: '', warnings: JSON.stringify(said) };
  } catch (error) {
    return { refusal: String(error), warnings: JSON.stringify(said) };
  } finally {
    await dataSource.destroy();
  }
}

describe('a start', () => {
  it.each([
    ['sql_mode', `''`],
    ['time_zone', `'+02:00'`],
    ['autocommit', '0'],
    ['unique_checks', '0'],
    ['foreign_key_checks', '0'],
  ])('is not bothered by a server-wide %s of %s: its own sessions are right', async (name, value) => {
    await setGlobal(name, value);
    expect((await started()).refusal).toBe('');
  });

  it('makes CHECKs hold where they are off for the whole server, and is refused where one was told not to hold', async () => {
    const { spoil, mend, refusal } = SPOILED_CHECKS[node.server.engine];
    undo.push(mend);
    await node.ask(spoil);
    expect((await started()).refusal).toMatch(refusal);
    const dataSource = await openDatabase({ url, poolSize: 1, entities: [] });
    await expect(dataSource.query('INSERT INTO one VALUES (0)')).rejects.toThrow(/constraint/i);
    await dataSource.destroy();
  });

  it('is refused with the remedy where packets are small', async () => {
    await setGlobal('max_allowed_packet', '1048576');
    expect((await started()).refusal).toMatch(
      /^DatabaseUnusableError: Granary does not start on this database: packet: max_allowed_packet is 1048576 bytes: SET GLOBAL max_allowed_packet = 16777216\. Put it right/,
    );
  });

  it('is refused where the binary log is one of statements', async () => {
    await setGlobal('binlog_format', `'STATEMENT'`);
    expect((await started()).refusal).toMatch(/binary log: binlog_format is STATEMENT/);
  });

  it('goes on with a warning where a power cut may lose commits', async () => {
    await setGlobal('innodb_flush_log_at_trx_commit', '2');
    await setGlobal('sync_binlog', '0');
    const { refusal, warnings } = await started();
    expect(refusal).toBe('');
    expect(warnings).toMatch(/innodb_flush_log_at_trx_commit is 2.*sync_binlog is 0/);
  });
});
