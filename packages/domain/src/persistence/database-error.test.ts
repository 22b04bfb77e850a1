/** What each number means: a number that is told apart wrongly loses work, or does it twice. */
import { describe, expect, test } from 'vitest';
import { failureOf, VersionConflict } from './database-error.ts';

const failed = (errno: number) => Object.assign(new Error('from the server'), { errno });

describe('a failed statement', () => {
  test.each([
    [1213, 'a deadlock, which rolled back'],
    [1205, 'a lock that was waited for too long'],
    [1020, 'a row that changed since the snapshot'],
    [3572, 'a lock that somebody else has'],
    [1062, 'a key that is taken meanwhile'],
  ])('with number %i runs again: %s', (errno) => {
    expect(failureOf(failed(errno))).toBe('again');
  });

  test.each([
    [1317, 'interrupted'],
    [1927, 'killed'],
    [2006, 'gone away'],
    [2013, 'lost'],
    [1969, 'out of time on MariaDB'],
    [3024, 'out of time on MySQL'],
    [4031, 'silent for too long'],
  ])('with number %i has lost its connection: %s', (errno) => {
    expect(failureOf(failed(errno))).toBe('lost');
  });

  test.each([
    [1040, 'too many connections'],
    [1290, 'read only'],
    [1047, 'a node that is not ready'],
  ])('with number %i is not served now: %s', (errno) => {
    expect(failureOf(failed(errno))).toBe('unavailable');
  });

  test.each([
    [1064, 'wrong SQL'],
    [3819, 'a check that holds'],
    [1452, 'a row that nobody made'],
  ])('with number %i is a bug, and never tried again: %s', (errno) => {
    expect(failureOf(failed(errno))).toBe('bug');
  });

  test('by a fence that did not match runs again', () => {
    expect(failureOf(new VersionConflict('stock_level'))).toBe('again');
  });
});
