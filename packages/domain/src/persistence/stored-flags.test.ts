/** Columns that the database computes: stored, because MariaDB does not always find a row by an index on a virtual one. */
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createTestWorker } from '../testing/jobs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => closeSound(at));

test('no column is virtual', async () => {
  const columns = await at.dataSource.query<{ name: string; extra: string }[]>(
    `SELECT CONCAT(table_name, '.', column_name) AS name, extra AS extra FROM information_schema.columns
     WHERE table_schema = DATABASE() AND extra LIKE '%GENERATED%' ORDER BY name`,
  );
  expect(columns.length).toBeGreaterThanOrEqual(9);
  expect(columns.filter(({ extra }) => !extra.includes('STORED'))).toEqual([]);
});

test('a job is found by whoever looks for work, however long another transaction has been open', async () => {
  const stranger = await createConnection({ uri: at.url });
  onTestFinished(() => stranger.end());
  await stranger.query('CREATE TABLE idle_mark (n int)');
  for (let round = 0; round < 10; round += 1) {
    await stranger.query('START TRANSACTION');
    await stranger.query('INSERT INTO idle_mark (n) VALUES (1)');
    await at.domain.jobs.verify({}, at.call);
    const worker = createTestWorker(at.domain, 'worker');
    for (;;) {
      const [job] = (await at.domain.jobs.list({ limit: 1 })).items;
      if (job?.endedAt !== null) break;
      expect(await worker.round()).toBe(1);
    }
    await stranger.query('COMMIT');
  }
});
