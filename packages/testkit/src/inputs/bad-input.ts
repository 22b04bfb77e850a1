/** One value to try: what class of reliability.md it belongs to, the JSON text to send, and what must come of it. */
import type { Role } from './roles.ts';
import type { Field } from './schema-fields.ts';

export type Expectation =
  /** 422 INV_005 that names the field, and nothing changed. */
  | { readonly kind: 'refused' }
  /** The request itself is refused: 400 malformed JSON, 413 too large. */
  | { readonly kind: 'transport'; readonly status: number }
  /** Taken as this value. */
  | { readonly kind: 'accepted'; readonly as: unknown }
  /** Taken as the value that stands in the valid call. */
  | { readonly kind: 'same' }
  /** Taken or refused, never cut. */
  | { readonly kind: 'either'; readonly as: unknown };

export interface BadInput {
  /** The number in reliability.md 7.1 to 7.4. */
  readonly class: number;
  readonly what: string;
  /** JSON text, which may be none; or made of the value that stands in the valid call. */
  readonly raw: string | ((own: unknown) => string);
  readonly expected: Expectation;
  /** What a refusal must tell, such as a name that is known. */
  readonly tells?: string;
  /** Sent once per procedure, whatever number of fields it has: large bodies. */
  readonly once?: boolean;
  /** Milliseconds within which the answer must be there. */
  readonly withinMs?: number;
}

export interface Place {
  readonly procedure: string;
  readonly field: Field;
  readonly role: Role;
  /** Whether the procedure answers one page of a list. */
  readonly isPage: boolean;
  /** The value of the field in the valid call; undefined where it is left out. */
  readonly base: unknown;
  /** The whole valid call. */
  readonly call: unknown;
}

export const refused: Expectation = { kind: 'refused' };
export const malformed: Expectation = { kind: 'transport', status: 400 };
export const same: Expectation = { kind: 'same' };

export function accepted(as: unknown): Expectation {
  return { kind: 'accepted', as };
}

export function rawOf({ raw }: BadInput, own: unknown): string {
  return typeof raw === 'string' ? raw : raw(own);
}
