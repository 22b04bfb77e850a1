/** Keys of checkpoints: Ed25519, one that signs and any number that are trusted, so that who verifies need not be able to sign. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { CheckpointKeys } from '@granary/domain/ports/checkpoint-keys';
import { type KeyResult, parseKeyEntries, parseKeyEntry } from './key-entries.ts';

export interface SigningKey {
  readonly keyId: string;
  /** A KeyObject shows its bytes in no log line and no JSON. */
  readonly privateKey: KeyObject;
}

export interface TrustedKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 and in SPKI (RFC 8410, section 7 and 4). */
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const PUBLIC_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** `id:base64(32 random bytes)`. */
export function parseSigningKey(text: string): KeyResult<SigningKey> {
  const entry = parseKeyEntry(text);
  if (!entry.ok) return entry;
  const { keyId, bytes } = entry.value;
  const key = Buffer.concat([PRIVATE_PREFIX, bytes]);
  return { ok: true, value: { keyId, privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) } };
}

/** `id:base64(public key),id:…`. */
export function parseTrustedKeys(text: string): KeyResult<readonly TrustedKey[]> {
  const entries = parseKeyEntries(text);
  if (!entries.ok) return entries;
  const value = entries.value.map(({ keyId, bytes }) => {
    const key = Buffer.concat([PUBLIC_PREFIX, bytes]);
    return { keyId, publicKey: createPublicKey({ key, format: 'der', type: 'spki' }) };
  });
  return { ok: true, value };
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
