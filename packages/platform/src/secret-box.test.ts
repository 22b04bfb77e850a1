import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseEncryptionKeys, type EncryptionKey } from './encryption-keys.ts';
import { createSecretBox, SecretBoxError } from './secret-box.ts';

const PLACE = 'webhook|secrets|01K';

function keysOf(...kids: readonly string[]): readonly EncryptionKey[] {
  const result = parseEncryptionKeys(kids.map((kid) => `${kid}:${randomBytes(32).toString('base64')}`).join(','));
  if (!result.ok) throw new Error(result.problem);
  return result.keys;
}

function failureOf(work: () => unknown): SecretBoxError {
  try {
    work();
  } catch (error) {
    if (error instanceof SecretBoxError) return error;
    throw error;
  }
  throw new Error('it was opened');
}

/** The same text with one bit of the byte at `at` turned over, in the part that `part` counts. */
function flipped(sealed: string, part: number, at: number): string {
  const parts = sealed.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return parts.with(part, bytes.toString('base64url')).join('.');
}

describe('a secret box', () => {
  const box = createSecretBox(keysOf('main'));

  it.each(['whsec_c2VjcmV0', '', 'ä 杯子 \u{1F4E6}', 'x'.repeat(10_000)])('opens what it sealed: %j', (plain) => {
    const sealed = box.seal(plain, PLACE);
    expect(sealed).toMatch(/^v1\.main\.[\w-]{16}\.[\w-]{22,}$/);
    expect(box.open(sealed, PLACE)).toBe(plain);
  });

  it('never seals to the same text twice, nor to one that holds the plain text', () => {
    const texts = Array.from({ length: 500 }, () => box.seal('whsec_plain', PLACE));
    expect(new Set(texts).size).toBe(500);
    expect(new Set(texts.map((text) => text.split('.')[2])).size).toBe(500);
    expect(texts.join()).not.toContain('plain');
  });

  it('seals equal texts at an equal place alike where that is asked for, and nothing else', () => {
    const alike = box.sealAlike('whsec_plain', PLACE);
    expect(box.sealAlike('whsec_plain', PLACE)).toBe(alike);
    expect(box.open(alike, PLACE)).toBe('whsec_plain');
    const nonceOf = (sealed: string) => sealed.split('.')[2];
    const others = [
      box.sealAlike('whsec_plainer', PLACE),
      box.sealAlike('whsec_plain', `${PLACE}2`),
      box.sealAlike('whsec_plain', PLACE.replace('01K', '01L')),
      // The same bytes one after the other, parted elsewhere.
      box.sealAlike('2whsec_plain', PLACE),
      createSecretBox(keysOf('main')).sealAlike('whsec_plain', PLACE),
    ];
    expect(new Set([alike, ...others].map(nonceOf)).size).toBe(6);
  });

  it('tells what it would not open from what a missing key keeps shut', () => {
    const sealed = box.seal('whsec_plain', PLACE);
    expect(box.opens(sealed, PLACE)).toBe(true);
    expect(box.opens(sealed, 'elsewhere')).toBe(false);
    expect(box.opens('plain', PLACE)).toBe(false);
    expect(failureOf(() => createSecretBox(keysOf('other')).opens(sealed, PLACE)).problem).toBe('unknownKey');
  });

  it('does not open what belongs to another place', () => {
    const sealed = box.seal('whsec_plain', PLACE);
    expect(failureOf(() => box.open(sealed, 'webhook|secrets|01L')).problem).toBe('unreadable');
    expect(() => box.seal('whsec_plain', '')).toThrow(/bound to a place/);
  });

  it('does not open a text of which any single byte was changed', () => {
    const sealed = box.seal('abc', PLACE);
    for (let at = 0; at < 12; at += 1) expect(failureOf(() => box.open(flipped(sealed, 2, at), PLACE))).toBeDefined();
    for (let at = 0; at < 19; at += 1) expect(failureOf(() => box.open(flipped(sealed, 3, at), PLACE))).toBeDefined();
  });

  it('does not open a text that was written otherwise, though it decodes to the same bytes', () => {
    const sealed = box.seal('abc', PLACE);
    // 19 bytes leave four bits of the last letter unused.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = letters.indexOf(sealed.slice(-1));
    const others = [sealed.slice(0, -1) + letters.charAt(last + 1), `${sealed}=`, `${sealed} `, `${sealed}\n`];
    for (const other of others) expect(failureOf(() => box.open(other, PLACE)).problem).toBe('unreadable');
    expect(box.open(sealed, PLACE)).toBe('abc');
  });

  it.each([
    ['nothing', ''],
    ['the plain text', 'whsec_plain'],
    ['another format', 'v2.main.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA'],
    ['a nonce cut short', 'v1.main.AAAA.AAAAAAAAAAAAAAAAAAAAAA'],
    ['a tag cut short', 'v1.main.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAA'],
    ['a part too many', 'v1.main.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.AAAA'],
    ['other letters for the same bytes', 'v1.main.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAB'],
    ['letters of no base64url', 'v1.main.AAAAAAAAAAAAAAA+.AAAAAAAAAAAAAAAAAAAAAA'],
  ])('does not take %s for a sealed secret', (_what, text) => {
    expect(failureOf(() => box.open(text, PLACE)).problem).toBe('unreadable');
  });

  it('tells of a failure without the text or a key', () => {
    const told = JSON.stringify(failureOf(() => box.open(box.seal('whsec_plain', PLACE), 'elsewhere')).toAnswer());
    expect(told).toMatch(/INV_012.*main.* in ENCRYPTION_KEYS/);
    expect(told).not.toMatch(/whsec|v1\./);
  });
});

describe('rotation', () => {
  const [old, next] = keysOf('old', 'next') as [EncryptionKey, EncryptionKey];
  const sealedBefore = createSecretBox([old]).seal('whsec_plain', PLACE);
  const during = createSecretBox([next, old]);

  it('opens what the old key sealed, and seals with the new one', () => {
    expect(during.open(sealedBefore, PLACE)).toBe('whsec_plain');
    expect(during.needsReseal(sealedBefore)).toBe(true);
    const anew = during.seal(during.open(sealedBefore, PLACE), PLACE);
    expect(during.needsReseal(anew)).toBe(false);
    expect(createSecretBox([next]).open(anew, PLACE)).toBe('whsec_plain');
  });

  it('names the key that is missing', () => {
    const failure = failureOf(() => createSecretBox([next]).open(sealedBefore, PLACE));
    expect(failure).toMatchObject({
      problem: 'unknownKey',
      message: expect.stringContaining('no key "old"') as string,
    });
  });

  it('tells another key under the same id from the right one', () => {
    expect(failureOf(() => createSecretBox(keysOf('old')).open(sealedBefore, PLACE)).problem).toBe('unreadable');
  });
});

describe('without keys', () => {
  const box = createSecretBox([]);

  it('is not ready, and says what to set', () => {
    expect(box.isReady).toBe(false);
    for (const work of [() => box.seal('a', PLACE), () => box.open('v1.a.b.c', PLACE)]) {
      expect(failureOf(work)).toMatchObject({
        problem: 'notReady',
        message: expect.stringContaining('ENCRYPTION_KEYS is not set') as string,
        hint: expect.stringContaining('openssl rand -base64 32') as string,
      });
    }
  });
});

describe('ENCRYPTION_KEYS', () => {
  const good = randomBytes(32).toString('base64');

  it.each([
    ['a key without an id', good, 'key 1 has no id before a colon'],
    ['an empty id', `:${good}`, 'the id of key 1 is not 1 to 32 letters, digits, "_" or "-"'],
    ['an id with a dot', `a.b:${good}`, 'the id of key 1 is not 1 to 32 letters, digits, "_" or "-"'],
    ['no key', 'a:', 'key "a" has 0 bytes, not 32'],
    ['a short key', `a:${randomBytes(16).toString('base64')}`, 'key "a" has 16 bytes, not 32'],
    ['a long key', `a:${randomBytes(64).toString('base64')}`, 'key "a" has 64 bytes, not 32'],
    ['hexadecimal', `a:${randomBytes(31).toString('hex')}`, 'key "a" is no base64'],
    ['the example itself', 'a:$(openssl rand -base64 32)', 'key "a" is no base64'],
    ['an id twice', `a:${good},b:${good},a:${good}`, 'the id "a" stands there twice'],
    ['a trailing comma', `a:${good},`, 'key 2 has no id before a colon'],
    [
      'a key of nothing but zeros',
      `a:${Buffer.alloc(32).toString('base64')}`,
      'key "a" is one byte repeated, which anybody could guess',
    ],
  ])('refuses %s', (_what, text, problem) => {
    expect(parseEncryptionKeys(text)).toEqual({ ok: false, problem });
  });

  it('keeps the order, and shows no key to a log', () => {
    const result = parseEncryptionKeys(`new:${good}, old:${randomBytes(32).toString('base64')}`);
    if (!result.ok) throw new Error(result.problem);
    expect(result.keys.map(({ kid }) => kid)).toEqual(['new', 'old']);
    expect(inspect(result, { depth: 9 }) + JSON.stringify(result)).not.toContain(good);
  });
});
