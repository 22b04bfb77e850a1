/** Which failures are worth another attempt, and how long the client waits: a table. */
import { type ErrorKind, errorTable, GranaryError } from '@granary/contracts/error';
import { describe, expect, test } from 'vitest';
import { ConnectionError, type ConnectionProblem } from './connection-error.ts';
import { retryDelayMs } from './retry.ts';

const connection = (problem: ConnectionProblem, status?: number, retryAfterMs?: number) =>
  new ConnectionError({ problem, message: 'm', hint: 'h', status, retryAfterMs });

describe('retryDelayMs', () => {
  test.each(Object.keys(errorTable) as ErrorKind[])(
    'tries %s again exactly when the table calls it retryable',
    (kind) => {
      const error = new GranaryError(kind, { message: 'm', hint: 'h', details: {} as never });
      expect(retryDelayMs(error, 1, 0) !== undefined).toBe(errorTable[kind].retryable);
    },
  );

  const cases: { what: string; failure: ConnectionError; again: boolean }[] = [
    { what: 'nobody there', failure: connection('unreachable'), again: true },
    { what: 'too slow', failure: connection('timeout'), again: true },
    { what: 'given up by the caller', failure: connection('aborted'), again: false },
    { what: 'garbage with status 200', failure: connection('unreadable', 200), again: true },
    { what: 'a page with 400', failure: connection('unreadable', 400), again: false },
    { what: 'a page with 404', failure: connection('unreadable', 404), again: false },
    { what: 'a page with 408', failure: connection('unreadable', 408), again: true },
    { what: 'a page with 429', failure: connection('unreadable', 429), again: true },
    { what: 'a page with 500', failure: connection('unreadable', 500), again: true },
    { what: 'a page with 502', failure: connection('unreadable', 502), again: true },
    { what: 'asked to wait an hour', failure: connection('unreadable', 503, 3_600_000), again: false },
  ];
  test.each(cases)('$what: again $again', ({ failure, again }) => {
    expect(retryDelayMs(failure, 1, 0.5) !== undefined).toBe(again);
  });

  test('doubles from attempt to attempt up to five seconds, spread over the upper half', () => {
    const delays = [1, 2, 3, 4, 20].map((attempt) =>
      [0, 0.999].map((random) => Math.round(retryDelayMs(connection('timeout'), attempt, random) ?? -1)),
    );
    expect(delays).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
      [400, 800],
      [2_500, 4_998],
    ]);
  });

  test('never comes back before it was asked to', () => {
    expect(retryDelayMs(connection('unreadable', 503, 7_000), 1, 0)).toBeGreaterThanOrEqual(7_000);
  });
});
