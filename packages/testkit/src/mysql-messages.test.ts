import { createConnection } from 'mysql2/promise';
import { afterAll, expect, it } from 'vitest';
import { createFaultProxy } from './fault-proxy.ts';
import { failure, isCommit, promisesMore, statement } from './mysql-messages.ts';
import { testServers } from './servers.ts';

afterAll(async () => (await testServers()).stop());

it('a driver takes the failure in place of the answer, and the connection goes on', async () => {
  const { databaseUrl } = await testServers();
  const proxy = await createFaultProxy({ target: { port: Number(new URL(databaseUrl).port) }, protocol: 'mysql' });
  const connection = await createConnection({ uri: proxy.urlFor(databaseUrl) });
  try {
    await connection.query('SET @kept = 0');
    const answer = failure({ errno: 1213, state: '40001', text: 'by a test' });
    const injection = proxy.inject({
      match: isCommit,
      fault: { kind: 'replace', message: (original) => statement('SET @kept = 7', original), answer },
    });
    await expect(connection.query('COMMIT')).rejects.toMatchObject({
      ...{ errno: 1213, sqlState: '40001', message: 'by a test' },
    });
    expect(injection.struck()).toBe(1);
    const [rows] = await connection.query('SELECT @kept AS kept');
    expect(rows).toEqual([{ kept: 7 }]);
  } finally {
    connection.destroy();
    await proxy.close();
  }
});

it('knows a COMMIT from what only names it', () => {
  const said = (sql: string) => statement(sql, Buffer.alloc(0));
  expect(isCommit(said('COMMIT'))).toBe(true);
  expect(isCommit(said('UPDATE t SET a = 1;COMMIT'))).toBe(true);
  expect(isCommit(said('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'))).toBe(false);
});

it('knows the answer to one statement of several from the last one', () => {
  const ok = (...payload: number[]) => Buffer.from([payload.length, 0, 0, 1, 0, ...payload.slice(1)]);
  const first = ok(0, 1, 0, 0x0a, 0, 0, 0);
  const last = ok(0, 0, 0, 0x02, 0, 0, 0);
  expect(promisesMore(first)).toBe(true);
  expect(promisesMore(ok(0, 0xfc, 0, 2, 0, 0x0a, 0, 0, 0)), 'many rows').toBe(true);
  expect(promisesMore(Buffer.concat([first, last]))).toBe(false);
  expect(promisesMore(failure({ errno: 1213, state: '40001', text: '' }))).toBe(false);
});
