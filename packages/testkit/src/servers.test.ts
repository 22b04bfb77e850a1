import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, it, vi } from 'vitest';
import { createTestDatabase, testServers } from './servers.ts';

describe('test servers', () => {
  it('are the same for every caller of one process', async () => {
    expect(await testServers()).toBe(await testServers());
  });

  it('are never those of DATABASE_URL', async () => {
    vi.stubEnv('DATABASE_URL', 'mysql://nobody@127.0.0.1:1/precious');
    vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:1');
    const { databaseUrl, redisUrl } = await testServers();
    expect(`${databaseUrl} ${redisUrl}`).not.toContain(':1/');
    vi.unstubAllEnvs();
  });

  it('give each test an empty database of its own, and take it back', async () => {
    const [one, other] = await Promise.all([createTestDatabase('a b'), createTestDatabase('a b')]);
    expect(one.url).not.toBe(other.url);
    const connection = await createConnection({ uri: one.url });
    await connection.query('CREATE TABLE t (id INT)');
    await Promise.all([one.drop(), other.drop()]);
    const [left] = await connection.query<RowDataPacket[]>('SHOW DATABASES LIKE ?', [
      new URL(one.url).pathname.slice(1),
    ]);
    expect(left).toEqual([]);
    await connection.end();
  });
});
