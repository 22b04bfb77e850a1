/** Files that bring stock in, and what happens to their job on the way: each row has one effect. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applied, checked, imported, send } from '../testing/importing.ts';
import { createTestWorker } from '../testing/jobs.ts';
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

describe('opening balances', () => {
  const header = 'skuId,quantity,unitCost,batchNo,asOf';
  const asOf = '2026-01-01T00:00:00Z';

  test('rows of a SKU that lie apart come into one document', async () => {
    const csv = lines(header, `O1,5,1.50,A,${asOf}`, `O2,1,2,,${asOf}`, `O1,7,1.60,B,${asOf}`);
    const { answer, errors } = await imported(at, { kind: 'opening', csv });
    expect([answer.state, answer.applied, errors]).toEqual(['done', 3, []]);
    expect(
      (await at.domain.stock.available({ skuId: 'O1', excludeExpired: true, includeReserved: false })).onHand,
    ).toBe(12);
  });

  test('a SKU that has moved is named, the others are not touched by it', async () => {
    const csv = lines(header, `O1,5,1.50,C,${asOf}`, `O9,1,2,,${asOf}`, `O8,1,2,,2999-01-01T00:00:00Z`);
    const { answer, errors } = await imported(at, { kind: 'opening', csv });
    expect(answer.state).toBe('rejected');
    expect(errors.map(({ row, code }) => [row, code])).toEqual([
      [2, 'INV_010'],
      [4, 'INV_005'],
    ]);
    await expect(at.domain.skus.get({ skuId: 'O9' })).rejects.toMatchObject({ code: 'INV_001' });
  });

  test('what happens between the check and the end keeps only its own rows back, and these can be tried again', async () => {
    const csv = lines(header, `R1,5,1,,${asOf}`, `R2,5,1,,${asOf}`, `R3,5,1,,${asOf}`);
    const { id } = await send(at, { kind: 'opening', csv });
    await checked(at, id);
    const early = await at.domain.inbound.purchase(inbound('EARLY', [receipt('R2', 1)]), at.call);
    const first = await applied(at, id);
    expect(first.answer).toMatchObject({ state: 'incomplete', applied: 2, errorCount: 1 });
    expect(first.errors[0]).toMatchObject({ row: 3, code: 'INV_010' });
    expect(early.lines).toHaveLength(1);
    const again = await applied(at, id);
    expect(again.answer).toMatchObject({ state: 'incomplete', applied: 2, errorCount: 1 });
    expect(
      (await at.domain.stock.available({ skuId: 'R1', excludeExpired: true, includeReserved: false })).onHand,
    ).toBe(5);
  });
});

describe('receipts', () => {
  test('rows with one number are one purchase, also beside others', async () => {
    const header = 'documentNo,supplier,skuId,quantity,unitCost,batchNo,expiresAt';
    const csv = lines(header, 'PO-1,Acme,P1,5,1,X,2099-01-01', 'PO-2,,P1,1,1,Y,', 'PO-1,Acme,P2,3,2,,');
    expect((await imported(at, { kind: 'receipts', csv })).answer).toMatchObject({ state: 'done', applied: 3 });
    const document = await at.domain.inbound.get({ type: 'purchase', documentNo: 'PO-1' });
    expect(document).toMatchObject({
      supplier: 'Acme',
      lines: [
        { skuId: 'P1', quantity: 5 },
        { skuId: 'P2', quantity: 3 },
      ],
    });
    // Another file with the same documents: what is there already is recognised.
    const more = lines(header, 'PO-1,Acme,P1,5,1,X,2099-01-01', 'PO-1,Acme,P2,3,2,,', 'PO-3,,P1,1,1,Z,');
    expect((await imported(at, { kind: 'receipts', csv: more })).answer).toMatchObject({
      state: 'done',
      applied: 1,
      unchanged: 2,
    });
    const other = lines(header, 'PO-3,,P1,2,1,Z,', 'PO-4,A,P1,1,1,,', 'PO-4,B,P1,1,1,,');
    const { errors } = await imported(at, { kind: 'receipts', csv: other });
    expect(errors.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, null, 'INV_008'],
      [4, 'supplier', 'INV_005'],
    ]);
  });
});

test('batches come in once; one that is there with other goods is named', async () => {
  const csv = lines('skuId,batchNo,quantity,unitCost,producedOn', 'B1,L1,4,1.10,2026-01-02', 'B1,L2,5,1.20,');
  expect((await imported(at, { kind: 'batches', csv })).answer).toMatchObject({ state: 'done', applied: 2 });
  const again = lines('skuId,batchNo,quantity,unitCost,producedOn', 'B1,L1,4,1.10,2026-01-02', 'B1,L2,6,1.20,');
  const { errors } = await imported(at, { kind: 'batches', csv: again });
  expect(errors.map(({ row, code }) => [row, code])).toEqual([[3, 'INV_008']]);
});

describe('a job', () => {
  const csv = lines(
    'skuId,quantity,unitCost,asOf',
    ...Array.from({ length: 1200 }, (_, each) => `K${each},1,1,2026-01-01T00:00:00Z`),
  );

  test('that is cancelled stops; started again it goes on, and every row is applied once', async () => {
    const { id: importId } = await send(at, { kind: 'opening', csv });
    await checked(at, importId);
    const { jobId } = await at.domain.imports.run({ importId }, at.call);
    const worker = createTestWorker(at.domain, 'w1');
    await worker.round();
    await worker.round();
    await at.domain.jobs.cancelJob({ id: jobId ?? '' }, at.call);
    expect((await worker.finish(jobId ?? '')).state).toBe('cancelled');
    const some = (await at.domain.inbound.list({ type: 'opening', limit: 500 })).items.length;
    const { answer } = await applied(at, importId);
    expect(answer).toMatchObject({ state: 'done', applied: 1200 });
    expect((await at.domain.inbound.list({ type: 'opening', limit: 500 })).items.length).toBeGreaterThan(some);
    const [sum] = await at.dataSource.query<{ n: string }[]>(
      `SELECT SUM(on_hand) AS n FROM stock_level WHERE sku_id LIKE 'K%'`,
    );
    expect(Number(sum?.n)).toBe(1200);
    // Nothing is left of the file.
    const [left] = await at.dataSource.query<{ n: string }[]>('SELECT COUNT(*) AS n FROM stock_import_row');
    expect(Number(left?.n)).toBeLessThan(50);
  });

  test('of another import is waited for', async () => {
    const one = await send(at, { kind: 'skus', csv: lines('skuId', 'W1') });
    const two = await send(at, { kind: 'skus', csv: lines('skuId', 'W2') });
    const { jobId } = await at.domain.imports.check({ importId: one.id }, at.call);
    expect((await at.domain.imports.check({ importId: one.id }, at.call)).jobId).toBe(jobId);
    await expect(at.domain.imports.check({ importId: two.id }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
    await at.domain.imports.cancel({ importId: one.id }, at.call);
    await createTestWorker(at.domain, 'w1').finish(jobId ?? '');
    expect((await at.domain.imports.get({ importId: one.id })).state).toBe('cancelled');
    expect((await checked(at, two.id)).answer.state).toBe('checked');
  });
});
