/** Seals short secrets with AES-256-GCM, bound to the place where they are kept, under keys that can be changed while running on. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { GranaryError } from '@granary/contracts/error';
import type { SecretBox } from '@granary/domain/ports/secret-box';
import type { EncryptionKey } from './encryption-keys.ts';

export type SecretBoxProblem = 'notReady' | 'unknownKey' | 'unreadable';

const LOOK_AGAIN_SECONDS = 60;

/** Callers of the api get it as INV_012: what is missing is a key, not something of theirs. It never repeats what was to be sealed or opened. */
export class SecretBoxError extends GranaryError<'unavailable'> {
  readonly problem: SecretBoxProblem;

  constructor(problem: SecretBoxProblem, texts: { readonly message: string; readonly hint: string }) {
    super('unavailable', {
      ...texts,
      details: { dependency: 'ENCRYPTION_KEYS', retryAfterSeconds: LOOK_AGAIN_SECONDS },
    });
    this.problem = problem;
  }
}

const ALGORITHM = 'aes-256-gcm';
const FORMAT = 'v1';
/** 96 random bits, as the algorithm wants them: good for four thousand million texts under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The first key seals, every key opens. The text form is `v1.<key id>.<nonce>.<cipher text and tag>`, in base64url. */
export function createSecretBox(keys: readonly EncryptionKey[]): SecretBox {
  const [first] = keys;
  const open = (sealed: string, boundTo: string) => {
    ready(first);
    const parts = partsOf(sealed);
    const key = keys.find(({ kid }) => kid === parts.kid);
    if (key === undefined) throw unknownKey(parts.kid);
    return openWith(key, parts, placeOf(boundTo));
  };
  return {
    isReady: first !== undefined,
    seal: (plain, boundTo) =>
      sealWith(ready(first), { plain, place: placeOf(boundTo), nonce: randomBytes(NONCE_BYTES) }),
    sealAlike: (plain, boundTo) => {
      const place = placeOf(boundTo);
      return sealWith(ready(first), { plain, place, nonce: nonceOf(ready(first), plain, place) });
    },
    open,
    opens: (sealed, boundTo) => {
      try {
        open(sealed, boundTo);
        return true;
      } catch (error) {
        if (error instanceof SecretBoxError && error.problem === 'unreadable') return false;
        throw error;
      }
    },
    needsReseal: (sealed) => partsOf(sealed).kid !== ready(first).kid,
  };
}

interface Parts {
  readonly kid: string;
  readonly nonce: Buffer;
  readonly cipherText: Buffer;
}

/**
 * A nonce that only the key's owner can foretell, and that no two texts or places share: by a key of its own, since the
 * one that encrypts must serve nothing else. Places and texts cannot run into each other, as the place's length stands in front.
 */
function nonceOf({ secret }: EncryptionKey, plain: string, place: Buffer): Buffer {
  const key = createHmac('sha256', secret).update('granary: nonces of what is sealed alike').digest();
  const mac = createHmac('sha256', key).update(`${place.length}:`).update(place).update(plain, 'utf8');
  return mac.digest().subarray(0, NONCE_BYTES);
}

interface Sealing {
  readonly plain: string;
  readonly place: Buffer;
  readonly nonce: Buffer;
}

function sealWith({ kid, secret }: EncryptionKey, { plain, place, nonce }: Sealing): string {
  const cipher = createCipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES }).setAAD(place);
  const cipherText = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [FORMAT, kid, nonce.toString('base64url'), cipherText.toString('base64url')].join('.');
}

function openWith({ kid, secret }: EncryptionKey, { nonce, cipherText }: Parts, place: Buffer): string {
  const decipher = createDecipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES }).setAAD(place);
  decipher.setAuthTag(cipherText.subarray(-TAG_BYTES));
  try {
    // Nothing of the text is given out before the tag was found right.
    return Buffer.concat([decipher.update(cipherText.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    throw new SecretBoxError('unreadable', {
      message: 'A sealed secret cannot be opened: it was changed, or comes from another place.',
      hint: `If neither is so, the key "${kid}" in ENCRYPTION_KEYS is not the one that sealed it: put the right one back.`,
    });
  }
}

/** Each text has one form only: what decodes to the same bytes by other letters is refused. */
function partsOf(sealed: string): Parts {
  const [format, kid, nonceText, cipherTextText, ...more] = sealed.split('.');
  const nonce = bytesOf(nonceText);
  const cipherText = bytesOf(cipherTextText);
  const isWhole =
    format === FORMAT && kid && more.length === 0 && nonce?.length === NONCE_BYTES && cipherText !== undefined;
  if (!isWhole || cipherText.length < TAG_BYTES)
    throw new SecretBoxError('unreadable', {
      message: 'A sealed secret cannot be opened: it does not have the form of one.',
      hint: 'Something else wrote into the place of a sealed secret: look at who writes to this database.',
    });
  return { kid, nonce, cipherText };
}

function bytesOf(text: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(text ?? '', 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

/** An empty name of a place would bind the text to nothing. */
function placeOf(boundTo: string): Buffer {
  if (boundTo === '') throw new TypeError('a sealed secret must be bound to a place');
  return Buffer.from(boundTo, 'utf8');
}

function ready(first: EncryptionKey | undefined): EncryptionKey {
  if (first !== undefined) return first;
  throw new SecretBoxError('notReady', {
    message: 'Secrets cannot be kept: ENCRYPTION_KEYS is not set.',
    hint: 'Set it to an id and 32 random bytes, as in ENCRYPTION_KEYS="main:$(openssl rand -base64 32)", the same for the api and the worker, and start both again.',
  });
}

const unknownKey = (kid: string) =>
  new SecretBoxError('unknownKey', {
    message: `A sealed secret cannot be opened: ENCRYPTION_KEYS holds no key "${kid}".`,
    hint: 'Put that key back, behind the one in use; it may go when everything it sealed was sealed anew.',
  });
