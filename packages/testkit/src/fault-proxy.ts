/**
 * A TCP proxy that stands between a client and a database (or Redis) and does at will what networks and servers do by accident: cuts a connection
 * before a statement arrives, or after it worked and before the answer, hangs, delays, refuses.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFramer, type Protocol } from './client-frames.ts';
import { promisesMore } from './mysql-messages.ts';

export type Fault =
  /** The message never arrives; the client sees its connection end. */
  | { readonly kind: 'cutBefore' }
  /** The message arrives and is answered, yet the client sees its connection end instead of the answer. */
  | { readonly kind: 'cutAfter' }
  /** The message arrives and is answered, yet the client hears nothing, for ever. */
  | { readonly kind: 'swallow' }
  /** The message, and all that follows it on this connection, arrives later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Of the answer so many bytes arrive, then the connection ends. */
  | { readonly kind: 'cutReplyAfter'; readonly bytes: number }
  /** The message never arrives, and nobody is told: a network that swallows what goes one way. */
  | { readonly kind: 'drop' }
  /** Another message arrives instead, and what it is answered is replaced as well. */
  | { readonly kind: 'replace'; readonly message: (original: Buffer) => Buffer; readonly answer: Buffer };

export interface FaultRule {
  /** Text that the client's message contains (letter case aside), or a test of its bytes. */
  readonly match: string | ((message: Buffer) => boolean);
  readonly fault: Fault;
  /** How many messages are struck; default 1. */
  readonly times?: number;
  /** How many matching messages are let through first; default 0. */
  readonly skip?: number;
}

export interface Injection {
  /** How often the fault struck. */
  struck(): number;
  /** Ends the rule early. */
  remove(): void;
}

export interface FaultCounters {
  readonly connections: number;
  readonly refused: number;
  readonly messages: number;
  readonly struck: Readonly<Record<Fault['kind'], number>>;
}

export interface FaultProxy {
  readonly port: number;
  /** The same URL with the proxy in place of its host and port. */
  urlFor(url: string): string;
  inject(rule: FaultRule): Injection;
  /** Ends every open connection now. */
  cutAll(): void;
  /** Stops listening (true), so that new connections are refused, or listens again on the same port (false). */
  refuse(on: boolean): Promise<void>;
  /** No more bytes in either direction on any connection, and none is closed, until it is called with false. */
  freeze(on: boolean): void;
  /** From now on new connections lead to this port. */
  moveTo(port: number): void;
  counters(): FaultCounters;
  close(): Promise<void>;
}

export interface FaultProxyOptions {
  readonly target: { readonly host?: string; readonly port: number };
  readonly protocol: Protocol;
}

interface Rule {
  readonly matches: (message: Buffer) => boolean;
  readonly fault: Fault;
  skip: number;
  left: number;
  struck: number;
}

const HOST = '127.0.0.1';

export async function createFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const rules: Rule[] = [];
  const open = new Set<Link>();
  const seen = { connections: 0, refused: 0, messages: 0 };
  const struck = { cutBefore: 0, cutAfter: 0, swallow: 0, delay: 0, cutReplyAfter: 0, drop: 0, replace: 0 };
  let { port: targetPort } = options.target;
  const strike = (message: Buffer): Fault | undefined => {
    seen.messages += 1;
    const rule = rules.find((each) => each.left > 0 && each.matches(message));
    if (rule === undefined) return undefined;
    if (rule.skip > 0) {
      rule.skip -= 1;
      return undefined;
    }
    rule.left -= 1;
    rule.struck += 1;
    struck[rule.fault.kind] += 1;
    return rule.fault;
  };
  const server = createServer((client) => {
    seen.connections += 1;
    const link = createLink({
      client,
      server: connect({ host: options.target.host ?? HOST, port: targetPort }),
      protocol: options.protocol,
      strike,
    });
    open.add(link);
    void link.ended.then(() => open.delete(link));
  });
  const port = await listen(server, 0);
  return {
    port,
    urlFor: (url) => replaceAddress(url, port),
    inject: (rule) => addRule(rules, rule),
    cutAll: () => open.forEach((link) => link.cut()),
    async refuse(on) {
      if (on === !server.listening) return;
      if (!on) return void (await listen(server, port));
      // close() also waits for open connections to end; listening stops at once.
      server.close();
    },
    freeze: (on) => open.forEach((link) => link.freeze(on)),
    moveTo(to) {
      targetPort = to;
    },
    counters: () => ({ ...seen, struck: { ...struck } }),
    async close() {
      const closed = server.listening ? once(server, 'close') : Promise.resolve();
      server.close();
      open.forEach((link) => link.cut());
      await closed;
    },
  };
}

function addRule(rules: Rule[], { match, fault, times = 1, skip = 0 }: FaultRule): Injection {
  const matches =
    typeof match === 'string'
      ? (message: Buffer) => message.toString('latin1').toLowerCase().includes(match.toLowerCase())
      : match;
  const rule: Rule = { matches, fault, skip, left: times, struck: 0 };
  rules.push(rule);
  return {
    struck: () => rule.struck,
    remove() {
      rule.left = 0;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // A TCP server that listens has a port.
}

function replaceAddress(url: string, port: number): string {
  const replaced = new URL(url);
  replaced.hostname = HOST;
  replaced.port = String(port);
  return replaced.toString();
}

interface Link {
  readonly ended: Promise<void>;
  cut(): void;
  freeze(on: boolean): void;
}

interface LinkOptions {
  readonly client: Socket;
  readonly server: Socket;
  readonly protocol: Protocol;
  readonly strike: (message: Buffer) => Fault | undefined;
}

/** One client's connection and the server's end of it. */
function createLink({ client, server, protocol, strike }: LinkOptions): Link {
  const frames = createFramer(protocol);
  let reply: 'pass' | 'cut' | 'swallow' | number | Buffer = 'pass';
  let turn = Promise.resolve();
  const cut = (): void => {
    client.resetAndDestroy();
    server.destroy();
  };
  const forward = async (message: Buffer): Promise<void> => {
    const fault = strike(message);
    if (fault?.kind === 'cutBefore') return cut();
    if (fault?.kind === 'drop') return;
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'cutAfter') reply = 'cut';
    if (fault?.kind === 'swallow') reply = 'swallow';
    if (fault?.kind === 'cutReplyAfter') reply = fault.bytes;
    if (fault?.kind === 'replace') reply = fault.answer;
    if (!server.destroyed) server.write(fault?.kind === 'replace' ? fault.message(message) : message);
  };
  client.on('data', (chunk: Buffer) => {
    for (const message of frames(chunk)) turn = turn.then(() => forward(message));
  });
  server.on('data', (chunk: Buffer) => {
    if (reply === 'swallow') return;
    if (reply === 'cut') return protocol === 'mysql' && promisesMore(chunk) ? undefined : cut();
    if (reply === 'pass') return void client.write(chunk);
    if (Buffer.isBuffer(reply)) {
      client.write(reply);
      reply = 'pass';
      return;
    }
    client.write(chunk.subarray(0, reply));
    reply -= chunk.length;
    if (reply <= 0) client.end(() => cut());
  });
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    from.setNoDelay(true);
    from.on('error', () => to.destroy());
    // What is still on its way is delivered first; a swallowed answer stays swallowed while the client waits.
    from.on('close', () =>
      from === server && reply === 'swallow' ? undefined : void turn.then(() => to.destroySoon()),
    );
  }
  const ended = Promise.all(
    [client, server].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))),
  );
  return {
    ended: ended.then(() => undefined),
    cut,
    freeze: (on) => [client, server].forEach((socket) => (on ? socket.pause() : socket.resume())),
  };
}
