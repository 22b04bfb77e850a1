/** The port that carries one signed message to one address, and the check of an address before it is kept. */

export interface WebhookMessage {
  readonly url: string;
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
  /** Each signs: during a rotation the receiver may know either. */
  readonly secrets: readonly string[];
}

export type WebhookOutcome =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly status: number | null; readonly error: string; readonly retryAfterMs?: number };

/** Never throws: whatever goes wrong is an outcome. */
export type WebhookSender = (message: WebhookMessage, signal?: AbortSignal) => Promise<WebhookOutcome>;

/** What is wrong with the text of an address; undefined when nothing is. Names are resolved and checked at each send. */
export type WebhookUrlProblem = (url: string) => string | undefined;
