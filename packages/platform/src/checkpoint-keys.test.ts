/** Keys of checkpoints: read with problems told by place and id, and what one signs only its own public half takes. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCheckpointKeys, parseSigningKey, parseTrustedKeys, publicHalf } from './checkpoint-keys.ts';

const fresh = (id: string) => {
  const result = parseSigningKey(`${id}:${randomBytes(32).toString('base64')}`);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
};
const trusted = (text: string) => {
  const result = parseTrustedKeys(text);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
};

describe('what a key signs', () => {
  it('its public half takes, and nobody else’s', () => {
    const [one, two] = [fresh('one'), fresh('two')];
    const signing = createCheckpointKeys(one, []);
    const signature = signing?.sign('text') ?? '';
    expect(signing?.signingKeyId).toBe('one');
    expect(signing?.verify({ keyId: 'one', text: 'text', signature })).toBe(true);
    expect(signing?.verify({ keyId: 'one', text: 'texts', signature })).toBe(false);
    expect(signing?.verify({ keyId: 'one', text: 'text', signature: 'none' })).toBe(false);
    expect(signing?.verify({ keyId: 'two', text: 'text', signature })).toBeUndefined();
    const verifying = createCheckpointKeys(undefined, trusted(`${publicHalf(one)},${publicHalf(two)}`));
    expect(verifying?.signingKeyId).toBeUndefined();
    expect(verifying?.verify({ keyId: 'one', text: 'text', signature })).toBe(true);
    expect(verifying?.verify({ keyId: 'two', text: 'text', signature })).toBe(false);
    expect(() => verifying?.sign('text')).toThrow('no key that signs');
  });

  it('and without any key there is nothing', () => {
    expect(createCheckpointKeys(undefined, [])).toBeUndefined();
  });

  it('as RFC 8032 does (section 7.1, test 1)', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const result = parseSigningKey(`rfc:${seed.toString('base64')}`);
    const signature = result.ok ? createCheckpointKeys(result.value, [])?.sign('') : undefined;
    expect(Buffer.from(signature ?? '', 'base64').toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
    expect(result.ok && publicHalf(result.value)).toBe('rfc:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=');
  });
});

describe('a key that is none is told by place and id', () => {
  const good = randomBytes(32).toString('base64');
  it.each([
    ['no id', good, 'has no id before a colon'],
    ['an id of a wrong form', `a b:${good}`, 'letters, digits'],
    ['no base64', 'main:nothing!', 'key "main" is no base64'],
    ['too short', `main:${randomBytes(16).toString('base64')}`, 'has 16 bytes, not 32'],
    ['one byte repeated', `main:${Buffer.alloc(32, 7).toString('base64')}`, 'one byte repeated'],
  ])('%s', (_what, text, problem) => {
    expect(parseSigningKey(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) as string });
    expect(parseTrustedKeys(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) as string });
  });

  it('two of one id', () => {
    expect(parseTrustedKeys(`a:${good},a:${good}`)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('twice') as string,
    });
  });
});
