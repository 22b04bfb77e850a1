/** A worker that was given up wakes while another one does its rows: each row is applied by one of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOf, openStranger, valueOf } from '../testing/database-state.ts';
import { checked, send } from '../testing/importing.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

test('two workers on the same rows', { timeout: 60_000 }, async () => {
  await at.domain.skus.create({ skuId: 'Z0' }, at.call);
  const rows = Array.from({ length: 40 }, (_, each) => `Z${each},1,1,LOT,2026-01-01T00:00:00Z\r\n`);
  const { id: importId } = await send(at, {
    kind: 'opening',
    csv: `skuId,quantity,unitCost,batchNo,asOf\r\n${rows.join('')}`,
  });
  await checked(at, importId);
  const { jobId } = await at.domain.imports.run({ importId }, at.call);
  const id = jobId ?? '';
  const holder = () => valueOf(at.dataSource, `SELECT holder FROM job WHERE job_id = '${id}'`);
  await createTestWorker(at.domain, 'w1').round();
  const stranger = await openStranger(at.url);
  await stranger.query('START TRANSACTION');
  await stranger.query(`SELECT * FROM sku WHERE sku_id = 'Z0' FOR UPDATE`);
  const asleep = createTestWorker(at.domain, 'w1').round();
  // It has its rows by now, and waits for the SKU.
  await new Promise((resolve) => setTimeout(resolve, 500));
  at.advance(61);
  const awake = createTestWorker(at.domain, 'w2').round();
  await expect.poll(holder).toBe('w2');
  await new Promise((resolve) => setTimeout(resolve, 500));
  await stranger.query('ROLLBACK');
  await stranger.end();
  await Promise.all([asleep, awake]);
  await createTestWorker(at.domain, 'w2').finish(id);
  const answer = await at.domain.imports.get({ importId });
  expect(answer).toMatchObject({ state: 'done', applied: 40, unchanged: 0, errorCount: 0 });
  expect(await countOf(at.dataSource, 'stock_document')).toBe(1);
  expect(await countOf(at.dataSource, 'stock_document_line')).toBe(40);
});
