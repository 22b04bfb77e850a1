/** What a job meets while a chunk of it runs: refusals that pass and such that do not, a cancellation, a lease that cannot be renewed. */
import { GranaryError } from '@granary/contracts/error';
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
/** What the books do when they are looked at; they are of all SKUs. */
let check: () => Promise<void> = async () => undefined;
let areIdsGone = false;
const log: string[] = [];

const plainIds = monotonicFactory();
const books = {
  next: async (_tx: unknown, after: string) => (after === '' ? ['A'] : []),
  check: async () => {
    await check();
    return [{ invariant: 'C1', row: 'books of A', detail: 'off by one' }];
  },
};

beforeAll(async () => {
  const ids = () => {
    if (areIdsGone) throw new Error('no ids');
    return plainIds();
  };
  at = await openTestDomain({
    ports: { books, ids, log: (level, message) => void log.push(`${level}: ${message}`) },
  });
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5)]), at.call);
});
afterAll(() => at.close());
beforeEach(async () => {
  check = async () => undefined;
  log.splice(0);
  await at.dataSource.query('DELETE FROM job');
});

const start = async () => (await at.domain.jobs.verify({}, at.call)).id;
const worker = createTestWorker;
const failing = (kind: 'unavailable' | 'databaseFailure') => async () => {
  const details = kind === 'unavailable' ? { dependency: 'database', retryAfterSeconds: 1 } : { requestId: 'books' };
  throw new GranaryError(kind, { message: 'The books are shut.', hint: 'Wait.', details } as never);
};

test('what books find stands in the report', async () => {
  const { report } = await worker(at.domain, 'w').finish(await start());
  expect(report).toMatchObject({ ok: false, violations: [{ row: 'books of A' }] });
});

test('what may pass is tried again', async () => {
  const id = await start();
  check = failing('unavailable');
  const trying = async () => {
    for (let rounds = 0; rounds < 10; rounds += 1) await worker(at.domain, 'w').round();
  };
  await expect(trying()).rejects.toMatchObject({ kind: 'unavailable' });
  expect(await at.domain.jobs.get({ id })).toMatchObject({ state: 'running' });
  check = async () => undefined;
  expect(await worker(at.domain, 'w').finish(id)).toMatchObject({ state: 'done' });
});

test('what Granary refuses on purpose is told as it is', async () => {
  check = failing('databaseFailure');
  const ended = await worker(at.domain, 'w').finish(await start());
  expect(ended).toMatchObject({ state: 'failed', error: { message: 'The books are shut.' } });
  expect(log).toContain('error: a job failed');
});

test('a cancellation that comes while a chunk runs ends the job with that chunk', async () => {
  const id = await start();
  check = async () => void (await at.domain.jobs.cancelJob({ id }, at.call));
  expect(await worker(at.domain, 'w').finish(id)).toMatchObject({ state: 'cancelled' });
});

test('a lease that cannot be renewed is logged, and the chunk goes on', async () => {
  const id = await start();
  check = async () => {
    areIdsGone = true;
    await expect.poll(() => log).toContain('warn: the lease of a job could not be renewed');
    areIdsGone = false;
  };
  expect(await worker(at.domain, 'w', 1500).finish(id)).toMatchObject({ state: 'done' });
});
