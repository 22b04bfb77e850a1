/**
 * How many rows a statement must have matched, said to the server itself: what travels with COMMIT cannot be looked at before
 * it. The statement after it fails with "out of range" where the number is another one, and the server stops there.
 */
import { errnoOf } from './database-error.ts';
import type { Statement } from './transaction.ts';

/** The largest BIGINT UNSIGNED: one more is an error on both engines, whatever the SQL mode. */
const LARGEST = '18446744073709551615';
const OUT_OF_RANGE = 1690;

/** Right after the statement that it guards. SET, since it answers no rows; DO would swallow the error. */
export function guardOf(rows: number): Statement {
  return { sql: `SET @unmatched = ${LARGEST} + (ROW_COUNT() <> ${rows})`, parameters: [] };
}

/** Both engines quote the expression. */
export function isGuardFailure(error: unknown): boolean {
  return errnoOf(error) === OUT_OF_RANGE && error instanceof Error && /row_count\(\)/iu.test(error.message);
}
