/** Receives webhooks: one server, one path for each webhook, each with its manners; every request is verified and noted. */
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyWebhook } from '@granary/client';
import type { StockEvent } from '@granary/contracts/event';
import type { Hook, Order, Report } from './message.ts';
import { note, noteOf } from './note.ts';

const report = (message: Report) => process.send?.(message);
const hooks = new Map<string, Hook>();
const firstAt = new Map<string, number>();
const brokenOff = new Set<string>();
let folder = '';

process.on('disconnect', () => process.exit(1));
process.once('SIGTERM', () => process.exit(0));
process.on('message', (order: Order) => {
  if (order.kind === 'hook') {
    hooks.set(order.hook.name, order.hook);
    report({ kind: 'hooked' });
  }
  if (order.kind !== 'receive') return;
  folder = order.folder;
  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      note(journalOf('target'), { stray: String(error) });
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1', () => report({ kind: 'ready', port: (server.address() as AddressInfo).port }));
});

const journalOf = (name: string) => join(folder, `${name}.jsonl`);

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = (request.url ?? '').slice(1);
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const hook = hooks.get(name);
  // Nobody was told to post anywhere else: whoever does was led there by a redirect.
  if (hook === undefined) {
    note(journalOf('target'), { stray: `${request.method ?? ''} ${request.url ?? ''}` });
    return void response.writeHead(200).end();
  }
  const body = Buffer.concat(parts);
  try {
    await answer(response, hook, await verifyWebhook({ body, headers: request.headers, secret: hook.secret }));
  } catch (error) {
    note(journalOf(name), { stray: `not verified: ${String(error)}` });
    response.writeHead(400).end();
  }
}

async function answer(response: ServerResponse, { name, manner }: Hook, event: StockEvent): Promise<void> {
  const say = (status: number, headers: Record<string, string> = {}) => {
    note(journalOf(name), noteOf(event, status === 200));
    response.writeHead(status, headers).end();
  };
  switch (manner.kind) {
    case 'good':
      return say(200);
    case 'slow':
      await sleep(manner.ms);
      return say(200);
    case 'failing': {
      const since = firstAt.get(name) ?? Date.now();
      firstAt.set(name, since);
      return say(Date.now() - since < manner.ms ? 500 : 200);
    }
    case 'closing':
      if (brokenOff.has(event.id)) return say(200);
      brokenOff.add(event.id);
      note(journalOf(name), noteOf(event, false));
      response.writeHead(200, { 'content-length': '1000' });
      return void response.write('half of a bo', () => response.destroy());
    case 'redirecting':
      return say(302, { location: manner.to });
    case 'poisoned':
      return say(event.id === manner.by.eventId && !existsSync(manner.by.mendedBy) ? 500 : 200);
  }
}
