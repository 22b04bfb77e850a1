/** What an idempotency key has kept: the first answer or refusal under it, for the very same request and for no other. */
import { type ErrorAnswer, errorFromAnswer, GranaryError } from '@granary/contracts/error';
import type { CommandRow } from '../entities/command.ts';
import { present } from '../refusal.ts';
import type { Outcome } from '../refusal.ts';
import { firstDifference } from '../rules/canonical-json.ts';

/** A call in the words in which it is recorded. */
export interface Said {
  readonly procedure: string;
  readonly idempotencyKey: string | undefined;
  /** Canonical JSON of the input without the key. */
  readonly request: string;
}

/** What the call that used the key is answered now; another request under the key is refused. */
export function keptOutcome<T>(
  kept: Pick<CommandRow, 'procedure' | 'request' | 'outcome' | 'answer'>,
  { procedure, idempotencyKey = '', request }: Said,
): Outcome<T> {
  const difference =
    kept.procedure === procedure ? firstDifference(JSON.parse(kept.request), JSON.parse(request)) : 'procedure';
  if (difference !== undefined) return { ok: false, refusal: keyReused(idempotencyKey, difference) };
  const answer: unknown = JSON.parse(present(kept.answer, 'the answer that is kept'));
  if (kept.outcome === 'refused') return { ok: false, refusal: errorFromAnswer(answer as ErrorAnswer) };
  return { ok: true, answer: answer as T };
}

function keyReused(idempotencyKey: string, difference: string): GranaryError {
  return new GranaryError('idempotencyKeyReused', {
    message: `This idempotency key was used for another request: ${difference} differs.`,
    hint: 'Make a new key for every new call; repeat a key only with the very same request.',
    details: { idempotencyKey, firstDifference: difference },
  });
}
