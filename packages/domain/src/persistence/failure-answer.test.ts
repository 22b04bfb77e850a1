/** What is said of a failure is true: only of what would have changed something is it said that nothing was changed. */
import { GranaryError } from '@granary/contracts/error';
import { describe, expect, test } from 'vitest';
import { DeadlinePassed } from './connection.ts';
import { explained, explainedReading } from './failure-answer.ts';

const lost = Object.assign(new Error('gone'), { code: 'PROTOCOL_CONNECTION_LOST' });
const deadlock = Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK', errno: 1213 });
const messageOf = (error: unknown) => (error instanceof GranaryError ? error.message : String(error));

describe('a unit that writes', () => {
  test.each([
    ['whose connection was lost', lost],
    ['whose time is over', new DeadlinePassed()],
    ['that met others again and again', deadlock],
  ])('%s: nothing was changed', (_what, error) => {
    expect(messageOf(explained(error, 1, 500))).toContain('nothing was changed');
  });
});

describe('a unit that reads, perhaps after its call has changed something', () => {
  test.each([
    ['whose connection was lost', lost, 'unavailable'],
    ['whose time is over', new DeadlinePassed(), 'deadlineExceeded'],
  ])('%s: the answer could not be read, and no more is said', (_what, error, kind) => {
    const told = explainedReading(error, 500);
    expect(told).toMatchObject({ kind, retryable: true });
    expect(messageOf(told)).toContain('could not be read');
    expect(messageOf(told)).not.toContain('changed');
  });

  test('what it refuses by itself, and what is a bug, stays what it is', () => {
    const refusal = new GranaryError('unavailable', {
      ...{ message: 'Away.', hint: 'Later.', details: { dependency: 'database', retryAfterSeconds: 1 } },
    });
    expect(explainedReading(refusal, 500)).toBe(refusal);
    const bug = new TypeError('no such thing');
    expect(explainedReading(bug, 500)).toBe(bug);
  });
});
