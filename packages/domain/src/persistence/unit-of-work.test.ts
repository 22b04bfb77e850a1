/** The unit of work among others: conflicts run again as a whole, failures leave nothing, and no connection leaks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countOf, openStranger, rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound, expectIdlePool } from '../testing/soundness.ts';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { LevelsGrew, VersionConflict } from './database-error.ts';
import type { Tx } from './transaction.ts';
import { createUnitOfWork, type UnitOfWork } from './unit-of-work.ts';

let at: TestDomain;
let stranger: Connection;
let units: UnitOfWork;
let onLog: (facts: Record<string, unknown> | undefined) => unknown = () => undefined;
let again: string[] = [];

beforeAll(async () => {
  const log = (_level: string, message: string, facts?: Record<string, unknown>) => {
    if (message === 'a unit of work runs again') again.push(String(facts?.['cause']));
    onLog(facts);
  };
  at = await openTestDomain({ ports: { log }, poolSize: 6, config: { requestDeadlineMs: 1500 } });
  units = createUnitOfWork(at.dataSource, testConfig, { ...testPorts(), log });
  stranger = await openStranger(at.url);
  await at.dataSource.query('CREATE TABLE note (id int NOT NULL PRIMARY KEY)');
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 50), receipt('B', 50)]), at.call);
});
beforeEach(async () => {
  again = [];
  onLog = () => undefined;
  await at.dataSource.query('DELETE FROM note');
});
afterEach(() => expectIdlePool(at));
afterAll(async () => {
  await stranger.end();
  await closeSound(at);
});

const notes = () => countOf(at.dataSource, 'note');
const note = (tx: Tx, id: number) => tx.write('INSERT INTO note (id) VALUES (?)', [id]);
const lockLevel = (skuId: string) => stranger.query('SELECT 1 FROM stock_level WHERE sku_id = ? FOR UPDATE', [skuId]);

describe('among others', () => {
  test('a unit that a deadlock killed runs again and succeeds, once', async () => {
    await stranger.beginTransaction();
    // The heavier transaction survives a deadlock, so this makes the engine's the victim.
    await stranger.query(`INSERT INTO note (id) VALUES ${Array.from({ length: 300 }, (_, id) => `(${id})`).join()}`);
    await lockLevel('B');
    const lines = [hold('A', 1, 'DEADLOCK'), hold('B', 1, 'DEADLOCK')];
    const reserving = at.domain.reservations.reserveMany({ lines }, at.call);
    await sleep(200);
    await lockLevel('A');
    await stranger.rollback();
    expect((await reserving).reservations).toHaveLength(2);
    expect(again).toEqual([expect.stringMatching(/deadlock/i)]);
    expect((await at.domain.reservations.list({ businessId: 'DEADLOCK', limit: 9 })).items).toHaveLength(2);
  });

  test('a lock wait that takes too long rolls back all of the unit, not the statement only', async () => {
    await stranger.beginTransaction();
    await lockLevel('A');
    onLog = () => stranger.rollback();
    let runs = 0;
    await units.write(testCall, async (tx) => {
      runs += 1;
      await tx.write(`SET SESSION innodb_lock_wait_timeout = ${runs === 1 ? 1 : 5}`);
      await note(tx, runs);
      await tx.rows(`SELECT 1 FROM stock_level WHERE sku_id = 'A' FOR UPDATE`);
    });
    expect(again).toEqual([expect.stringMatching(/lock wait timeout/i)]);
    expect(await rowsOf(at.dataSource, 'SELECT id FROM note')).toEqual([{ id: 2 }]);
  });

  test('a unit that loses every time gives up after three more tries, and says that it may be tried later', async () => {
    let runs = 0;
    const losing = units.write(testCall, async (tx) => {
      await note(tx, (runs += 1));
      throw new VersionConflict('stock_level');
    });
    const refusal = await refusalOf(losing);
    expect(refusal).toMatchObject({
      code: 'INV_004',
      kind: 'concurrencyConflict',
      details: { attempts: 4 },
      retryable: true,
    });
    expect([runs, await notes()]).toEqual([4, 0]);
  });

  test('a unit that keeps meeting more levels starts again with all of them, and not for ever', async () => {
    const seen: (readonly string[])[] = [];
    const growing = units.write(testCall, (_tx, grown) => {
      seen.push(grown);
      return Promise.reject(new LevelsGrew([`L${seen.length}`, 'L1']));
    });
    expect(await refusalOf(growing)).toMatchObject({ code: 'INV_004' });
    expect(seen.slice(0, 3)).toEqual([[], ['L1'], ['L1', 'L2']]);
    expect(seen).toHaveLength(6);
  });

  test('a duplicate of our own keys is found by the unit that runs again', async () => {
    let runs = 0;
    await at.dataSource.query('INSERT INTO note (id) VALUES (7)');
    const found = await units.write(testCall, async (tx) => {
      runs += 1;
      if (runs === 1) await note(tx, 7);
      return await tx.rows('SELECT id FROM note');
    });
    expect([runs, found]).toEqual([2, [{ id: 7 }]]);
  });
});

describe('after a failure', () => {
  test('a bug is not tried again, and leaves nothing', async () => {
    let runs = 0;
    const buggy = units.write(testCall, async (tx) => {
      await note(tx, (runs += 1));
      throw new Error('a bug');
    });
    await expect(buggy).rejects.toThrow('a bug');
    expect([runs, await notes()]).toEqual([1, 0]);
  });

  test('no further statement is taken, since it might commit by itself', async () => {
    let seen: unknown;
    const stubborn = units.write(testCall, async (tx) => {
      await note(tx, 1);
      await tx.write('INSERT INTO no_such_table VALUES (1)').catch(() => undefined);
      seen = await note(tx, 2).catch((error: unknown) => error);
      throw new Error('gave up');
    });
    await expect(stubborn).rejects.toThrow('gave up');
    expect(String(seen)).toContain('takes no further statements');
    expect(await notes()).toBe(0);
  });

  test('a unit that hides the failure of a statement is not committed', async () => {
    const hiding = units.write(testCall, async (tx) => {
      await note(tx, 1);
      await tx.write('INSERT INTO no_such_table VALUES (1)').catch(() => undefined);
      return 'all is well';
    });
    await expect(hiding).rejects.toThrow('no_such_table');
    expect(await notes()).toBe(0);
  });

  test('two hundred failing units leave no connection behind', async () => {
    const failures: readonly ((tx: Tx) => Promise<unknown>)[] = [
      (tx) => note(tx, 1).then(() => Promise.reject(new Error('bug'))),
      (tx) => tx.write('nonsense'),
      (tx) => note(tx, 2).then(() => note(tx, 2)),
      () => Promise.reject(new VersionConflict('stock_level')),
    ];
    const results = await Promise.allSettled(
      Array.from({ length: 200 }, (_, each) =>
        units.write(testCall, async (tx) => failures[each % failures.length]?.(tx)),
      ),
    );
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(200);
    expectIdlePool(at);
    expect(await notes()).toBe(0);
  }, 20_000);
});

describe('a read', () => {
  test('sees one moment, however long it takes', async () => {
    const counts = await units.read(async (tx) => {
      const count = async () => (await tx.rows('SELECT id FROM note')).length;
      const first = await count();
      await at.dataSource.query('INSERT INTO note (id) VALUES (1)');
      return [first, await count()];
    });
    expect(counts).toEqual([0, 0]);
    expect(await notes()).toBe(1);
  });

  test('cannot write', async () => {
    await expect(units.read((tx) => note(tx, 1))).rejects.toThrow(/read only/i);
    expect(await notes()).toBe(0);
  });

  test('does not change how the next unit on its connection works', async () => {
    for (let each = 0; each < 12; each += 1) {
      await units.read((tx) => tx.rows('SELECT 1'));
      const seen = await units.write(testCall, async (tx) => {
        await tx.rows('SELECT id FROM note');
        await at.dataSource.query('INSERT INTO note (id) VALUES (?)', [each]);
        return (await tx.rows('SELECT id FROM note')).length;
      });
      expect(seen, 'READ COMMITTED sees what others commit').toBe(each + 1);
    }
  });
});

test('with every connection taken, callers are told in half of their time, and nobody is left in the queue', async () => {
  const runners = Array.from({ length: 6 }, () => at.dataSource.createQueryRunner());
  try {
    for (const runner of runners) await runner.connect();
    const begun = performance.now();
    const refusals = await Promise.all([
      refusalOf(at.domain.reservations.reserve(hold('A', 1, 'CROWDED'), { ...at.call, deadlineMs: 1000 })),
      refusalOf(at.domain.stock.check({ skuId: 'A' })),
    ]);
    expect(performance.now() - begun).toBeLessThan(1000);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: 'INV_012', kind: 'overloaded', retryable: true });
  } finally {
    for (const runner of runners) await runner.release();
  }
  await sleep(20);
  expect((await at.domain.stock.check({ skuId: 'A' })).available).toBe(49);
});
