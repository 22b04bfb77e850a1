/** Writes that travel with the next statement: in their order, guarded, and none of them after a failure. */
import { EntitySchema } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { countOf } from '../testing/database-state.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, testCall, testConfig, type TestDomain, testPorts } from '../testing/test-domain.ts';
import { countColumn } from './columns.ts';
import { tableOf } from './table.ts';
import type { Selection, Tx } from './transaction.ts';
import { createUnitOfWork } from './unit-of-work.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.dataSource.query('CREATE TABLE note (id int NOT NULL PRIMARY KEY)');
});
beforeEach(() => at.dataSource.query('DELETE FROM note'));
afterAll(() => closeSound(at));

const notes = () => countOf(at.dataSource, 'note');

interface Note {
  readonly id: number;
}
const columns = { id: { ...countColumn, primary: true } };
const table = tableOf(new EntitySchema<Note>({ name: 'note', tableName: 'note', columns }));
const withId = (tail: string, id: number): Selection<Note> => ({ table, tail: `WHERE t.id ${tail}`, parameters: [id] });

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

  test('before two selections, which come back each with its own rows', async () => {
    const seen = await sent().write(testCall, async (tx) => {
      await later(tx, 1);
      await later(tx, 2);
      await later(tx, 3);
      return await tx.selectBoth(withId('= ?', 2), withId('<> ? ORDER BY t.id', 2));
    });
    expect(seen).toEqual([[{ id: 2 }], [{ id: 1 }, { id: 3 }]]);
  });

  test('a second selection that fails ends it like any statement', async () => {
    const writing = sent().write(testCall, async (tx) => {
      await later(tx, 1);
      await tx.selectBoth(withId('= ?', 1), withId('= ? AND t.no_such_column = 1', 1)).catch(() => undefined);
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

  test('the first that fails ends it, and nothing after it counts', async () => {
    const writing = sent().write(testCall, async (tx) => {
      await later(tx, 1);
      await tx.later({ sql: 'INSERT INTO no_such_table (id) VALUES (1)', parameters: [], rows: 1 });
      await later(tx, 2);
    });
    await expect(writing).rejects.toThrow(/no_such_table/);
    expect(await notes()).toBe(0);
  });

  test('no statement brings another one along', async () => {
    for (const sql of ['INSERT INTO note (id) VALUES (8); DELETE FROM note', 'SELECT 1;']) {
      await expect(sent().write(testCall, (tx) => tx.rows(sql))).rejects.toThrow('a statement must be one statement');
    }
    expect(await notes()).toBe(0);
  });
});
