/** The signature of the Standard Webhooks specification by WebCrypto: `v1,` and HMAC-SHA256 over `id.timestamp.body` in base64. */

export interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const PREFIX = 'whsec_';
/** The specification asks for 24 bytes at least; a shorter secret is most likely something else. */
const LEAST_BYTES = 24;

export async function signatureOf(secret: string, { id, timestamp, body }: Signed): Promise<string> {
  const key = await crypto.subtle.importKey('raw', keyOf(secret), HMAC, false, ['sign']);
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const text = new Uint8Array(head.length + body.length);
  text.set(head);
  text.set(body, head.length);
  const mac = new Uint8Array(await crypto.subtle.sign(HMAC.name, key, text));
  return `v1,${btoa(String.fromCharCode(...mac))}`;
}

/** Whether any signature of the header is one of the expected ones; it takes the same time wherever they differ. */
export function isSignedBy(expected: readonly string[], header: string): boolean {
  let found = false;
  for (const given of header.split(' ')) for (const one of expected) if (isEqual(given, one)) found = true;
  return found;
}

function isEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let at = 0; at < expected.length; at += 1) difference |= given.charCodeAt(at) ^ expected.charCodeAt(at);
  return difference === 0;
}

/** Other senders of Standard Webhooks hand secrets out without the prefix. */
function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  const key = bytesOf(text);
  if (key === undefined || key.length < LEAST_BYTES)
    throw new TypeError(`a secret of a webhook is ${PREFIX} and at least ${LEAST_BYTES} bytes in base64`);
  return key;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
