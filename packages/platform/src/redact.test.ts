import { describe, expect, it } from 'vitest';
import { redact, redactText } from './redact.ts';

const canary = 'c4nary-secret';

describe('what is logged', () => {
  it.each([
    ['the password of a database URL', `connect mysql://root:${canary}@h:1/d failed`],
    ['a password with a slash and an @', `mysql://root:${canary}/a@${canary}@h/d`],
    ['the password of a Redis URL', `redis://:${canary}@h`],
    ['the password of a URL of Sentinels', `rediss+sentinel://app:${canary}@h:1,i:2/m`],
    ['the credentials of any URL', `https://u:${canary}@h/x`],
    ['an API token', `gk_01ABC_${canary}`],
    ['an API token that touches other letters', `key=xgk_01ABC_${canary}`],
    ['a bearer header', `authorization: Bearer ${canary}`],
    ['the secret of a webhook', `signed with "whsec_${canary}+/a=="`],
  ])('hides %s inside a text', (_what, text) => {
    expect(redactText(text)).not.toContain(canary);
  });

  it.each([
    ['a password field', { password: canary }],
    ['the name of a field', { [`gk_01ABC_${canary}`]: 1 }],
    ['a header, in any case', { headers: { Authorization: canary, cookie: canary } }],
    ['a token at any depth', { a: [{ b: { accessToken: canary, webhook_secret: canary, apiKey: canary } }] }],
    [
      'an error, its fields and its causes',
      Object.assign(new Error(`x mysql://a:${canary}@h`, { cause: new Error(`y Bearer ${canary}`) }), {
        parameters: [canary],
        sql: `INSERT INTO t VALUES ('${canary}')`,
        query: `INSERT INTO t VALUES ('it''s \\' ${canary}', 1), ('${canary}`,
        password: canary,
      }),
    ],
  ])('hides %s', (_what, value) => {
    expect(JSON.stringify(redact(value))).not.toContain(canary);
  });

  it('keeps what is no secret', () => {
    expect(redact({ skuId: 'tokenring', tokens: 3, at: new Date(0), big: 9007199254740993n, none: null })).toEqual({
      skuId: 'tokenring',
      tokens: 3,
      at: '1970-01-01T00:00:00.000Z',
      big: '9007199254740993',
      none: null,
    });
    expect(redactText('see https://example.org/a?mail=b@c')).toBe('see https://example.org/a?mail=b@c');
  });

  it('survives circles, depth and size', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[deeper]');
    expect((redact(Array.from({ length: 1000 }, (_, index) => index)) as unknown[]).length).toBe(100);
    expect(redactText('x'.repeat(100_000)).length).toBe(10_000);
  });

  it('spells out an error with its numbers', () => {
    const error = Object.assign(new Error('deadlock'), { errno: 1213, sqlState: '40001' });
    expect(redact(error)).toMatchObject({ type: 'Error', message: 'deadlock', errno: 1213, sqlState: '40001' });
  });
});
