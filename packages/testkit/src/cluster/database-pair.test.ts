import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseNode, valueOf } from './database-node.ts';
import { type DatabasePair, startDatabasePair } from './database-pair.ts';

let pair: DatabasePair;
beforeAll(async () => {
  pair = await startDatabasePair({ semiSync: true });
  await pair.primary.ask('CREATE DATABASE d', 'CREATE TABLE d.t (id INT PRIMARY KEY)');
});
afterAll(() => pair?.stop());

const add = (id: number) => pair.primary.ask(`INSERT INTO d.t VALUES (${id})`);
const highest = async (node: DatabaseNode) => Number(await valueOf(node, 'SELECT MAX(id) FROM d.t'));

describe('a primary and its replica', () => {
  it('show the same after the replica has caught up', async () => {
    await add(1);
    await pair.caughtUp();
    expect(await highest(pair.replica)).toBe(1);
  });

  it('lag when asked to, until they are asked no more', async () => {
    await pair.stopApplying();
    await add(2);
    expect(await highest(pair.replica)).toBe(1);
    await pair.resumeApplying();
    await pair.caughtUp();
    expect(await highest(pair.replica)).toBe(2);
  });

  it('take no writes from a program at the replica', async () => {
    const connection = await createConnection({ uri: pair.replica.url });
    await expect(connection.query('INSERT INTO d.t VALUES (9)')).rejects.toMatchObject({ errno: 1290 });
    connection.destroy();
  });

  it('lose nothing acknowledged when the primary is killed while the replica lags, and take writes at the replica then', async () => {
    await pair.stopApplying();
    await add(3);
    await pair.primary.server.kill();
    expect(await highest(pair.replica)).toBe(2);
    await pair.resumeApplying();
    await pair.promote();
    expect(await highest(pair.replica)).toBe(3);
    const connection = await createConnection({ uri: pair.replica.url });
    await connection.query('INSERT INTO d.t VALUES (4)');
    expect(await highest(pair.replica)).toBe(4);
    connection.destroy();
  });
});
