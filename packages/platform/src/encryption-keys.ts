/** Reads ENCRYPTION_KEYS: which keys there are, and which of them comes first. */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { parseKeyEntries } from './key-entries.ts';

export interface EncryptionKey {
  /** Stands in clear beside whatever the key sealed. */
  readonly kid: string;
  /** A KeyObject shows its bytes in no log line and no JSON. */
  readonly secret: KeyObject;
}

export type EncryptionKeysResult =
  | { readonly ok: true; readonly keys: readonly EncryptionKey[] }
  | { readonly ok: false; readonly problem: string };

/** `kid:base64(32 bytes),oldkid:…`; a problem is told by place and id, never by the key. */
export function parseEncryptionKeys(text: string): EncryptionKeysResult {
  const entries = parseKeyEntries(text);
  if (!entries.ok) return entries;
  return { ok: true, keys: entries.value.map(({ keyId, bytes }) => ({ kid: keyId, secret: createSecretKey(bytes) })) };
}
