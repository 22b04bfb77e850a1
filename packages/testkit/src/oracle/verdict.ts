/** How the oracle says that Granary is wrong, and how it gathers the refusals that SPEC allows for one call. */
import type { ErrorAnswer } from '@granary/contracts/error';
import { toMicros, type Instant } from '@granary/contracts/instant';
import type { World } from './world.ts';

/** What a call did: its answer or its refusal. */
export type Outcome<A> =
  | { readonly ok: true; readonly answer: A }
  | { readonly ok: false; readonly failure: ErrorAnswer };

/** Granary and SPEC disagree. */
export class Mismatch extends Error {
  constructor(what: string, facts: { expected: unknown; actual: unknown }) {
    super(`${what}\n  expected: ${show(facts.expected)}\n  actual:   ${show(facts.actual)}`);
    this.name = 'Mismatch';
  }
}

function show(value: unknown): string {
  const text =
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}` : part)) ?? 'undefined';
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
}

/** The refusals that fit a call. Where several do, SPEC does not say which one is told, so any of them is right. */
export interface Refusals {
  /** One of these must be told. */
  readonly must: Map<string, string>;
  /** These may be told, where SPEC leaves two readings. */
  readonly may: Set<string>;
}

export function createRefusals(): Refusals {
  return { must: new Map(), may: new Set() };
}

/**
 * Checks that a call was refused exactly when it had to be. True when it succeeded, so that the caller goes on with the answer;
 * false when it was rightly refused.
 */
export function settle<A>(
  outcome: Outcome<A>,
  refusals: Refusals,
): outcome is { readonly ok: true; readonly answer: A } {
  if (outcome.ok) {
    if (refusals.must.size > 0)
      throw new Mismatch('succeeded, but must be refused', { expected: [...refusals.must], actual: outcome.answer });
    return true;
  }
  const { code } = outcome.failure;
  if (refusals.must.has(code) || refusals.may.has(code)) return false;
  const expected = refusals.must.size > 0 ? [...refusals.must] : 'success';
  throw new Mismatch('refused with another code than SPEC says', { expected, actual: outcome.failure });
}

/** True when the call was refused for a reason that SPEC neither demands nor forbids: it then changed nothing that could be predicted. */
export function wasRefusedFreely(outcome: Outcome<unknown>, refusals: Refusals): boolean {
  return !outcome.ok && refusals.may.has(outcome.failure.code) && !refusals.must.has(outcome.failure.code);
}

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (canonical(actual) !== canonical(expected)) throw new Mismatch(`${what} differs`, { expected, actual });
}

/** JSON with sorted keys and without undefined: equal exactly when the values are. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === 'bigint') return `${part}n`;
      if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
      return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    }) ?? 'undefined'
  );
}

const TOLERANCE_MICROS = 5_000_000n;

/** A moment that Granary read from its clock during this call: the oracle's own now, give or take the time a call may take. */
export function expectNow(what: string, actual: string, world: World): Instant {
  const distance = toMicros(actual as Instant) - toMicros(world.now);
  if (distance > TOLERANCE_MICROS || distance < -TOLERANCE_MICROS)
    throw new Mismatch(`${what} is not the time of the call`, { expected: world.now, actual });
  return actual as Instant;
}
