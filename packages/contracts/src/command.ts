/** What every mutating call carries beside its own fields. */
import { z } from 'zod';
import { idempotencyKey, text } from './identifier.ts';

/** The input of a mutation: its own fields and an optional idempotency key. */
export function mutation<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject({ ...shape, idempotencyKey: idempotencyKey.optional() });
}

/** Who acts, from where, as the api found it; stands on the command row. */
export interface Caller {
  readonly actor: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly requestId: string;
}

export const reason = text('Why', 500);
export const operator = text('The person who did it, where it is not the caller', 100);
