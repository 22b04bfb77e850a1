/** How long what failed rests, and when it is given up. */
import { expect, test } from 'vitest';
import { nearSchedule, restAfter, webhookSchedule } from './retry-schedule.ts';

const HOUR = 3_600_000;

test.each([
  ['the first failure', { attempts: 1, jitter: 0.5 }, 5_000],
  ['the earliest that chance allows', { attempts: 1, jitter: 0 }, 4_000],
  ['the latest', { attempts: 1, jitter: 1 }, 6_000],
  ['a later failure', { attempts: 4, jitter: 0.5 }, 2 * HOUR],
  ['the last', { attempts: 9, jitter: 0.5 }, 24 * HOUR],
  ['one more', { attempts: 10, jitter: 0.5 }, undefined],
  ['a wish that is longer', { attempts: 1, retryAfterMs: 60_000, jitter: 0.5 }, 60_000],
  ['a wish that is shorter', { attempts: 3, retryAfterMs: 1, jitter: 0.5 }, 30 * 60_000],
  ['a wish without measure', { attempts: 1, retryAfterMs: 1e15, jitter: 0.5 }, 24 * HOUR],
  ['a wish after the last', { attempts: 10, retryAfterMs: 1_000, jitter: 0.5 }, undefined],
])('after %s', (_what, failure, expected) => {
  expect(restAfter(webhookSchedule, failure)).toBe(expected);
});

test('a webhook is tried for about three days, what is near for half an hour', () => {
  const sum = (delays: readonly number[]) => delays.reduce((total, delay) => total + delay, 0);
  expect(sum(webhookSchedule.delaysMs) / HOUR).toBeCloseTo(75.6, 1);
  expect(sum(nearSchedule.delaysMs) / 60_000).toBeCloseTo(35.6, 1);
});
