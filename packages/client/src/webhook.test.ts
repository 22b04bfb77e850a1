import type { StockEvent } from '@granary/contracts/event';
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { verifyWebhook, type WebhookRequest, WebhookVerificationError } from './index.ts';
import { isSignedBy, signatureOf } from './webhook-signature.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const AT = 1_714_564_800;

const event: StockEvent = {
  id: 'sku:杯子.1:2',
  type: 'stock.sku.updated',
  schemaVersion: 1,
  aggregate: { kind: 'sku', id: '杯子.1' },
  fromVersion: 1,
  toVersion: 2,
  cause: { commandId: 'C', procedure: 'sku.update', actor: 'local' },
  recordedAt: '2024-05-01T12:00:00.000000Z',
  before: { name: 'cup' },
  after: { name: '杯子 \u{1F4E6}' },
};
const BODY = JSON.stringify({ type: event.type, timestamp: event.recordedAt, data: event });

/** Signs by Node's own means, as another program would. */
function sign(secret: string, body: string, at = AT): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`msg_1.${at}.${body}`).digest('base64')}`;
}

const headersOf = (signature: string, at: number | string = AT) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(at),
  'webhook-signature': signature,
});
const good = (more: Partial<WebhookRequest> = {}): WebhookRequest => ({
  body: BODY,
  headers: headersOf(sign(SECRET, BODY)),
  secret: SECRET,
  now: () => AT * 1000,
  ...more,
});
const reasonOf = async (request: WebhookRequest) => {
  const thrown: unknown = await verifyWebhook(request).then(
    () => 'accepted',
    (error: unknown) => error,
  );
  return thrown instanceof WebhookVerificationError ? thrown.reason : thrown;
};

describe('the vectors of the Standard Webhooks libraries', () => {
  const signed = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: Buffer.from('{"test": 2432232314}'),
  };
  const right = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  test('the signature is theirs, with and without the prefix of the secret', async () => {
    expect(await signatureOf(SECRET, signed)).toBe(right);
    expect(await signatureOf(SECRET.slice(6), signed)).toBe(right);
  });

  test.each([
    [right, true],
    [`v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= ${right}`, true],
    ['v1,dawfeoifkpqwoekfpqoekf', false],
    [right.slice(0, 8), false],
    ['v1,', false],
    ['', false],
    [right.replace('v1,', 'v2,'), false],
    [right.replace('v1,', 'v1a,'), false],
    [right.replace(',', ', '), false],
    [right.toLowerCase(), false],
    [`${right.slice(0, -2)}F=`, false],
    [right.slice(0, -1), false],
    [`${right}=`, false],
  ])('%s: %s', (header, isRight) => {
    expect(isSignedBy([right], header)).toBe(isRight);
  });
});

describe('a request that is good', () => {
  test('gives its event', async () => {
    expect(await verifyWebhook(good())).toEqual(event);
  });

  test.each<[string, Partial<WebhookRequest>]>([
    ['a body of bytes', { body: new TextEncoder().encode(BODY) }],
    ['a Buffer in the middle of a pool', { body: Buffer.from(`xx${BODY}`).subarray(2) }],
    ['an ArrayBuffer', { body: new TextEncoder().encode(BODY).buffer as ArrayBuffer }],
    ['Headers of fetch', { headers: new Headers(headersOf(sign(SECRET, BODY))) }],
    ['a Map', { headers: new Map(Object.entries(headersOf(sign(SECRET, BODY)))) }],
    [
      'names in other letters, and lists',
      {
        headers: {
          'Webhook-Id': ['msg_1'],
          'WEBHOOK-TIMESTAMP': String(AT),
          'webhook-Signature': sign(SECRET, BODY),
          get: 'a header of that name',
        },
      },
    ],
    ['several secrets', { secret: OTHER, secrets: [OTHER, SECRET] }],
    ['several signatures', { headers: headersOf(`${sign(OTHER, BODY)} v1a,x ${sign(SECRET, BODY)}`) }],
    ['a clock that is 300 s ahead', { now: () => (AT + 300) * 1000 }],
    ['a clock that is 300 s behind', { now: () => (AT - 300) * 1000 }],
    ['a tolerance of a day', { toleranceSeconds: 86_400, now: () => (AT + 86_399) * 1000 }],
  ])('may have %s', async (_what, more) => {
    expect(await verifyWebhook(good(more))).toEqual(event);
  });

  test('may reach a server of Node, raw', async () => {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        verifyWebhook(good({ body: Buffer.concat(chunks), headers: request.headers })).then(
          ({ id }) => response.end(id),
          () => response.writeHead(400).end(),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const post = (body: string) => fetch(url, { method: 'POST', headers: headersOf(sign(SECRET, BODY)), body });
    expect(await (await post(BODY)).text()).toBe(event.id);
    expect((await post(JSON.stringify(JSON.parse(BODY), null, 1))).status).toBe(400);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a request that is not to be believed', () => {
  const without = (name: string) =>
    Object.fromEntries(Object.entries(headersOf(sign(SECRET, BODY))).filter(([key]) => key !== name));

  test.each<[string, Partial<WebhookRequest>, string]>([
    ['has no id', { headers: without('webhook-id') }, 'headers'],
    ['has no timestamp', { headers: without('webhook-timestamp') }, 'headers'],
    ['has no signature', { headers: without('webhook-signature') }, 'headers'],
    ['has no headers of fetch', { headers: new Headers() }, 'headers'],
    ['has two ids', { headers: { ...headersOf(sign(SECRET, BODY)), 'webhook-id': ['msg_1', 'msg_2'] } }, 'headers'],
    ['has a timestamp in words', { headers: headersOf(sign(SECRET, BODY), 'hello') }, 'headers'],
    ['has a timestamp with a fraction', { headers: headersOf(sign(SECRET, BODY), `${AT}.0`) }, 'headers'],
    ['has a timestamp of before 1970', { headers: headersOf(sign(SECRET, BODY), `-${AT}`) }, 'headers'],
    ['is 301 s old', { now: () => (AT + 301) * 1000 }, 'tooOld'],
    ['is 301 s ahead', { now: () => (AT - 301) * 1000 }, 'tooNew'],
    ['has the timestamp of another', { headers: headersOf(sign(SECRET, BODY), AT + 1) }, 'signature'],
    ['has another id', { headers: { ...headersOf(sign(SECRET, BODY)), 'webhook-id': 'msg_2' } }, 'signature'],
    ['has another body', { body: BODY.replace('cup', 'cap') }, 'signature'],
    ['has a body with one more space', { body: `${BODY} ` }, 'signature'],
    ['is signed with another secret', { headers: headersOf(sign(OTHER, BODY)) }, 'signature'],
    [
      'has its dots elsewhere',
      { headers: { ...headersOf(sign(SECRET, BODY)), 'webhook-id': `msg_1.${AT}` } },
      'signature',
    ],
  ])('%s', async (_what, more, reason) => {
    expect(await reasonOf(good(more))).toBe(reason);
  });

  test.each([
    ['no JSON', 'stock'],
    ['no object', '[]'],
    ['nothing in it', '{}'],
    ['the payload of the specification', '{"test": 2432232314}'],
    ['an event without a cause', JSON.stringify({ type: event.type, data: { ...event, cause: null } })],
    ['an event of a later schema', JSON.stringify({ type: event.type, data: { ...event, schemaVersion: 2 } })],
  ])('is signed, and has a body with %s', async (_what, body) => {
    expect(await reasonOf(good({ body, headers: headersOf(sign(SECRET, body)) }))).toBe('notAnEvent');
  });

  test('is signed, and is no UTF-8', async () => {
    const body = Buffer.from(BODY.replace('cup', 'c?p'));
    body.writeUInt8(0xff, body.indexOf('c?p') + 1);
    const mac = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
      .update(`msg_1.${AT}.`)
      .update(body);
    expect(await reasonOf(good({ body, headers: headersOf(`v1,${mac.digest('base64')}`) }))).toBe('notAnEvent');
  });

  test('is told of without secrets', async () => {
    const error: unknown = await verifyWebhook(good({ body: 'x' })).catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(
      'WebhookVerificationError: The webhook is refused: no signature is of a secret that was given.',
    );
  });
});

describe('a call that is wrong', () => {
  test.each<[string, Partial<WebhookRequest>, RegExp]>([
    ['a parsed body', { body: JSON.parse(BODY) as string }, /express\.raw/],
    ['no secret', { secrets: [] }, /needs the secret/],
    ['an empty secret', { secret: '' }, /at least 24 bytes/],
    ['a token for a secret', { secret: 'gk_1_abc' }, /at least 24 bytes/],
    ['a secret that is too short', { secret: 'whsec_c2hvcnQ=' }, /at least 24 bytes/],
  ])('has %s', async (_what, more, message) => {
    const request = good(more);
    if (more.secrets !== undefined) Reflect.deleteProperty(request, 'secret');
    const thrown = await reasonOf(request);
    expect(thrown).toBeInstanceOf(TypeError);
    expect(String(thrown)).toMatch(message);
  });
});
