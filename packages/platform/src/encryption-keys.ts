/** Reads ENCRYPTION_KEYS: which keys there are, and which of them comes first. */
import { createSecretKey, type KeyObject } from 'node:crypto';

export interface EncryptionKey {
  /** Stands in clear beside whatever the key sealed. */
  readonly kid: string;
  /** A KeyObject shows its bytes in no log line and no JSON. */
  readonly secret: KeyObject;
}

export type EncryptionKeysResult =
  | { readonly ok: true; readonly keys: readonly EncryptionKey[] }
  | { readonly ok: false; readonly problem: string };

const KEY_BYTES = 32;
const KID = /^[A-Za-z0-9_-]{1,32}$/;

/** `kid:base64(32 bytes),oldkid:…`; a problem is told by place and id, never by the key. */
export function parseEncryptionKeys(text: string): EncryptionKeysResult {
  const keys: EncryptionKey[] = [];
  for (const [at, entry] of text.split(',').entries()) {
    const result = parseKey(entry.trim(), at + 1);
    if (typeof result === 'string') return { ok: false, problem: result };
    if (keys.some(({ kid }) => kid === result.kid))
      return { ok: false, problem: `the id "${result.kid}" stands there twice` };
    keys.push(result);
  }
  return { ok: true, keys };
}

function parseKey(entry: string, place: number): EncryptionKey | string {
  const colon = entry.indexOf(':');
  const kid = entry.slice(0, Math.max(colon, 0));
  if (colon === -1) return `key ${place} has no id before a colon`;
  // An id of a wrong form may be a key put in the wrong place, and is not repeated.
  if (!KID.test(kid)) return `the id of key ${place} is not 1 to 32 letters, digits, "_" or "-"`;
  const bytes = Buffer.from(entry.slice(colon + 1), 'base64');
  if (bytes.toString('base64') !== entry.slice(colon + 1)) return `key "${kid}" is no base64`;
  if (bytes.length !== KEY_BYTES) return `key "${kid}" has ${bytes.length} bytes, not ${KEY_BYTES}`;
  if (new Set(bytes).size === 1) return `key "${kid}" is one byte repeated, which anybody could guess`;
  return { kid, secret: createSecretKey(bytes) };
}
