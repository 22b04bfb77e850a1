/** What a sender makes of the answers of a receiver, and of one that takes its time. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answering, messageTo, openReceiver, type Behaviour, type Receiver } from './testing/receiver.ts';
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

describe('an answer', () => {
  it.each([200, 201, 202, 204, 299])('of %i is taken', async (status) => {
    receiver.behave(answering(status));
    expect(await senderWith().send(messageTo(receiver.url))).toEqual({ ok: true, status });
  });

  it.each([304, 400, 401, 404, 410, 422, 500, 502, 599])('of %i is a failure that names it', async (status) => {
    receiver.behave(answering(status));
    expect(await senderWith().send(messageTo(receiver.url))).toMatchObject({ ok: false, status });
  });

  it.each([301, 302, 303, 307, 308])('of %i is a failure, and nobody follows it', async (status) => {
    const elsewhere = await openReceiver();
    receiver.behave(answering(status, { location: elsewhere.url }));
    expect(await senderWith().send(messageTo(receiver.url))).toEqual({
      ok: false,
      status,
      error: `answered ${status}, and redirects are not followed`,
    });
    expect(elsewhere.connections()).toBe(0);
    await elsewhere.end();
  });

  it.each([
    [429, '7', 7_000],
    [503, '86401', 86_400_000],
    [500, 'soon', undefined],
  ])('of %i with Retry-After: %s asks for %s ms', async (status, header, retryAfterMs) => {
    receiver.behave(answering(status, { 'retry-after': header }));
    const outcome = await senderWith().send(messageTo(receiver.url));
    expect(outcome).toEqual({
      ok: false,
      status,
      error: `answered ${status}`,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  });

  it('without end is cut after 64 KiB, taken by its status, and its connection closed', async () => {
    let written = 0;
    receiver.behave((response) => {
      response.writeHead(200);
      const write = () => {
        while (!response.destroyed) {
          written += 16_384;
          if (!response.write(Buffer.alloc(16_384))) break;
        }
      };
      response.on('drain', write);
      write();
    });
    expect(await senderWith().send(messageTo(receiver.url))).toEqual({ ok: true, status: 200 });
    await expect.poll(() => receiver.open()).toBe(0);
    // What the buffers of both ends hold, not what the receiver had to say.
    expect(written).toBeLessThan(20_000_000);
  });

  it.each<[string, Behaviour, string]>([
    [
      'of a known length',
      (response, _request, socket) => {
        response.writeHead(200, { 'content-length': '1000' }).write('begun');
        setTimeout(() => socket.destroy(), 20);
      },
      'answered 200, then: the answer was cut short',
    ],
    [
      'in chunks',
      (response, _request, socket) => {
        response.writeHead(200).write('begun');
        setTimeout(() => socket.resetAndDestroy(), 20);
      },
      'answered 200, then: the answer was cut short',
    ],
  ])('%s that breaks off is a failure, though its status was good', async (_what, behaviour, error) => {
    receiver.behave(behaviour);
    expect(await senderWith().send(messageTo(receiver.url))).toEqual({ ok: false, status: 200, error });
  });

  it.each<[string, Behaviour, RegExp]>([
    ['none: closed', (_response, _request, socket) => socket.end(), /socket hang up/],
    ['none: reset', (_response, _request, socket) => socket.resetAndDestroy(), /ECONNRESET|socket hang up/],
    ['no HTTP', (_response, _request, socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'), /Parse Error/],
    [
      'headers without end',
      (_response, _request, socket) => socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`),
      /Header overflow/,
    ],
    [
      'another protocol',
      (_response, _request, socket) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      /./,
    ],
    [
      'early hints and nothing else',
      (_response, _request, socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n'),
      /socket hang up/,
    ],
  ])('that is %s is a failure without a status', async (_what, behaviour, error) => {
    receiver.behave(behaviour);
    expect(await senderWith().send(messageTo(receiver.url))).toEqual({
      ok: false,
      status: null,
      error: expect.stringMatching(error) as unknown,
    });
  });
});

describe('time', () => {
  const within = async <T>(work: Promise<T>): Promise<{ readonly outcome: T; readonly tookMs: number }> => {
    const began = performance.now();
    return { outcome: await work, tookMs: performance.now() - began };
  };

  it.each<[string, Behaviour, number | null]>([
    ['never answers', () => undefined, null],
    [
      'drips its headers',
      (_response, _request, socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx: ');
        drip(socket, 'x');
      },
      null,
    ],
    [
      'drips its body',
      (response, _request, socket) => {
        response.writeHead(200).flushHeaders();
        drip(socket, '1\r\na\r\n');
      },
      200,
    ],
  ])('ends a receiver that %s', async (_what, behaviour, status) => {
    receiver.behave(behaviour);
    const { outcome, tookMs } = await within(senderWith({ timeoutMs: 300 }).send(messageTo(receiver.url)));
    expect(outcome).toMatchObject({ ok: false, status, error: expect.stringContaining('within 300 ms') as unknown });
    expect(tookMs).toBeLessThan(1_500);
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it('ends a connection that is not made', async () => {
    const sender = senderWith({ connectTimeoutMs: 100, resolve: () => new Promise(() => undefined) });
    const { outcome, tookMs } = await within(sender.send(messageTo('http://shop.example/')));
    expect(outcome).toEqual({ ok: false, status: null, error: 'no connection within 100 ms' });
    expect(tookMs).toBeLessThan(1_500);
  });

  it('ends a receiver that takes the connection and never shakes hands', async () => {
    const mute = createServer((socket) => void socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo; // A TCP server that listens has one.
    const sender = senderWith({ connectTimeoutMs: 200 });
    const { outcome, tookMs } = await within(sender.send(messageTo(`https://127.0.0.1:${port}/`)));
    expect(outcome).toEqual({ ok: false, status: null, error: 'no connection within 200 ms' });
    expect(tookMs).toBeLessThan(1_500);
    await new Promise((resolve) => mute.close(resolve));
  });

  it('is given to a receiver that needs more of it than a connection is kept', async () => {
    receiver.behave((response) => void setTimeout(() => response.writeHead(202).end(), 5_000));
    expect(await senderWith({ timeoutMs: 15_000 }).send(messageTo(receiver.url))).toEqual({ ok: true, status: 202 });
  });

  it('of one receiver is not that of another', async () => {
    const quick = await openReceiver();
    receiver.behave(() => undefined);
    const { send } = senderWith({ timeoutMs: 3_000 });
    const slow = Array.from({ length: 100 }, () => send(messageTo(receiver.url)));
    const { outcome, tookMs } = await within(send(messageTo(quick.url)));
    expect(outcome).toMatchObject({ ok: true });
    expect(tookMs).toBeLessThan(1_500);
    expect((await Promise.all(slow)).every(({ ok }) => !ok)).toBe(true);
    await quick.end();
  });
});

/** A little every 20 ms, for as long as anybody listens. */
function drip(socket: Socket, text: string): void {
  socket.write(text);
  const timer = setInterval(() => socket.write(text), 20);
  socket.once('close', () => clearInterval(timer));
}
