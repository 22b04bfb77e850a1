/** Keys of checkpoints: Ed25519, one that signs and any number that are trusted, so that who verifies need not be able to sign. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { CheckpointKeys } from '@granary/domain/ports/checkpoint-keys';

export interface SigningKey {
  readonly keyId: string;
  /** A KeyObject shows its bytes in no log line and no JSON. */
  readonly privateKey: KeyObject;
}

export interface TrustedKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** A problem is told by place and id, never by the key. */
export type KeyResult<Key> =
  | { readonly ok: true; readonly value: Key }
  | { readonly ok: false; readonly problem: string };

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SPKI (RFC 8410, section 7 and 4). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** `id:base64(32 random bytes)`. */
export function parseSigningKey(text: string): KeyResult<SigningKey> {
  const entry = entryOf(text.trim(), 1);
  if (typeof entry === 'string') return { ok: false, problem: entry };
  const privateKey = createPrivateKey({
    ...{ key: Buffer.concat([PRIVATE_PREFIX, entry.bytes]), format: 'der', type: 'pkcs8' },
  });
  return { ok: true, value: { keyId: entry.keyId, privateKey } };
}

/** `id:base64(public key),id:…`. */
export function parseTrustedKeys(text: string): KeyResult<readonly TrustedKey[]> {
  const keys: TrustedKey[] = [];
  for (const [at, part] of text.split(',').entries()) {
    const entry = entryOf(part.trim(), at + 1);
    if (typeof entry === 'string') return { ok: false, problem: entry };
    const { keyId, bytes } = entry;
    if (keys.some((key) => key.keyId === keyId)) return { ok: false, problem: `the id "${keyId}" stands there twice` };
    keys.push({
      keyId,
      publicKey: createPublicKey({ key: Buffer.concat([PUBLIC_PREFIX, bytes]), format: 'der', type: 'spki' }),
    });
  }
  return { ok: true, value: keys };
}

function entryOf(entry: string, place: number): { keyId: string; bytes: Buffer } | string {
  const colon = entry.indexOf(':');
  const keyId = entry.slice(0, Math.max(colon, 0));
  if (colon === -1) return `key ${place} has no id before a colon`;
  // An id of a wrong form may be a key put in the wrong place, and is not repeated.
  if (!KEY_ID.test(keyId)) return `the id of key ${place} is not 1 to 32 letters, digits, "_" or "-"`;
  const bytes = Buffer.from(entry.slice(colon + 1), 'base64');
  if (bytes.toString('base64') !== entry.slice(colon + 1)) return `key "${keyId}" is no base64`;
  if (bytes.length !== KEY_BYTES) return `key "${keyId}" has ${bytes.length} bytes, not ${KEY_BYTES}`;
  if (new Set(bytes).size === 1) return `key "${keyId}" is one byte repeated, which anybody could guess`;
  return { keyId, bytes };
}

/** As GRANARY_CHECKPOINT_TRUSTED wants the public half of a key that signs. */
export function publicHalf({ keyId, privateKey }: SigningKey): string {
  const bytes = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length);
  return `${keyId}:${bytes.toString('base64')}`;
}

/** Undefined where neither is configured: then there are no checkpoints. */
export function createCheckpointKeys(
  signing: SigningKey | undefined,
  trusted: readonly TrustedKey[],
): CheckpointKeys | undefined {
  if (signing === undefined && trusted.length === 0) return undefined;
  const known = new Map(trusted.map(({ keyId, publicKey }) => [keyId, publicKey]));
  if (signing !== undefined) known.set(signing.keyId, createPublicKey(signing.privateKey));
  return {
    signingKeyId: signing?.keyId,
    sign: (text) => {
      if (signing === undefined) throw new TypeError('there is no key that signs checkpoints');
      return sign(null, Buffer.from(text), signing.privateKey).toString('base64');
    },
    verify: ({ keyId, text, signature }) => {
      const key = known.get(keyId);
      return key && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
    },
  };
}
