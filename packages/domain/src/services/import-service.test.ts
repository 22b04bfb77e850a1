/** Files of every kind: checked without a trace, applied once, and told row by row what is wrong. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changedBy } from '../testing/database-state.ts';
import { applied, checked, imported, send } from '../testing/importing.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(async () => {
  await expectSound(at);
  await at.close();
});

const lines = (...rows: readonly string[]) => rows.map((row) => `${row}\r\n`).join('');

/** A check writes about itself and nothing else. */
async function leavingOnly<T>(work: () => Promise<T>): Promise<T> {
  const answers: T[] = [];
  const changed = await changedBy(at.dataSource, async () => void answers.push(await work()));
  const own = [
    'stock_import',
    'stock_import_part',
    'stock_import_row',
    'stock_import_error',
    'job',
    'command',
    'outbox',
  ];
  expect(changed.filter((table) => !own.includes(table))).toEqual([]);
  const [answer] = answers;
  if (answer === undefined) throw new Error('the work answered nothing');
  return answer;
}

describe('SKUs', () => {
  test('are made and changed; one that is so already is left alone', async () => {
    await at.domain.skus.create({ skuId: 'S1', name: 'old' }, at.call);
    await at.domain.skus.create({ skuId: 'S2', name: 'same' }, at.call);
    const csv = lines(
      'skuId,name,shelfLifeDays,serialTracked,attributes',
      'S1,new,30,,',
      'S2,same,,,',
      '"S,3","He said ""so""\nand left",,true,"{""colour"":""blue""}"',
    );
    const { answer } = await imported(at, { kind: 'skus', csv: `\uFEFF${csv}`, partSize: 7 });
    expect(answer).toMatchObject({ state: 'done', rows: 3, applied: 2, unchanged: 1, errorCount: 0 });
    expect(await at.domain.skus.get({ skuId: 'S1' })).toMatchObject({ name: 'new', shelfLifeDays: 30, version: 2 });
    expect((await at.domain.skus.get({ skuId: 'S2' })).version).toBe(1);
    expect(await at.domain.skus.get({ skuId: 'S,3' })).toMatchObject({
      ...{ name: 'He said "so"\nand left', serialTracked: true, attributes: { colour: 'blue' } },
    });
  });

  test('are applied without being asked to check them first, and checked all the same', async () => {
    const { id } = await send(at, { kind: 'skus', csv: lines('skuId', 'AT-ONCE') });
    expect((await applied(at, id)).answer).toMatchObject({ state: 'done', rows: 1, applied: 1 });
  });

  test('the same file again is the same import, and has no second effect', async () => {
    const sent = { kind: 'skus', csv: lines('skuId', 'AGAIN') } as const;
    const first = await imported(at, sent);
    const second = await send(at, sent).catch((error: unknown) => error);
    expect(second).toMatchObject({ kind: 'invalidState' });
    const { answer } = first;
    expect(await at.domain.imports.create({ kind: 'skus', sha256: answer.sha256, fromExport: false }, at.call)).toEqual(
      answer,
    );
    await expect(at.domain.imports.run({ importId: answer.id }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
  });
});

describe('errors', () => {
  test('name the row, the column and the code, and nothing is changed', async () => {
    const csv = lines(
      'skuId,shelfLifeDays,defaultStrategy,status',
      'E1,0,,',
      'E2,x,,',
      'E3,,none,',
      '',
      'E5,,,off',
      'E6,,',
      'E7,,,',
      'E7,,,',
    );
    const { answer, errors } = await leavingOnly(() => imported(at, { kind: 'skus', csv }));
    expect(answer).toMatchObject({ state: 'rejected', rows: 7, errorCount: 6, applied: 0 });
    expect(errors.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'shelfLifeDays', 'INV_005'],
      [3, 'shelfLifeDays', 'INV_005'],
      [4, 'defaultStrategy', 'INV_005'],
      [6, 'status', 'INV_005'],
      [7, null, 'INV_005'],
      [9, null, 'INV_005'],
    ]);
    expect(errors[5]?.message).toContain('row 8');
    // Applying it looks again, and stops there again.
    expect((await applied(at, answer.id)).answer).toMatchObject({ state: 'rejected', errorCount: 6, applied: 0 });
    await expect(at.domain.skus.get({ skuId: 'E7' })).rejects.toMatchObject({ code: 'INV_001' });
  });

  test.each([
    ['unknown columns', { kind: 'skus', csv: 'skuId,nam\r\nA,b\r\n' }, [[1, 'nam']]],
    ['missing columns', { kind: 'levels', csv: 'locationId\r\ndefault\r\n' }, [[1, 'skuId']]],
    ['a column twice', { kind: 'skus', csv: 'skuId,skuId\r\nA,b\r\n' }, [[1, 'skuId']]],
    [
      'a column named like a part of every object',
      { kind: 'skus', csv: 'skuId,constructor\r\nA,b\r\n' },
      [[1, 'constructor']],
    ],
    [
      'semicolons',
      { kind: 'skus', csv: 'skuId;name\r\nA;b\r\n' },
      [
        [1, 'skuId;name'],
        [1, 'skuId'],
      ],
    ],
    ['a quote that is never closed', { kind: 'skus', csv: 'skuId,name\r\nA,"b\r\nB,c\r\n' }, [[2, null]]],
    ['text behind a quote', { kind: 'skus', csv: 'skuId,name\r\nX,y\r\nA,"b"c\r\n' }, [[3, null]]],
    ['no rows at all', { kind: 'skus', csv: '\uFEFF' }, [[0, null]]],
  ] as const)('%s', async (_what, sent, expected) => {
    const { answer, errors } = await imported(at, sent);
    expect(answer.state).toBe('rejected');
    expect(errors.map(({ row, column }) => [row, column])).toEqual(expected);
  });

  test('parts that are not the file that was announced', async () => {
    const sha256 = 'a'.repeat(64);
    const { id } = await at.domain.imports.create({ kind: 'skus', sha256, fromExport: false }, at.call);
    await at.domain.imports.upload({ importId: id, part: 1, csv: 'skuId\r\nNEVER\r\n' }, at.call);
    const { answer, errors } = await checked(at, id);
    expect([answer.state, errors[0]?.row]).toEqual(['rejected', 0]);
    await at.domain.imports.cancel({ importId: id }, at.call);
    expect((await at.domain.imports.create({ kind: 'skus', sha256, fromExport: false }, at.call)).id).not.toBe(id);
  });

  test('parts come in order, and a repeat of one has no effect', async () => {
    const { id: importId } = await at.domain.imports.create(
      { kind: 'skus', sha256: 'b'.repeat(64), fromExport: false },
      at.call,
    );
    const upload = (part: number, csv: string) => at.domain.imports.upload({ importId, part, csv }, at.call);
    await expect(upload(2, 'x')).rejects.toMatchObject({ code: 'INV_010' });
    await upload(1, 'skuId');
    expect((await upload(1, 'skuId')).parts).toBe(1);
    await expect(upload(1, 'other')).rejects.toMatchObject({ code: 'INV_008' });
    await at.domain.imports.cancel({ importId }, at.call);
  });
});

test('levels get their thresholds', async () => {
  await at.domain.inbound.purchase(inbound('L', [receipt('L1', 1), receipt('L2', 1)]), at.call);
  const csv = lines('skuId,warningThreshold,criticalThreshold,isActive', 'L1,20,5,', 'L2,,,false');
  expect((await imported(at, { kind: 'levels', csv })).answer).toMatchObject({ state: 'done', applied: 2 });
  const { items } = await at.domain.stock.levels({ skuId: 'L1', limit: 5 });
  expect(items[0]).toMatchObject({ warningThreshold: 20, criticalThreshold: 5, onHand: 1 });
  const bad = lines(
    'skuId,locationId,warningThreshold,criticalThreshold',
    'L1,default,2,5',
    'NONE,,,1',
    'L2,nowhere,,1',
  );
  const { errors } = await imported(at, { kind: 'levels', csv: bad });
  expect(errors.map(({ row, code }) => [row, code])).toEqual([
    [2, 'INV_005'],
    [3, 'INV_001'],
    [4, 'INV_007'],
  ]);
});
