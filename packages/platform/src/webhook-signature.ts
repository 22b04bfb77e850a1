/** Signs a webhook as the Standard Webhooks specification has it: HMAC-SHA256 over `id.timestamp.body`, once per live secret. */
import { createHmac } from 'node:crypto';
import type { WebhookMessage } from '@granary/domain/ports/webhook-sender';

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/** The three headers. The signature covers the id as it stands in its header. */
export function signedHeaders({ id, timestamp, body, secrets }: WebhookMessage): Readonly<Record<string, string>> {
  if (secrets.length === 0) throw new TypeError('the webhook has no secret to sign with');
  const wireId = headerId(id);
  const signed = `${wireId}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed, 'utf8').digest('base64')}`,
  );
  return {
    'webhook-id': wireId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}

/**
 * An id may hold what a caller named a SKU, in any script, and a header holds visible ASCII only. A full stop goes as well, as the
 * specification asks: it parts what is signed. decodeURIComponent gives back the id.
 */
export function headerId(id: string): string {
  return id.replace(/[^\x21-\x7e]|[%.]/gu, (character) => (character === '.' ? '%2E' : encodeURIComponent(character)));
}

function keyOf(secret: string): Buffer {
  const key = Buffer.from(SECRET.exec(secret)?.[1] ?? '', 'base64');
  if (key.length < LEAST_BYTES || key.length > MOST_BYTES)
    throw new TypeError(`a secret of the webhook is not whsec_ and ${LEAST_BYTES} to ${MOST_BYTES} bytes in base64`);
  return key;
}
