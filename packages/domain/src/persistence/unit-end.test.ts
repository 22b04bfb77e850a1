import { GranaryError } from '@granary/contracts/error';
import { expect, it } from 'vitest';
import { DeadlinePassed } from './connection.ts';
import { LevelsGrew, VersionConflict } from './database-error.ts';
import { conflictCauseOf, unitEndOf } from './unit-end.ts';

const driver = (errno: number, code = '') => Object.assign(new Error('of the driver'), { errno, code });
const refused = new GranaryError('notPermitted', { message: '', hint: '', details: { permission: 'stock.read' } });
const overloaded = new GranaryError('overloaded', { message: '', hint: '', details: { retryAfterSeconds: 1 } });

const cases = [
  ['a fence that did not match', new VersionConflict('stock_level'), 'version', 'conflict'],
  ['more levels than were locked', new LevelsGrew(['A']), 'grown', 'conflict'],
  ['a deadlock', driver(1213), 'deadlock', 'conflict'],
  ['a lock that was waited for too long', driver(1205), 'lockWait', 'conflict'],
  ['NOWAIT of MySQL', driver(3572), 'lockWait', 'conflict'],
  ['a snapshot that is older than the row', driver(1020), 'version', 'conflict'],
  ['a key that another one took', driver(1062), 'duplicate', 'conflict'],
  ['a connection that is gone', driver(2013), undefined, 'failed'],
  ['a server that is away', driver(0, 'ECONNREFUSED'), undefined, 'failed'],
  ['a statement that is wrong', driver(1064), undefined, 'failed'],
  ['a call past its deadline', new DeadlinePassed(), undefined, 'deadline'],
  ['a refusal', refused, undefined, 'refused'],
  ['a pool that is full', overloaded, undefined, 'failed'],
] as const;

it.each(cases.map(([what, ...rest]) => ({ what, rest })))(
  '$what counts as what it is',
  ({ rest: [error, cause, end] }) => {
    expect(conflictCauseOf(error)).toBe(cause);
    expect(unitEndOf(error)).toBe(end);
  },
);
