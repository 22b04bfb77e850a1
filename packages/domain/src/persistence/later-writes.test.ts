/** Writes that travel with the next statement: in their order, guarded, and none of them after a failure. */
import { EntitySchema } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { countOf } from '../testing/database-state.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { countColumn } from './columns.ts';
import { tableOf } from './table.ts';
import type { Tx } from './transaction.ts';
import { createUnitOfWork } from './unit-of-work.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.dataSource.query('CREATE TABLE note (id int NOT NULL PRIMARY KEY)');
});
beforeEach(() => at.dataSource.query('DELETE FROM note'));
afterAll(() => closeSound(at));

const notes = () => countOf(at.dataSource, 'note');
const uncommitted = () =>
  at.dataSource.transaction('READ UNCOMMITTED', async (em) => {
    const [row] = await em.query<{ n: unknown }[]>('SELECT COUNT(*) AS n FROM note');
    return Number(row?.n);
  });

interface Note {
  readonly id: number;
}
const columns = { id: { ...countColumn, primary: true } };
const table = tableOf(new EntitySchema<Note>({ name: 'note', tableName: 'note', columns }));
const select = (tx: Pick<Tx, 'select'>, tail: string, id: number) => tx.select(table, `WHERE t.id ${tail}`, [id]);

describe.each([
  ['in one packet', true],
  ['one statement at a time', false],
])('what is written later goes %s', (_how, multipleStatements) => {
  const later = (tx: Tx, id: number, check?: (matched: number) => void) =>
    tx.later({ sql: 'INSERT INTO note (id) VALUES (?)', parameters: [id], rows: 1, ...(check && { check }) });
  const sent = () => {
    const options = { ...at.dataSource.options, multipleStatements };
    const dataSource = Object.create(at.dataSource, { options: { value: options } }) as typeof at.dataSource;
    return createUnitOfWork(dataSource, testConfig, testPorts());
  };

  test('before whatever follows, in its order, and before COMMIT', async () => {
    const seen = await sent().write(testCall, async (tx) => {
      await later(tx, 1);
      await later(tx, 2);
      const rows = await tx.rows('SELECT id FROM note ORDER BY id');
      await later(tx, 3);
      return rows;
    });
    expect(seen).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await notes()).toBe(3);
  });

  test('before two selections of one breath, which come back each with its own rows', async () => {
    const seen = await sent().write(testCall, async (tx) => {
      await later(tx, 1);
      await later(tx, 2);
      await later(tx, 3);
      return await Promise.all([select(tx, '= ?', 2), select(tx, '<> ? ORDER BY t.id', 2)]);
    });
    expect(seen).toEqual([[{ id: 2 }], [{ id: 1 }, { id: 3 }]]);
  });

  test('a second selection that fails ends it like any statement', async () => {
    const writing = sent().write(testCall, async (tx) => {
      await later(tx, 1);
      const both = [select(tx, '= ?', 1), select(tx, '= ? AND t.no_such_column = 1', 1)];
      await Promise.all(both).catch(() => undefined);
    });
    await expect(writing).rejects.toThrow(/no_such_column/);
    expect(await notes()).toBe(0);
  });

  test('of two that were asked apart, the unit ends with what failed and not with what was not sent after it', async () => {
    const writing = sent().write(testCall, async (tx) => {
      const failing = select(tx, '= ? AND t.no_such_column = 1', 1).catch(() => undefined);
      await tx.apart();
      await Promise.all([failing, later(tx, 2), select(tx, '= ?', 1)]);
    });
    await expect(writing).rejects.toThrow(/no_such_column/);
    expect(await notes()).toBe(0);
  });

  test('a guard that does not hold leaves nothing, whether or not anything follows', async () => {
    for (const follows of [true, false]) {
      const writing = sent().write(testCall, async (tx) => {
        await later(tx, 1, (matched) => {
          if (matched !== 7) throw new Error('the guard does not hold');
        });
        await later(tx, 2);
        if (follows) await tx.rows('SELECT 1 AS one');
      });
      await expect(writing).rejects.toThrow('the guard does not hold');
      expect(await notes()).toBe(0);
    }
  });

  test.each([true, false])('rows that do not match run again, whether something follows: %s', async (follows) => {
    let runs = 0;
    await sent().write(testCall, async (tx) => {
      const matches = { rows: (runs += 1) === 1 ? 2 : 1, of: 'note' };
      await tx.later({ sql: 'INSERT INTO note (id) VALUES (2)', parameters: [], rows: 1, matches });
      await later(tx, 3);
      if (follows) await tx.rows('SELECT 1 AS one');
    });
    expect([runs, await notes()]).toEqual([2, 2]);
  });

  test('a row that is there already, met on the way to COMMIT, runs again on the same connection', async () => {
    const runs: unknown[] = [];
    await sent().write(testCall, async (tx) => {
      runs.push((await tx.rows('SELECT CONNECTION_ID() AS id'))[0]?.['id']);
      await later(tx, 1);
      await later(tx, runs.length);
    });
    expect([runs.length, new Set(runs).size, await notes()]).toEqual([2, 1, 2]);
  });

  test('the first that fails ends it, and nothing after it counts', async () => {
    const writing = sent().write(testCall, async (tx) => {
      await later(tx, 1);
      await tx.later({ sql: 'INSERT INTO no_such_table (id) VALUES (1)', parameters: [], rows: 1 });
      await later(tx, 2);
    });
    await expect(writing).rejects.toThrow(/no_such_table/);
    expect(await notes()).toBe(0);
  });

  describe('what is asked ahead of it', () => {
    /** A table of its own: what waits for the table that is asked is not overtaken. */
    const fact = (tx: Tx) => tx.ahead.rows({ name: 'fact' }, 'SELECT COUNT(*) AS n FROM note', []);
    const begun = async (tx: Tx) => {
      await tx.rows('SELECT 1 AS one');
      await later(tx, 1);
    };

    test('is answered before, and what waited is there for whatever follows', async () => {
      const seen = await sent().write(testCall, async (tx) => {
        await begun(tx);
        const both = await Promise.all([fact(tx), fact(tx)]);
        await later(tx, 2);
        return [...both.flat(), ...(await fact(tx)), ...(await tx.rows('SELECT COUNT(*) AS n FROM note'))];
      });
      expect(seen.map((row) => Number(row['n']))).toEqual([0, 0, 1, 2]);
      expect(await notes()).toBe(2);
    });

    test('of the table that is written, sees it written', async () => {
      const seen = await sent().write(testCall, async (tx) => {
        await begun(tx);
        const [before, own] = await Promise.all([fact(tx), select(tx.ahead, '= ?', 1)]);
        return [Number(before[0]?.['n']), own];
      });
      expect(seen).toEqual([0, [{ id: 1 }]]);
    });

    test.each([
      ['a statement follows', (tx: Tx) => tx.rows('SELECT 1 AS one')],
      ['more is written', (tx: Tx) => later(tx, 3)],
      ['nothing follows', async () => undefined],
      ['what follows fails', () => Promise.reject(new Error('refused in vain'))],
    ])('leaves nothing where what waited fails, and %s', async (_what, follow) => {
      for (const wrong of [1, 2]) {
        const writing = sent().write(testCall, async (tx) => {
          await begun(tx);
          const check = (matched: number) => {
            if (matched !== 7) throw new Error('the guard does not hold');
          };
          if (wrong === 1) await later(tx, 2, check);
          else await tx.later({ sql: 'INSERT INTO no_such_table (id) VALUES (1)', parameters: [], rows: 1 });
          await fact(tx);
          await follow(tx);
        });
        await expect(writing).rejects.toThrow(wrong === 1 ? 'the guard does not hold' : /no_such_table/);
        expect(await notes()).toBe(0);
      }
    });

    test('and fails itself, ends it as well', async () => {
      const writing = sent().write(testCall, async (tx) => {
        await begun(tx);
        await tx.ahead.rows({ name: 'fact' }, 'SELECT no_such_column FROM note', []).catch(() => undefined);
      });
      await expect(writing).rejects.toThrow(/no_such_column/);
      expect(await notes()).toBe(0);
    });
  });

  describe('more than may wait is on its way at once', () => {
    const many = (tx: Tx, id: number, check?: (matched: number) => void) =>
      tx.later({ sql: 'INSERT INTO note (id) VALUES (?)', parameters: [id], rows: 400, ...(check && { check }) });

    test('and still written in its order, before what follows', async () => {
      const seen = await sent().write(testCall, async (tx) => {
        const [none] = await Promise.all([tx.rows('SELECT COUNT(*) AS n FROM note'), many(tx, 1), many(tx, 2)]);
        await many(tx, 3);
        await tx.later({ sql: 'UPDATE note SET id = 5 WHERE id = 3', parameters: [], rows: 400 });
        return [...none, ...(await tx.rows('SELECT id AS n FROM note ORDER BY id'))];
      });
      expect(seen.map((row) => Number(row['n']))).toEqual([0, 1, 2, 5]);
      expect(await notes()).toBe(3);
    });

    test('and the server has it while the work goes on, and nobody waits for it', async () => {
      await sent().write(testCall, async (tx) => {
        await later(tx, 1);
        await many(tx, 2);
        await vi.waitFor(async () => expect(await uncommitted()).toBe(2));
        await later(tx, 3);
      });
      expect(await notes()).toBe(3);
    });

    test('and more than one packet takes makes several, still in its order', async () => {
      await sent().write(testCall, async (tx) => {
        await tx.rows('SELECT 1 AS one');
        for (let id = 1; id <= 14; id += 1) await many(tx, id);
        await tx.later({ sql: 'UPDATE note SET id = id + 100 WHERE id = 14', parameters: [], rows: 400 });
        await tx.later({ sql: 'DELETE FROM note WHERE id < 100', parameters: [], rows: 1 });
      });
      expect(await at.dataSource.query('SELECT id FROM note')).toEqual([{ id: 114 }]);
    });

    test.each([0, 1, 2, 3])('and where number %i of it fails, nothing is left', async (wrong) => {
      const writing = sent().write(testCall, async (tx) => {
        await tx.rows('SELECT 1 AS one');
        for (let id = 0; id < 4; id += 1)
          await many(tx, id, (matched) => {
            if (id === wrong && matched !== 7) throw new Error('the guard does not hold');
          });
      });
      await expect(writing).rejects.toThrow('the guard does not hold');
      expect(await notes()).toBe(0);
    });
  });

  test('no statement brings another one along', async () => {
    for (const sql of ['INSERT INTO note (id) VALUES (8); DELETE FROM note', 'SELECT 1;']) {
      await expect(sent().write(testCall, (tx) => tx.rows(sql))).rejects.toThrow('a statement must be one statement');
    }
    expect(await notes()).toBe(0);
  });
});
