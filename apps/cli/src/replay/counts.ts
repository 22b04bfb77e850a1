/** What a replay counts while it runs. */
export interface FeedCounts {
  orders: number;
  receipts: number;
  returns: number;
  /** Calls that were sent, repeated ones included. */
  calls: number;
  holdsReleased: number;
  holdsLeft: number;
  /** Refused while an extra hold lived, and accepted after its deadline. */
  waitedForHold: number;
  /** Refused for good: the stream says that every sale ships, so there must be none. */
  refusals: number;
}

export const noCounts = (): FeedCounts => ({
  orders: 0,
  receipts: 0,
  returns: 0,
  calls: 0,
  holdsReleased: 0,
  holdsLeft: 0,
  waitedForHold: 0,
  refusals: 0,
});
