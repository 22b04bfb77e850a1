/** The ways in which a statement fails, as a server or a network lets it fail (reliability.md 6.3). */

export interface Mode {
  readonly name: string;
  /** Whether the server carries the statement out all the same. */
  readonly isCarriedOut: boolean;
  /**
   * What becomes of the transaction: it stands, the server ends it, or the connection is gone and it with it. `unnoticed`: it goes
   * on without the statement, as if nobody had looked at the failure.
   */
  readonly leaves: 'open' | 'rolled back' | 'gone' | 'unnoticed';
  /** Whether nothing else comes through either, until the call is over. */
  readonly isLasting: boolean;
  readonly error: () => Error;
}

const refusal = (errno: number, code: string, message: string) => () =>
  Object.assign(new Error(message), { errno, code });
const lost = refusal(0, 'PROTOCOL_CONNECTION_LOST', 'Connection lost: The server closed the connection.');
const momentary = { isCarriedOut: false, isLasting: false };

export const modes = [
  {
    ...momentary,
    ...{ name: 'deadlock (1213)', leaves: 'rolled back' },
    error: refusal(1213, 'ER_LOCK_DEADLOCK', 'Deadlock found when trying to get lock; try restarting transaction'),
  },
  {
    ...momentary,
    // The statement alone is undone: whoever went on would commit a half.
    ...{ name: 'lock wait (1205)', leaves: 'open' },
    error: refusal(1205, 'ER_LOCK_WAIT_TIMEOUT', 'Lock wait timeout exceeded; try restarting transaction'),
  },
  {
    ...momentary,
    ...{ name: 'snapshot conflict (1020)', leaves: 'rolled back' },
    error: refusal(1020, 'ER_CHECKREAD', 'Record has changed since last read'),
  },
  { ...momentary, name: 'lost before', leaves: 'gone', error: lost },
  { name: 'lost after', isCarriedOut: true, leaves: 'gone', isLasting: false, error: lost },
  { name: 'lost after, and for good', isCarriedOut: true, leaves: 'gone', isLasting: true, error: lost },
] as const satisfies readonly Mode[];

/** Never right: it shows that the sweep finds what a swallowed error does. */
export const swallowed: Mode = { ...momentary, name: 'swallowed', leaves: 'unnoticed', error: lost };
