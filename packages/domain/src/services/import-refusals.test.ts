/** What a file may be refused for, row by row and as a whole, and what becomes of an import that ends in between. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImportKind } from '@granary/contracts/import';
import { applied, checked, imported, send } from '../testing/importing.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { interrupting } from '../testing/meanwhile.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const { locks, next } = interrupting();
beforeAll(async () => {
  at = await openTestDomain({ ports: { locks } });
  await at.domain.inbound.purchase(inbound('PO', [receipt('KNOWN', 5), receipt('OTHER', 5)]), at.call);
});
afterAll(() => closeSound(at));

const lines = (...rows: readonly string[]) => rows.map((row) => `${row}\r\n`).join('');
const asOf = '2026-01-01T00:00:00Z';
const rejected = async (kind: ImportKind, csv: string, fromExport = false) => {
  const { answer, errors } = await imported(at, { kind, csv, fromExport });
  expect(answer.state).toBe('rejected');
  return errors.map(({ row, column, code }) => [row, column, code]);
};

describe('a file is rejected', () => {
  test('for a quote that never ends, in its first row already', async () => {
    expect(await rejected('skus', '"skuId')).toMatchObject([[1, null, 'INV_005']]);
  });

  test('for SKUs that have moved, each told once, and for places that are not there', async () => {
    const header = 'skuId,quantity,unitCost,locationId,asOf';
    const row = (skuId: string, place: string) => `${skuId},1,1.00,${place},${asOf}`;
    const csv = lines(header, row('KNOWN', 'default'), row('KNOWN', 'default'), row('FRESH', 'nowhere'));
    expect(await rejected('opening', csv)).toEqual([
      [2, null, 'INV_010'],
      [4, null, 'INV_007'],
    ]);
  });

  test('for rows of one SKU that say different days', async () => {
    const csv = lines('skuId,quantity,unitCost,asOf', `TORN,1,1.00,${asOf}`, 'TORN,1,1.00,2026-02-01T00:00:00Z');
    expect(await rejected('opening', csv)).toMatchObject([[expect.any(Number), 'skuId', 'INV_005']]);
  });

  test('for more rows of one document than a document may have', async () => {
    const rows = Array.from({ length: 1001 }, (_, each) => `FULL,1,1.00,B-${each},${asOf}`);
    const csv = lines('skuId,quantity,unitCost,batchNo,asOf', ...rows);
    expect(await rejected('opening', csv)).toMatchObject([[2, null, 'INV_005']]);
    const receipts = rows.map((row) => `DOC,${row.split(',').slice(0, 4).join()}`);
    expect(await rejected('receipts', lines('documentNo,skuId,quantity,unitCost,batchNo', ...receipts))).toMatchObject([
      [2, null, 'INV_005'],
    ]);
  });

  test('for as many repeats as are told at all, without rehearsing it', async () => {
    const rows = Array.from({ length: 1002 }, () => 'SAME');
    const { answer, errors } = await imported(at, { kind: 'skus', csv: lines('skuId', ...rows) });
    expect([answer.state, errors.length]).toEqual(['rejected', 500]);
  });

  test('for more rows than a file may have', { timeout: 120_000 }, async () => {
    const rows = Array.from({ length: 100_001 }, (_, each) => `N${each}`);
    const { answer, errors } = await imported(at, { kind: 'skus', csv: lines('skuId', ...rows) });
    expect(answer.state).toBe('rejected');
    expect(errors).toMatchObject([{ row: 0, message: expect.stringContaining('more than 100000 rows') }]);
  });

  test('for a level whose SKU or place is not there, and for thresholds the wrong way round', async () => {
    const header = 'skuId,locationId,warningThreshold,criticalThreshold';
    expect(await rejected('levels', lines(header, 'NONE,default,5,1', 'KNOWN,nowhere,5,1'))).toMatchObject([
      [2, null, 'INV_001'],
      [3, null, 'INV_007'],
    ]);
  });

  test('for goods that were held still where they were exported, and for a SKU of another kind', async () => {
    const header = 'skuId,batchNo,quantity,unitCost,frozenBy';
    expect(await rejected('batches', lines(header, 'KNOWN,HELD,5,1.00,01J0'), true)).toMatchObject([
      [2, 'frozenBy', 'INV_005'],
    ]);
    expect(await rejected('skus', lines('skuId,kind', 'KNOWN,bundle', 'UNKNOWN,virtual'), true)).toMatchObject([
      [2, 'kind', 'INV_005'],
      [3, 'kind', 'INV_005'],
    ]);
  });
});

describe('a file is applied', () => {
  test('where it says what is so already, which changes nothing', async () => {
    const header = 'skuId,locationId,warningThreshold,isActive';
    const settings = lines(header, 'KNOWN,default,7,true', 'OTHER,default,7,true');
    expect((await imported(at, { kind: 'levels', csv: settings })).answer).toMatchObject({ applied: 2, unchanged: 0 });
    const again = lines(header, 'OTHER,default,7,true', 'KNOWN,default,7,true');
    for (const fromExport of [false, true])
      expect((await imported(at, { kind: 'levels', csv: again, fromExport })).answer).toMatchObject({ unchanged: 2 });
    const spent = lines('skuId,batchNo,quantity,unitCost,frozenBy', 'KNOWN,SPENT,0,1.00,', 'KNOWN,NEW,3,1.00,');
    expect((await imported(at, { kind: 'batches', csv: spent, fromExport: true })).answer).toMatchObject({
      ...{ applied: 1, unchanged: 1 },
    });
    const plain = lines('skuId,kind', 'KNOWN,stock');
    expect((await imported(at, { kind: 'skus', csv: plain, fromExport: true })).answer).toMatchObject({ unchanged: 1 });
  });

  test('with all that its rows say of their document', async () => {
    const header = 'documentNo,skuId,quantity,unitCost,occurredAt,supplier,operator,reason';
    const csv = lines(header, `SAID,KNOWN,1,1.00,${asOf},Acme,Ann,late`);
    expect((await imported(at, { kind: 'receipts', csv })).answer).toMatchObject({ state: 'done', applied: 1 });
    expect(await at.domain.inbound.get({ type: 'purchase', documentNo: 'SAID' })).toMatchObject({
      ...{ supplier: 'Acme', operator: 'Ann', reason: 'late', occurredAt: '2026-01-01T00:00:00.000000Z' },
    });
  });
});

describe('an import', () => {
  test('without a part cannot be started, one that was applied or called off takes no other turn', async () => {
    const sha256 = 'a'.repeat(64);
    const { id } = await at.domain.imports.create({ kind: 'skus', sha256, fromExport: false }, at.call);
    expect(await refusalOf(at.domain.imports.check({ importId: id }, at.call))).toMatchObject({ kind: 'invalidState' });
    const called = await at.domain.imports.cancel({ importId: id }, at.call);
    expect(await at.domain.imports.cancel({ importId: id }, at.call)).toEqual(called);
    expect(await refusalOf(at.domain.imports.check({ importId: id }, at.call))).toMatchObject({
      ...{ kind: 'invalidState', message: expect.stringContaining('cannot be checked any more') },
    });
    const { answer } = await imported(at, { kind: 'skus', csv: lines('skuId', 'DONE') });
    expect(await refusalOf(at.domain.imports.cancel({ importId: answer.id }, at.call))).toMatchObject({
      ...{ kind: 'invalidState', message: expect.stringContaining('was applied') },
    });
  });

  test('may be checked again, and while it is checked a second time nothing begins anew', async () => {
    const { id } = await send(at, { kind: 'skus', csv: lines('skuId', 'TWICE') });
    await checked(at, id);
    const first = await at.domain.imports.check({ importId: id }, at.call);
    expect(await at.domain.imports.check({ importId: id }, at.call)).toEqual(first);
    await createTestWorker(at.domain, 'w').finish(first.jobId ?? '');
    const run = await at.domain.imports.run({ importId: id }, at.call);
    // A run checks as well.
    expect(await at.domain.imports.check({ importId: id }, at.call)).toEqual(run);
    await createTestWorker(at.domain, 'w').finish(run.jobId ?? '');
  });

  test('whose rows cannot be applied together is applied by halves', async () => {
    const { id } = await send(at, { kind: 'skus', csv: lines('skuId,serialTracked', 'H1,', 'H2,true', 'H3,') });
    await checked(at, id);
    await at.domain.inbound.purchase(inbound('H2-PO', [receipt('H2', 1)]), at.call);
    const { answer, errors } = await applied(at, id);
    expect(answer).toMatchObject({ applied: 2, errorCount: 1 });
    expect(errors).toMatchObject([{ row: 3 }]);
  });

  test('that is called off at the last moment stays so', async () => {
    const { id } = await send(at, { kind: 'skus', csv: lines('skuId', 'LAST') });
    const { jobId } = await at.domain.imports.check({ importId: id }, at.call);
    const worker = createTestWorker(at.domain, 'w');
    next(() => at.domain.imports.cancel({ importId: id }, at.call));
    await worker.finish(jobId ?? '');
    expect(await at.domain.imports.get({ importId: id })).toMatchObject({ state: 'cancelled' });
  });

  test('that is no longer there leaves its job nothing to do', async () => {
    const { id } = await send(at, { kind: 'skus', csv: lines('skuId', 'VANISHED') });
    const { jobId } = await at.domain.imports.check({ importId: id }, at.call);
    await at.dataSource.query('DELETE FROM stock_import WHERE import_id = ?', [id]);
    const worker = createTestWorker(at.domain, 'w');
    while ((await worker.round()) > 0);
    expect(await at.domain.jobs.get({ id: jobId ?? '' })).toMatchObject({ state: 'done', done: 0 });
  });
});
