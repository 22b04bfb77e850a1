/** Whoever changes the checkpoints themselves, in the database or in the archive, is found as well. */
import type { AuditReport } from '@granary/contracts/checkpoint';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { valueOf } from '../testing/database-state.ts';
import { openSealedShop, type SealedShop } from '../testing/sealed-shop.ts';

let shop: SealedShop;
beforeAll(async () => {
  shop = await openSealedShop();
});
afterEach(() => shop.copy.restore());
afterAll(() => shop.at.close());

const sql = (text: string) => shop.at.dataSource.query(text);
const id = (name: string) => shop.commandIds.get(name) ?? '';
const found = ({ findings }: AuditReport) => findings.map(({ kind, row }) => `${kind} ${row}`);
const A = `sku_id = 'A' AND location_id = 'default'`;
const verify = () => shop.at.domain.verifyAudit();

describe('a checkpoint that was touched is named', () => {
  const levelsOf = (no: number) => `checkpoint_level WHERE checkpoint_no = ${no}`;
  const withoutArchive = async (work: () => Promise<unknown>) => {
    const kept = [...shop.archive.files];
    shop.archive.files.clear();
    try {
      return await work();
    } finally {
      for (const [no, text] of kept) shop.archive.files.set(no, text);
    }
  };

  test.each([
    [
      'its statement',
      `UPDATE checkpoint SET statement = REPLACE(statement, '"no":1', '"no": 1') WHERE checkpoint_no = 1`,
    ],
    ['its signature', `UPDATE checkpoint SET signature = REVERSE(signature) WHERE checkpoint_no = 1`],
    ['the commands', `UPDATE checkpoint SET commands = '' WHERE checkpoint_no = 1`],
    ['the hashes', `UPDATE ${levelsOf(1)}`.replace(' WHERE', ` SET hashes = REVERSE(hashes) WHERE`)],
    ['a level taken out', `DELETE FROM ${levelsOf(1)} AND sku_id = 'B'`],
    ['a level taken out that was sealed again', `DELETE FROM ${levelsOf(1)} AND sku_id = 'A'`],
    ['another kind', `UPDATE checkpoint SET kind = 'amendment' WHERE checkpoint_no = 1`],
  ])('%s, with the archive and without', async (_what, change) => {
    await sql(change);
    const report = await verify();
    expect(found(report)).toContain('checkpoint checkpoint 1');
    expect(report.findings.every(({ kind }) => kind === 'checkpoint')).toBe(true);
    await withoutArchive(async () => expect(found(await verify())).toContain('checkpoint checkpoint 1'));
  });

  test('one taken out', async () => {
    await sql('DELETE FROM checkpoint WHERE checkpoint_no = 1');
    expect(found(await verify())).toEqual(['checkpoint checkpoint 1']);
    await withoutArchive(async () => expect(found(await verify())).toEqual(['checkpoint checkpoint 1']));
  });

  test('the last one cut off with all that it sealed: the archive tells which rows', async () => {
    for (const table of ['checkpoint', 'checkpoint_level']) await sql(`DELETE FROM ${table} WHERE checkpoint_no = 2`);
    await sql(`DELETE FROM command WHERE command_id >= '${id('second')}'`);
    expect(found(await verify())).toEqual([
      'checkpoint checkpoint 2',
      ...['second', 'again'].map((name) => `gone command ${id(name)}`),
    ]);
    // Who has only the tables sees no more than that nothing was sealed for long.
    await withoutArchive(async () => {
      expect(found(await verify())).toEqual([]);
      shop.at.advance(4 * 3600);
      expect(found(await verify())).toEqual(['checkpoint checkpoint 1']);
      shop.at.advance(-4 * 3600);
    });
  });

  test('all of them edited: the archive still proves the rows', async () => {
    await sql(`UPDATE checkpoint SET signature = 'x'`);
    await sql(`UPDATE stock_movement SET reason = 'x' WHERE ${A} AND version = 4`);
    expect(found(await verify())).toEqual([
      'checkpoint checkpoint 1',
      'checkpoint checkpoint 2',
      'edited movement A / default / 4',
    ]);
  });

  test('all of them', async () => {
    for (const table of ['checkpoint', 'checkpoint_level']) await sql(`DELETE FROM ${table}`);
    await withoutArchive(async () => expect(found(await verify())).toEqual(['checkpoint checkpoint 1']));
  });

  test('in the archive', async () => {
    const text = shop.archive.files.get(1) ?? '';
    shop.archive.files.set(1, text.replace('"seal"', '"amendment"'));
    expect(found(await verify())).toContain('checkpoint checkpoint 1');
    shop.archive.files.set(1, 'nothing');
    expect(found(await verify())).toEqual(['checkpoint checkpoint 1']);
    shop.archive.files.delete(1);
    expect(found(await verify())).toEqual(['checkpoint checkpoint 1']);
    shop.archive.files.set(1, text);
    expect(found(await verify())).toEqual([]);
  });

  test('signed with a key that nobody knows', async () => {
    await sql(`UPDATE checkpoint SET key_id = 'mine' WHERE checkpoint_no = 2`);
    await withoutArchive(async () => {
      const [finding] = (await verify()).findings;
      expect(finding).toMatchObject({ row: 'checkpoint 2', detail: expect.stringContaining('"mine"') as string });
    });
  });

  test('one that leaves commands out, by who has the key', async () => {
    const said = JSON.parse(
      await valueOf(shop.at.dataSource, 'SELECT statement FROM checkpoint WHERE checkpoint_no = 2'),
    ) as object;
    const place = ['2100-01-01T00:00:00.000000Z', ''];
    const statement = JSON.stringify({ ...said, from: place, until: place });
    await shop.at.dataSource.query('UPDATE checkpoint SET statement = ?, signature = ? WHERE checkpoint_no = 2', [
      statement,
      shop.keys.sign(statement),
    ]);
    await withoutArchive(async () => {
      const [finding] = (await verify()).findings;
      expect(finding).toMatchObject({ row: 'checkpoint 2', detail: expect.stringContaining('leaves out') as string });
    });
  });

  test('one that says where it begins, so that it leaves something out', async () => {
    await sql('DELETE FROM checkpoint WHERE checkpoint_no = 2');
    await sql(`DELETE FROM ${levelsOf(2)}`);
    await withoutArchive(async () => {
      // Sealed behind the back of the newest, as if it had ended later.
      await sql(
        `UPDATE checkpoint SET statement = REPLACE(statement, '"until":["2', '"until":["3') WHERE checkpoint_no = 1`,
      );
      await shop.at.domain.checkpoints.seal();
      // It begins anew with the first command, since nothing before is good.
      expect(found(await verify())).toContain('checkpoint checkpoint 1');
      expect((await verify()).commands).toBe(7);
    });
  });
});
