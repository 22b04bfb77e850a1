import { createHmac } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answering, messageTo, openReceiver, receiverKey, type Receiver } from './testing/receiver.ts';
import { createWebhookSender, type ClosableWebhookSender, type WebhookSenderOptions } from './webhook-sender.ts';

let receiver: Receiver;
let senders: ClosableWebhookSender[];
beforeEach(async () => {
  senders = [];
  receiver = await openReceiver();
});
afterEach(async () => {
  for (const sender of senders) sender.close();
  await receiver.end();
});

function senderWith(options: Partial<WebhookSenderOptions> = {}) {
  const sender = createWebhookSender({ allowPrivate: true, timeoutMs: 2_000, ...options });
  senders.push(sender);
  return sender;
}

describe('a message', () => {
  it('is posted once, signed, as JSON', async () => {
    expect(await senderWith().send(messageTo(`${receiver.url}?of=granary`))).toEqual({ ok: true, status: 204 });
    const signature = createHmac('sha256', receiverKey)
      .update('level:MUG/default:3.1700000000.{"a":1}')
      .digest('base64');
    expect(receiver.received).toEqual([
      {
        method: 'POST',
        path: '/hooks?of=granary',
        body: '{"a":1}',
        headers: expect.objectContaining({
          'content-type': 'application/json; charset=utf-8',
          'content-length': '7',
          'webhook-id': 'level:MUG/default:3',
          'webhook-timestamp': '1700000000',
          'webhook-signature': `v1,${signature}`,
          'user-agent': 'granary-webhooks',
        }) as unknown,
      },
    ]);
  });

  it('may be long, and in any script, its id as well', async () => {
    const body = JSON.stringify({ text: '杯子'.repeat(300_000) });
    const outcome = await senderWith().send({ ...messageTo(receiver.url), id: 'sku:杯子:1', body });
    expect(outcome).toEqual({ ok: true, status: 204 });
    expect(receiver.received[0]?.body).toBe(body);
    expect(receiver.received[0]?.headers['webhook-id']).toBe('sku:%E6%9D%AF%E5%AD%90:1');
  });

  it('goes over a connection that is kept, and over a new one where the kept one was closed', async () => {
    const { send } = senderWith();
    await send(messageTo(receiver.url));
    await send(messageTo(receiver.url));
    expect(receiver.connections()).toBe(1);
    // The receiver shuts the door on the third request, unread as far as anybody can tell, and takes the fourth.
    receiver.behave((response, _request, socket) =>
      receiver.connections() === 1 ? socket.resetAndDestroy() : response.writeHead(200).end(),
    );
    expect(await send(messageTo(receiver.url))).toEqual({ ok: true, status: 200 });
    expect(receiver.connections()).toBe(2);
    expect(receiver.received).toHaveLength(4);
  });

  it('is not sent again over a new connection that breaks', async () => {
    receiver.behave((_response, _request, socket) => socket.resetAndDestroy());
    expect(await senderWith().send(messageTo(receiver.url))).toMatchObject({ ok: false, status: null });
    expect(receiver.received).toHaveLength(1);
  });
});

describe('giving up', () => {
  it('ends what is under way at once, and leaves nothing on the signal', async () => {
    receiver.behave(() => undefined);
    const controller = new AbortController();
    const sending = senderWith().send(messageTo(receiver.url), controller.signal);
    await sleep(50);
    controller.abort();
    expect(await sending).toEqual({ ok: false, status: null, error: 'given up by the sender' });
    await expect.poll(() => receiver.open()).toBe(0);
    const lasting = new AbortController();
    receiver.behave(answering(200));
    for (let count = 0; count < 20; count += 1) await senderWith().send(messageTo(receiver.url), lasting.signal);
    expect(getEventListeners(lasting.signal, 'abort')).toEqual([]);
  });

  it('beforehand sends nothing', async () => {
    expect(await senderWith().send(messageTo(receiver.url), AbortSignal.abort())).toMatchObject({ ok: false });
    expect(receiver.received).toEqual([]);
  });
});

describe('what cannot be sent', () => {
  it.each([
    ['an address that is none', { url: 'nowhere' }, /no absolute URL/],
    ['no secret', { secrets: [] }, /no secret/],
    ['a bad secret', { secrets: ['whsec_'] }, /a secret of the webhook/],
    ['an id that is no text', { id: 'sku:\ud800:1' }, /URI malformed/],
    ['a receiver that is not there', { url: 'http://127.0.0.1:1/' }, /ECONNREFUSED/],
    ['a port that means another', { url: 'http://127.0.0.1:0/' }, /./],
  ])('is an outcome: %s', async (_what, part, error) => {
    expect(await senderWith().send({ ...messageTo(receiver.url), ...part })).toEqual({
      ok: false,
      status: null,
      error: expect.stringMatching(error) as unknown,
    });
    expect(receiver.received).toEqual([]);
  });
});

describe('where private addresses are closed', () => {
  const local =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: 4 }));

  it('a private address is not connected to, in the URL or behind a name', async () => {
    const { port } = new URL(receiver.url);
    const { send } = senderWith({ allowPrivate: false, resolve: local('127.0.0.1') });
    for (const url of [`https://127.0.0.1:${port}/`, `https://2130706433:${port}/`, `https://[::ffff:7f00:1]:${port}/`])
      expect(await send(messageTo(url))).toMatchObject({
        error: expect.stringMatching(/the address is refused/) as unknown,
      });
    expect(await send(messageTo(`https://shop.example:${port}/`))).toEqual({
      ok: false,
      status: null,
      error: 'the name shop.example leads to 127.0.0.1, which is not a public address (loopback)',
    });
    expect(await send(messageTo(receiver.url))).toMatchObject({ ok: false });
    expect(receiver.connections()).toBe(0);
  });

  it('a name is looked up by the guard and nobody else, once for each connection', async () => {
    let asked = 0;
    const { port } = new URL(receiver.url);
    const resolve = () => ((asked += 1), local('127.0.0.1')());
    const { send } = senderWith({ resolve });
    await send(messageTo(`http://no-such-name.invalid:${port}/`));
    await send(messageTo(`http://no-such-name.invalid:${port}/`));
    expect(receiver.received).toHaveLength(2);
    expect(asked).toBe(1);
  });
});
