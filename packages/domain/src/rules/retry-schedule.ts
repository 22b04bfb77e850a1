/** When what failed is tried again, and when it is given up. */

export interface RetrySchedule {
  /** The rest after the first failure, the second and so on; what fails once more after the last is dead. */
  readonly delaysMs: readonly number[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The rests that Standard Webhooks proposes: a receiver may be away for a weekend. */
export const webhookSchedule: RetrySchedule = {
  delaysMs: [
    ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR],
    ...[10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR],
  ],
};

/** For what runs in this process or beside it, where a failure is either soon over or a defect. */
export const nearSchedule: RetrySchedule = {
  delaysMs: [SECOND, 5 * SECOND, 30 * SECOND, 5 * MINUTE, 30 * MINUTE],
};

const LONGEST_WISH_MS = 24 * HOUR;

export interface Failure {
  /** Tries so far, this one with them. */
  readonly attempts: number;
  /** What the receiver asked for. */
  readonly retryAfterMs?: number | undefined;
  /** 0 to 1: what failed together must not come back together. */
  readonly jitter: number;
}

/** Milliseconds to rest; undefined when it is given up. */
export function restAfter(
  { delaysMs }: RetrySchedule,
  { attempts, retryAfterMs = 0, jitter }: Failure,
): number | undefined {
  const delay = delaysMs[attempts - 1];
  if (delay === undefined) return undefined;
  return Math.round(Math.max(delay * (0.8 + 0.4 * jitter), Math.min(retryAfterMs, LONGEST_WISH_MS)));
}
