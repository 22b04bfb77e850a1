import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { headerId, signedHeaders } from './webhook-signature.ts';

/** The vector that the libraries of the Standard Webhooks specification are tested with. */
const VECTOR = {
  url: '',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1_614_265_330,
  body: '{"test": 2432232314}',
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
};

describe('the headers of a webhook', () => {
  it('are those of the specification', () => {
    expect(signedHeaders(VECTOR)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('hold one signature for each live secret, in their order', () => {
    const second = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const { 'webhook-signature': both } = signedHeaders({ ...VECTOR, secrets: [second, ...VECTOR.secrets] });
    const { 'webhook-signature': alone } = signedHeaders({ ...VECTOR, secrets: [second] });
    expect(both).toBe(`${alone} v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=`);
  });

  it('sign the bytes of a body in any script', () => {
    const body = '{"name":"杯子 \u{1F4E6}"}';
    const mac = createHmac('sha256', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64'));
    mac.update(Buffer.from(`${VECTOR.id}.${VECTOR.timestamp}.${body}`, 'utf8'));
    expect(signedHeaders({ ...VECTOR, body })['webhook-signature']).toBe(`v1,${mac.digest('base64')}`);
  });

  it.each([
    ['no secret', []],
    ['a secret without its prefix', ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']],
    ['a short secret', [`whsec_${Buffer.alloc(23).toString('base64')}`]],
    ['a long secret', [`whsec_${Buffer.alloc(65).toString('base64')}`]],
    ['a secret that is no base64', ['whsec_not base64 at all, though long enough']],
  ])('are refused with %s, which is not repeated', (_what, secrets) => {
    expect(() => signedHeaders({ ...VECTOR, secrets })).toThrow(/^(?!.*(MfKQ|at all)).*secret/);
  });
});

describe('the id in a header', () => {
  it.each([
    ['level:MUG/default:3', 'level:MUG/default:3'],
    ['sku:a.b:1', 'sku:a%2Eb:1'],
    ['sku:100%:1', 'sku:100%25:1'],
    ['sku:杯子:1', 'sku:%E6%9D%AF%E5%AD%90:1'],
    ['sku:red mug:1', 'sku:red%20mug:1'],
    ['sku:\u{1F4E6}:1', 'sku:%F0%9F%93%A6:1'],
  ])('of %s is %s, and can be turned back', (id, wire) => {
    expect(headerId(id)).toBe(wire);
    expect(decodeURIComponent(wire)).toBe(id);
    expect(wire).toMatch(/^[\x21-\x7e]+$/);
  });
});
