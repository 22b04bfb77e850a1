/** Workers and jobs: one at a time by a lease, taken over where it stood, and never stuck on what cannot be done. */
import { monotonicFactory } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDomain, type Domain } from '../domain.ts';
import { MAX_ATTEMPTS } from '../rules/job-state.ts';
import { countOf, openStranger, valueOf } from '../testing/database-state.ts';
import { createTestWorker, manySkus } from '../testing/jobs.ts';
import { openTestDomain, type TestDomain, testConfig, testPorts } from '../testing/test-domain.ts';

let at: TestDomain;
const lines: string[] = [];
const log = (_level: string, message: string) => void lines.push(message);

beforeAll(async () => {
  at = await openTestDomain({ ports: { log } });
  await manySkus(at);
});
afterAll(() => at.close());
beforeEach(() => lines.splice(0));
afterEach(() => at.dataSource.query('DELETE FROM job'));

const worker = (holder: string, leaseMs?: number) => createTestWorker(at.domain, holder, leaseMs);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const endings = (id: string) => countOf(at.dataSource, `outbox WHERE facts LIKE '%stock.job.ended%${id}%'`);

describe('two workers', () => {
  test('run one job one at a time; when the first falls silent the second goes on where it stood', async () => {
    const { id } = await at.domain.jobs.verify({}, at.call);
    await at.dataSource.query(`UPDATE stock_level SET reserved = 1 WHERE sku_id = 'J003'`);
    expect(await worker('w1').round()).toBe(1);
    // What was found before the takeover is kept, although it is no longer there to be found.
    await at.dataSource.query(`UPDATE stock_level SET reserved = 0 WHERE sku_id = 'J003'`);
    expect(await worker('w2').round()).toBe(0);
    expect(await at.domain.jobs.get({ id })).toMatchObject({ state: 'running', done: 50 });
    at.advance(61);
    expect(await worker('w2').round()).toBe(1);
    expect(await at.domain.jobs.get({ id })).toMatchObject({ state: 'running', done: 100 });
    expect(await worker('w1').round()).toBe(0);
    const { state, report, done } = await worker('w2').finish(id);
    expect({ state, done }).toEqual({ state: 'done', done: 160 });
    expect(report).toMatchObject({ ok: false, levels: 160, movements: 160 });
    expect(JSON.stringify(report)).toContain('level J003 / default');
    expect(await endings(id)).toBe(1);
  });

  test('at the very same moment do every chunk once', async () => {
    const { id } = await at.domain.jobs.rebuild({}, at.call);
    const workers = ['w1', 'w2', 'w3', 'w4'].map((holder) => worker(holder));
    const chunks = await Promise.all(workers.map((each) => each.round()));
    expect(chunks.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1]);
    expect((await at.domain.jobs.get({ id })).done).toBe(50);
  });

  test('one that was given up and wakes again changes nothing', async () => {
    const { id } = await at.domain.jobs.rebuild({}, at.call);
    const stranger = await openStranger(at.url);
    await stranger.query('START TRANSACTION');
    await stranger.query(`SELECT * FROM stock_level WHERE sku_id = 'J000' FOR UPDATE`);
    const asleep = worker('w1').round();
    await expect.poll(() => holderOf(id)).toBe('w1');
    at.advance(61);
    const awake = worker('w2').round();
    await expect.poll(() => holderOf(id)).toBe('w2');
    await stranger.query('ROLLBACK');
    await stranger.end();
    await Promise.all([asleep, awake]);
    expect(lines.filter((line) => line.includes('run by another worker'))).toHaveLength(1);
    expect(await at.domain.jobs.get({ id })).toMatchObject({ state: 'running', done: 50 });
    await worker('w2').finish(id);
    expect(await endings(id)).toBe(1);
  });
});

const holderOf = (id: string) => valueOf(at.dataSource, `SELECT holder FROM job WHERE job_id = '${id}'`);

test('a chunk that takes longer than the lease keeps it', async () => {
  const { id } = await at.domain.jobs.rebuild({}, at.call);
  const stranger = await openStranger(at.url);
  await stranger.query('START TRANSACTION');
  await stranger.query(`SELECT * FROM stock_level WHERE sku_id = 'J000' FOR UPDATE`);
  const slow = worker('w1', 600).round();
  await expect.poll(() => holderOf(id)).toBe('w1');
  for (let look = 0; look < 6; look += 1) {
    await pause(300);
    expect(await worker('w2').round()).toBe(0);
  }
  await stranger.query('ROLLBACK');
  await stranger.end();
  expect(await slow).toBe(1);
});

test('a worker that stops hands its job back, and another one goes on at once', async () => {
  const { id } = await at.domain.jobs.verify({}, at.call);
  await worker('w1').round();
  await at.domain.jobRunner.handBack('w2');
  expect(await worker('w2').round()).toBe(0);
  await at.domain.jobRunner.handBack('w1');
  expect(await worker('w2').round()).toBe(1);
  expect(await at.domain.jobs.get({ id })).toMatchObject({ state: 'running', done: 100 });
});

describe('a job that fails', () => {
  afterEach(() => at.dataSource.query('RENAME TABLE stock_movement_gone TO stock_movement').catch(() => undefined));

  test('says so without a stack, keeps what it had done, and makes room for the next', async () => {
    const { id } = await at.domain.jobs.verify({}, at.call);
    await worker('w1').round();
    await at.dataSource.query('RENAME TABLE stock_movement TO stock_movement_gone');
    const job = await worker('w1').finish(id);
    expect(job).toMatchObject({
      ...{ state: 'failed', done: 50, endedAt: expect.any(String) },
      error: { code: 'INV_006', kind: 'databaseFailure', details: { requestId: id } },
    });
    expect(JSON.stringify(job)).not.toMatch(/stock_movement|SELECT|\n\s+at /);
    expect(lines).toContain('a job failed');
    expect(await endings(id)).toBe(1);
    expect((await at.domain.jobs.verify({}, at.call)).isNew).toBe(true);
  });

  test('is given up when nobody gets past its chunk', async () => {
    const { id } = await at.domain.jobs.verify({}, at.call);
    for (let death = 0; death < MAX_ATTEMPTS; death += 1) {
      // A worker that dies in its chunk leaves the attempt counted and the lease behind.
      await at.dataSource.query(`UPDATE job SET state = 'running', holder = 'dead', attempts = attempts + 1`);
      await at.dataSource.query(`UPDATE job SET lease_until = '2000-01-01'`);
    }
    expect(await worker('w1').finish(id)).toMatchObject({
      ...{ state: 'failed', done: 0, error: { code: 'INV_006', message: expect.stringContaining('10 times') } },
    });
  });

  test('for want of the database is tried again, by anybody', async () => {
    const { id } = await at.domain.jobs.verify({}, at.call);
    let isAway = true;
    const shaky: Domain = createDomain({
      dataSource: at.dataSource,
      config: testConfig,
      ports: {
        ...testPorts(),
        ids: monotonicFactory(),
        onCommitted: () => {
          if (isAway) throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
        },
      },
    });
    await expect(shaky.jobRunner.runOnce({ holder: 'w1', leaseMs: 60_000 })).rejects.toMatchObject({ code: 'INV_012' });
    expect((await at.domain.jobs.get({ id })).state).toBe('running');
    isAway = false;
    expect((await createTestWorker(shaky, 'w1').finish(id)).state).toBe('done');
  });
});
