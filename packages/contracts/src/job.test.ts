/** Jobs on the wire: closed lists, strict inputs, and an error that is the one of every other call. */
import { expect, test } from 'vitest';
import { GranaryError } from './error.ts';
import { job, jobError, jobListInput, jobStartInput, jobSummary } from './job.ts';

const summary = {
  id: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB',
  kind: 'verify',
  state: 'running',
  isCancelRequested: false,
  input: {},
  done: 3,
  total: 10,
  rows: 30,
  error: null,
  requestedBy: 'local',
  commandId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB',
  requestedAt: '2026-11-20T10:00:00.000000Z',
  startedAt: null,
  progressAt: null,
  endedAt: null,
};

test('a job is its summary and its report; a summary has no report', () => {
  expect(job.safeParse({ ...summary, report: { ok: true } }).success).toBe(true);
  expect(jobSummary.safeParse({ ...summary, report: null }).success).toBe(false);
});

test('the error of a job has the shape that crosses the wire everywhere, and nothing more', () => {
  const error = new GranaryError('unavailable', {
    message: 'The database cannot be reached.',
    hint: 'Try again.',
    details: { dependency: 'database', retryAfterSeconds: 1 },
  });
  expect(jobError.parse(error.toAnswer())).toEqual(error.toAnswer());
  expect(jobError.safeParse({ ...error.toAnswer(), stack: 'at' }).success).toBe(false);
});

test.each([{ kind: 'nonsense' }, { state: 'paused' }, { limit: 501 }, { id: '1' }])(
  'a list by %j is refused',
  (input) => {
    expect(jobListInput.safeParse(input).success).toBe(false);
  },
);

test('a start takes a key and nothing else', () => {
  expect(jobStartInput.safeParse({ idempotencyKey: 'k' }).success).toBe(true);
  expect(jobStartInput.safeParse({ force: true }).success).toBe(false);
});
