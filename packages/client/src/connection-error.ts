/** The failures that Granary did not answer: nobody there, too slow, or an answer that is not Granary's. */

/** Why there is no answer to go by. */
export type ConnectionProblem = 'unreachable' | 'timeout' | 'aborted' | 'unreadable';

export interface ConnectionFacts {
  readonly problem: ConnectionProblem;
  readonly message: string;
  readonly hint: string;
  /** The HTTP status of an unreadable answer. */
  readonly status?: number | undefined;
  /** How long the sender of an unreadable answer asks to wait. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** How the call ended, known once no further attempt is made. */
export interface CallFacts {
  readonly attempts: number;
  /** The key of the mutation: its outcome is unknown, and a repeat with this key asks for it. */
  readonly idempotencyKey?: string | undefined;
}

export class ConnectionError extends Error {
  readonly problem: ConnectionProblem;
  readonly hint: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly attempts: number;
  readonly idempotencyKey: string | undefined;
  readonly #facts: ConnectionFacts;

  constructor(facts: ConnectionFacts, call: CallFacts = { attempts: 1 }) {
    super(facts.message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = 'ConnectionError';
    this.#facts = facts;
    this.problem = facts.problem;
    this.hint = facts.hint;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.attempts = call.attempts;
    this.idempotencyKey = call.idempotencyKey;
  }

  /** The same failure, told when the call is given up. */
  afterAttempts(call: CallFacts): ConnectionError {
    const unknown =
      call.idempotencyKey === undefined
        ? ''
        : ` Whether the call was carried out is not known: repeat it with this error's idempotencyKey to learn its outcome.`;
    const tries = call.attempts > 1 ? ` (${call.attempts} attempts)` : '';
    return new ConnectionError(
      { ...this.#facts, message: `${this.message}${tries}`, hint: `${this.hint}${unknown}` },
      call,
    );
  }
}
