/** What may become of a job, as a table: who may take it, what cancelling does, and that progress never falls. */
import type { Instant } from '@granary/contracts/instant';
import { describe, expect, test } from 'vitest';
import type { JobRow } from '../entities/job.ts';
import { advancedJob, cancelledJob, endedJob, handedBack, mayTake, queuedJob, takenJob } from './job-state.ts';

const early = '2026-11-20T10:00:00.000000Z' as Instant;
const now = '2026-11-20T10:01:00.000000Z' as Instant;
const late = '2026-11-20T10:02:00.000000Z' as Instant;

const queued = queuedJob({ jobId: 'J', kind: 'verify', input: {}, requestedBy: 'a', commandId: 'C', now: early });
const running: JobRow = { ...queued, state: 'running', holder: 'w1', leaseUntil: late, startedAt: early };
const abandoned: JobRow = { ...running, leaseUntil: now };

describe('may be taken by w2:', () => {
  test.each<[string, JobRow, boolean]>([
    ['one that waits', queued, true],
    ['one that another worker runs', running, false],
    ['its own', { ...running, holder: 'w2' }, true],
    ['one whose lease has just run out', abandoned, true],
    ['one that was handed back', handedBack(running), true],
    ['one that is done', endedJob(running, { state: 'done' }, now), false],
    ['one that was cancelled', endedJob(queued, { state: 'cancelled' }, now), false],
  ])('%s: %s', (_what, job, expected) => {
    expect(mayTake(job, { holder: 'w2', now })).toBe(expected);
  });
});

test('taking it sets the lease from now, keeps when it began, and counts the attempt', () => {
  const taken = takenJob(abandoned, { holder: 'w2', leaseMs: 60_000, now });
  expect(taken).toMatchObject({ holder: 'w2', leaseUntil: late, startedAt: early, attempts: 1, state: 'running' });
  expect(takenJob(queued, { holder: 'w2', leaseMs: 1, now }).startedAt).toBe(now);
});

describe('cancelling', () => {
  test.each<[string, JobRow, Partial<JobRow>]>([
    ['one that waits ends it at once', queued, { state: 'cancelled', endedAt: now, version: 2 }],
    [
      'one that runs asks its worker',
      running,
      { state: 'running', isCancelRequested: true, endedAt: null, version: 2 },
    ],
    ['one that nobody runs any more ends it at once', abandoned, { state: 'cancelled', endedAt: now, holder: null }],
    ['a second time changes nothing', { ...running, isCancelRequested: true }, { isCancelRequested: true, version: 1 }],
    ['a cancelled one changes nothing', { ...queued, state: 'cancelled' }, { state: 'cancelled', version: 1 }],
  ])('%s', (_what, job, expected) => {
    expect(cancelledJob(job, now)).toMatchObject(expected);
  });

  test.each(['done', 'failed'] as const)('one that is %s is refused', (state) => {
    expect(cancelledJob({ ...running, state }, now)).toBeUndefined();
  });
});

test('progress never falls, total is never less than done, and a report stays until there is a newer one', () => {
  const at = { ...running, done: 10, total: 12, rows: 100, report: '{}', attempts: 3 };
  const behind = { cursor: 'c', done: 4, total: 3, rows: 40, report: undefined };
  expect(advancedJob(at, behind, now)).toMatchObject({ done: 10, total: 10, rows: 100, report: '{}', attempts: 0 });
  expect(advancedJob(at, { ...behind, done: 20, report: '{"a":1}' }, now)).toMatchObject({
    ...{ done: 20, total: 20, report: '{"a":1}', progressAt: now, cursor: 'c' },
  });
});
