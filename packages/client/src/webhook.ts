/** verifyWebhook: whether a request really comes from Granary, and the event in it. WebCrypto only, so it runs wherever fetch does. */
import { EVENT_SCHEMA_VERSION, type StockEvent } from '@granary/contracts/event';
import { isRecord } from './answer.ts';
import { isSignedBy, signatureOf } from './webhook-signature.ts';

/** `Headers` of fetch, or the `headers` object of Node and Express. */
export type WebhookHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookRequest {
  /** As it arrived: parsed and written anew it would be other bytes, and no signature would fit. */
  readonly body: string | Uint8Array | ArrayBuffer;
  readonly headers: WebhookHeaders;
  /** `whsec_…`, as `webhook.create` answered it. */
  readonly secret?: string;
  /** During a rotation, the old one and the new one. */
  readonly secrets?: readonly string[];
  /** How far the clocks may be apart, and how late a request may be; 300 when left out. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970; the clock of this machine when left out. */
  readonly now?: () => number;
}

export type WebhookProblem = 'headers' | 'tooOld' | 'tooNew' | 'signature' | 'notAnEvent';

/** The request is not to be believed; answer it with 400 and forget it. Its message holds no secret. */
export class WebhookVerificationError extends Error {
  readonly reason: WebhookProblem;

  constructor(reason: WebhookProblem, message: string) {
    super(message);
    this.name = 'WebhookVerificationError';
    this.reason = reason;
  }
}

const TOLERANCE_SECONDS = 300;

/**
 * Answers the event, or throws a WebhookVerificationError. The same event may come more than once: drop repeats by `event.id`.
 * A TypeError means that it was called wrongly: without the raw body, or with something that is no secret.
 */
export async function verifyWebhook(request: WebhookRequest): Promise<StockEvent> {
  const { headers, toleranceSeconds = TOLERANCE_SECONDS, now = Date.now } = request;
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const given = headerOf(headers, 'webhook-signature');
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('headers', 'webhook-timestamp is no number of seconds');
  const body = bytesOf(request.body);
  const secrets = [...(request.secret === undefined ? [] : [request.secret]), ...(request.secrets ?? [])];
  if (secrets.length === 0) throw new TypeError('verifyWebhook needs the secret of the webhook');
  const ageSeconds = now() / 1000 - Number(timestamp);
  if (ageSeconds > toleranceSeconds) throw refused('tooOld', `it was sent ${Math.round(ageSeconds)} s ago`);
  if (-ageSeconds > toleranceSeconds)
    throw refused('tooNew', `it says it is sent ${Math.round(-ageSeconds)} s from now`);
  const expected = await Promise.all(secrets.map((secret) => signatureOf(secret, { id, timestamp, body })));
  if (!isSignedBy(expected, given)) throw refused('signature', 'no signature is of a secret that was given');
  return eventIn(body);
}

function refused(reason: WebhookProblem, why: string): WebhookVerificationError {
  return new WebhookVerificationError(reason, `The webhook is refused: ${why}.`);
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isGetter(headers) ? headers.get(name) : fieldOf(headers, name);
  if (value === undefined || value === null || value === '') throw refused('headers', `it has no header ${name}`);
  if (typeof value === 'string') return value;
  const [only, ...more] = value;
  if (only === undefined || more.length > 0) throw refused('headers', `it has the header ${name} more than once`);
  return only;
}

function isGetter(headers: WebhookHeaders): headers is { get(name: string): string | null | undefined } {
  return typeof headers['get' as keyof WebhookHeaders] === 'function';
}

/** Node writes the names of headers in small letters; others may not. */
function fieldOf(headers: Exclude<WebhookHeaders, { get: unknown }>, name: string) {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  throw new TypeError(
    "verifyWebhook needs the body as it arrived, as text or bytes; with Express, use express.raw({ type: 'application/json' }) on that path",
  );
}

function eventIn(body: Uint8Array): StockEvent {
  const { data } = payloadIn(body);
  if (!isRecord(data) || !isRecord(data['aggregate']) || !isRecord(data['cause']) || typeof data['id'] !== 'string')
    throw refused('notAnEvent', 'its body is signed, and holds no event');
  const { schemaVersion } = data;
  if (schemaVersion !== EVENT_SCHEMA_VERSION)
    throw refused(
      'notAnEvent',
      `its event is of schema version ${String(schemaVersion)}, and this client knows ${EVENT_SCHEMA_VERSION}: renew the client`,
    );
  // Signed by Granary, whose contract the type is; an event type that this client does not know comes from a newer one.
  return data as unknown as StockEvent;
}

function payloadIn(body: Uint8Array): { readonly data?: unknown } {
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return isRecord(payload) ? payload : {};
  } catch {
    throw refused('notAnEvent', 'its body is signed, and is no JSON');
  }
}
