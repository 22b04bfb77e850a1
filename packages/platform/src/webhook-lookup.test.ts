import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { createSocket, type Socket } from 'node:dgram';
import { stat } from 'node:fs/promises';
import { createGuardedLookup, createPublicResolve, resolveLocally, type Resolve } from './webhook-lookup.ts';

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 });

/** What a connection would be given to go to. */
function askAll(resolve: Resolve, allowPrivate = false): Promise<readonly LookupAddress[]> {
  return new Promise((done, fail) => {
    createGuardedLookup(resolve, allowPrivate)('shop.example', { all: true }, (error, found) => {
      if (error === null) done(found as LookupAddress[]);
      else fail(error);
    });
  });
}

describe('the look-up of a webhook', () => {
  it('gives the public addresses of a name, whatever else it has', async () => {
    const resolve: Resolve = async () => ['10.0.0.1', '1.1.1.1', '::1', '2606:4700::1', '64:ff9b::a00:1'].map(address);
    expect(await askAll(resolve)).toEqual([address('1.1.1.1'), address('2606:4700::1')]);
    expect(await askAll(resolve, true)).toHaveLength(5);
  });

  it('answers one address where one is asked for', async () => {
    const answer = await new Promise((done) => {
      createGuardedLookup(async () => ['10.0.0.1', '1.1.1.1'].map(address), false)('x', {}, (...given) => done(given));
    });
    expect(answer).toEqual([null, '1.1.1.1', 4]);
  });

  it.each(['127.0.0.1', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fd00:ec2::254', 'not an address'])(
    'refuses a name that leads to %s alone, and says where',
    async (closed) => {
      await expect(askAll(async () => [address(closed)])).rejects.toThrow(
        `the name shop.example leads to ${closed}, which is not a public address`,
      );
    },
  );

  it('looks anew at each connection, so a name that moves inside is caught', async () => {
    const answers = ['1.1.1.1', '127.0.0.1'];
    const rebinding: Resolve = async () => [address(answers.shift() ?? '127.0.0.1')];
    expect(await askAll(rebinding)).toEqual([address('1.1.1.1')]);
    await expect(askAll(rebinding)).rejects.toThrow(/leads to 127\.0\.0\.1/);
  });

  it('tells of a name without addresses, and of a look-up that fails', async () => {
    await expect(askAll(async () => [])).rejects.toThrow('the name shop.example has no address');
    await expect(askAll(() => Promise.reject(new Error('queryA ENOTFOUND')))).rejects.toThrow('queryA ENOTFOUND');
  });
});

/** A name server on this machine; `answer` gets a query and gives the reply, or nothing. */
async function nameServer(answer: (query: Buffer) => Buffer | undefined): Promise<{ at: string; socket: Socket }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address: from }) => {
    const reply = answer(query);
    if (reply !== undefined) socket.send(reply, port, from);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { at: `127.0.0.1:${socket.address().port}`, socket };
}

const TYPE_A = 1;
const typeAsked = (query: Buffer) => query.readUInt16BE(query.indexOf(0, 12) + 1);

/** The query as a reply, with the given error code and addresses of IPv4. */
function reply(query: Buffer, code: number, addresses: readonly number[][]): Buffer {
  const head = Buffer.from(query.subarray(0, query.indexOf(0, 12) + 5));
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map((bytes) => Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...bytes]));
  return Buffer.concat([head, ...records]);
}

describe('a name server', () => {
  it('is asked for addresses of both families, and one of them is enough', async () => {
    const { at, socket } = await nameServer((query) =>
      typeAsked(query) === TYPE_A
        ? reply(query, 0, [
            [1, 1, 1, 1],
            [127, 0, 0, 1],
          ])
        : reply(query, 0, []),
    );
    expect(await createPublicResolve([at])('shop.example')).toEqual([address('1.1.1.1'), address('127.0.0.1')]);
    expect(await askAll(createPublicResolve([at]))).toEqual([address('1.1.1.1')]);
    socket.close();
  });

  it('that knows no such name is told of', async () => {
    const { at, socket } = await nameServer((query) => reply(query, 3, []));
    await expect(askAll(createPublicResolve([at]))).rejects.toThrow(/ENOTFOUND/);
    socket.close();
  });

  it('that never answers holds up nothing else, however many names lead to it', async () => {
    const { at, socket } = await nameServer(() => undefined);
    const resolve = createPublicResolve([at]);
    const hanging = Promise.allSettled(Array.from({ length: 64 }, (_, name) => resolve(`shop-${name}.example`)));
    const began = performance.now();
    await stat('.');
    await resolveLocally('localhost');
    expect(performance.now() - began).toBeLessThan(1_000);
    expect((await hanging).every(({ status }) => status === 'rejected')).toBe(true);
    socket.close();
  });
});
