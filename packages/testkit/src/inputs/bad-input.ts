/** One value to try: what class of reliability.md it belongs to, the JSON text to send, and what must come of it. */
import type { Field } from './schema-fields.ts';

export type Expectation =
  /** 422 INV_005 that names the field, and nothing changed. */
  | { readonly kind: 'refused' }
  /** The request itself is refused: 400 malformed JSON, 413 too large. */
  | { readonly kind: 'transport'; readonly status: number }
  /** Taken as this value. */
  | { readonly kind: 'accepted'; readonly as: unknown }
  /** Taken or refused, never cut. */
  | { readonly kind: 'either'; readonly as: unknown }
  /** One refusal by state. */
  | { readonly kind: 'state'; readonly code: string };

export interface BadInput {
  /** The number in reliability.md 7.1 or 7.2. */
  readonly class: number;
  readonly what: string;
  /** JSON text, which may be none. */
  readonly raw: string;
  readonly expected: Expectation;
  /** Sent once per procedure, whatever number of fields it has: large bodies. */
  readonly once?: boolean;
  /** Milliseconds within which the answer must be there. */
  readonly withinMs?: number;
}

export interface Place {
  readonly procedure: string;
  readonly field: Field;
  /** The value of the field in the valid call; undefined where it is left out. */
  readonly base: unknown;
}

export const refused: Expectation = { kind: 'refused' };
export const malformed: Expectation = { kind: 'transport', status: 400 };

export function accepted(as: unknown): Expectation {
  return { kind: 'accepted', as };
}
