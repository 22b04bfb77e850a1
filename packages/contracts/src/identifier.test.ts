/** Identifiers: compared exactly, and nothing in them that a person cannot see. */
import { describe, expect, test } from 'vitest';
import { id, identifier, idempotencyKey, lineId, skuId, strategyName, text } from './identifier.ts';

const note = text('Note', 20);

describe('an identifier', () => {
  test.each([
    ['abc', 'plain letters'],
    ['ABC', 'capitals, which stay what they are'],
    ['ábc', 'an accent'],
    ['straße', 'a sharp s'],
    ['１', 'a full-width digit, which NFC does not fold'],
    ['ﬁ', 'a ligature, which NFC does not fold'],
    ['аbc', 'a Cyrillic letter that looks like a Latin one'],
    ['a b', 'a blank inside'],
    ['😀', 'an emoji'],
    ["' OR '1'='1", 'SQL'],
    ['"; DROP TABLE level;--', 'more SQL'],
    ['\\', 'a backslash'],
    ['%', 'a wildcard'],
    ['_', 'another wildcard'],
    ['<script>alert(1)</script>', 'markup'],
    ['=HYPERLINK("x")', 'a formula'],
    ['${{7*7}}', 'a template'],
    ['../../etc/passwd', 'a path'],
    ['__proto__', 'a name that JavaScript knows'],
    ['constructor', 'another one'],
    ['null', 'a word that looks like a value'],
    ['0', 'a number'],
    ['00', 'another number'],
    ['1e1', 'a third one'],
    ['商品', 'other scripts'],
    ['x'.repeat(64), 'sixty-four characters'],
  ])('%j stays as it is: %s', (given) => {
    expect(skuId.parse(given)).toBe(given);
  });

  test.each([
    ['e\u0301', '\u00e9', 'a letter and its accent become one'],
    ['\u212b', '\u00c5', 'the sign for Ångström is the letter'],
    ['\ud834\udd60', '\ud834\udd58\ud834\udd65\ud834\udd6e', 'a musical note grows to three characters'],
  ])('%j is normalised to %j: %s', (given, expected) => {
    expect(skuId.parse(given)).toBe(expected);
    expect(skuId.parse(expected)).toBe(expected);
  });

  test.each([
    ['empty', ''],
    ['blank', '   '],
    ['padded behind', 'abc '],
    ['padded in front', ' abc'],
    ['padded with a no-break space', 'abc\u00a0'],
    ['padded with an ideographic space', '\u3000abc'],
    ['a zero-width space', 'a\u200bb'],
    ['a zero-width joiner', 'a\u200db'],
    ['a zero-width non-joiner', 'a\u200cb'],
    ['a byte order mark', '\ufeffabc'],
    ['a word joiner', 'a\u2060b'],
    ['a Mongolian vowel separator', 'a\u180eb'],
    ['a soft hyphen', 'a\u00adb'],
    ['an override of the writing direction', 'a\u202eb'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['a NUL', 'a\0b'],
    ['a control character', 'a\u0001b'],
    ['a delete', 'a\u007fb'],
    ['a next line', 'a\u0085b'],
    ['a line break', 'a\r\nb'],
    ['a tab', 'a\tb'],
    ['half of a surrogate pair at the end', 'a\ud800'],
    ['the other half in front', '\udc00a'],
    ['a noncharacter', 'a\uffff'],
    ['the last noncharacter', 'a\u{10ffff}'],
    ['a noncharacter in the middle', 'a\ufdd0'],
    ['a private character', 'a\ue000'],
    ['sixty-five characters', 'x'.repeat(65)],
    ['sixty-four that NFC makes three times as many', '\ud834\udd60'.repeat(64)],
    ['a thousand accents', `a${'\u0301'.repeat(1000)}`],
    ['a million characters', 'x'.repeat(1_000_000)],
    ['a number', 5],
    ['null', null],
    ['a list', ['abc']],
    ['an object', { $gt: '' }],
  ])('is refused when it is or has %s', (_what, given) => {
    expect(skuId.safeParse(given).success).toBe(false);
  });

  test('sixty-four emoji fit, sixty-five do not: a length is counted in characters, as the column counts it', () => {
    expect(skuId.parse('😀'.repeat(64))).toBe('😀'.repeat(64));
    expect(skuId.safeParse('😀'.repeat(65)).success).toBe(false);
  });

  test('the length that counts is the one after normalising, in both directions', () => {
    const four = identifier('Four', 4, 'four');
    expect(four.parse('e\u0301'.repeat(4))).toBe('\u00e9'.repeat(4));
    expect(four.safeParse('e\u0301'.repeat(5)).success).toBe(false);
    expect(four.safeParse('\ud834\udd60\ud834\udd60').success).toBe(false);
  });

  test('a long text that could make a pattern slow is refused at once', () => {
    const start = performance.now();
    for (const each of [`${'a'.repeat(50_000)}!`, `${' '.repeat(50_000)}!`, '\u0301'.repeat(50_000)])
      expect(skuId.safeParse(each).success).toBe(false);
    expect(performance.now() - start).toBeLessThan(50);
  });

  test('a refusal does not repeat a large input', () => {
    const { error } = skuId.safeParse('x'.repeat(100_000));
    expect(JSON.stringify(error?.issues).length).toBeLessThan(1000);
  });

  test('names of things that JavaScript objects have are names and nothing else', () => {
    for (const each of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(strategyName.parse(each)).toBe(each);
  });
});

test('the line of an order may be empty or left out, never blank', () => {
  expect(lineId.parse(undefined)).toBe('');
  expect(lineId.parse('')).toBe('');
  expect(lineId.parse('line-1')).toBe('line-1');
  for (const given of [' ', 'a\0', null, 1, 'x'.repeat(65)]) expect(lineId.safeParse(given).success).toBe(false);
});

test('an idempotency key has 1 to 255 characters', () => {
  expect(idempotencyKey.parse('k'.repeat(255))).toHaveLength(255);
  for (const given of ['', 'k'.repeat(256), 'a\u0007b', ['k'], null])
    expect(idempotencyKey.safeParse(given).success).toBe(false);
});

describe('an id that Granary made', () => {
  test.each([
    ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAB', true, 'a ULID'],
    ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', true, 'the last ULID'],
    ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', false, 'more than 128 bits'],
    ['01jd7z5k3m8q2w4e6r7t8y9zab', false, 'small letters'],
    ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAI', false, 'a letter that ULIDs do not use'],
    ['01JD7Z5K3M8Q2W4E6R7T8Y9ZA', false, 'too short'],
    ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAB\n', false, 'a line break behind'],
    ['123e4567-e89b-42d3-a456-426614174000', false, 'a UUID'],
  ])('%j: %s (%s)', (given, isOne) => {
    expect(id.safeParse(given).success).toBe(isOne);
  });
});

describe('a text for people', () => {
  test.each([
    ['two\nlines\tand a tab', 'line breaks and tabs'],
    ['می\u200cخواهم', 'the non-joiner that Persian needs'],
    ['👩\u200d👩\u200d👧', 'a family of joined emoji'],
    [' padded ', 'blanks around it'],
  ])('%j is one: %s', (given) => {
    expect(note.parse(given)).toBe(given);
  });

  test.each([
    ['', 'empty'],
    [' \n\t ', 'blank'],
    ['a\0', 'a NUL'],
    ['a\u001b[31m', 'a terminal escape'],
    ['a\u202eb', 'an override of the writing direction'],
    ['a\ud800', 'half of a surrogate pair'],
    ['x'.repeat(21), 'too long'],
  ])('%j is none: %s', (given) => {
    expect(note.safeParse(given).success).toBe(false);
  });
});
