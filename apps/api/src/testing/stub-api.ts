/** An api over a stub domain on a free port, and the two ways of talking to it: fetch, and bytes on a socket. */
import { connect } from 'node:net';
import type { SystemReadiness } from '@granary/contracts/system';
import type { Log } from '@granary/domain/ports/domain-ports';
import type { Principal } from '@granary/contracts/permission';
import type { EventStreamReader } from '@granary/platform/event-stream-reader';
import type { AnyRouter } from '@trpc/server';
import type { RateLimits } from '../limits/rate-gate.ts';
import type { ServerLimits } from '../node-server.ts';
import { type Api, createApi } from '../server.ts';
import { type StubCall, stubCost, stubDomain } from './stub-domain.ts';

export interface StubApi {
  readonly api: Api;
  readonly url: string;
  readonly port: number;
  readonly calls: StubCall[];
  readonly lines: { readonly level: string; readonly message: string; readonly facts: Record<string, unknown> }[];
}

export interface StubOptions {
  readonly answer?: (call: StubCall) => unknown;
  readonly ready?: () => Promise<SystemReadiness>;
  readonly limits?: Partial<ServerLimits>;
  readonly router?: AnyRouter;
  readonly events?: EventStreamReader;
  readonly principal?: Principal;
  readonly leanHttp?: boolean;
  readonly access?: 'local' | 'tokens';
  readonly rates?: RateLimits;
  readonly corsOrigins?: readonly string[];
}

export const readyNow: SystemReadiness = {
  ready: true,
  checks: [{ name: 'database', ok: true, detail: 'stub' }],
  now: '2026-11-20T10:00:00.000000Z',
};

export async function openStubApi(options: StubOptions = {}): Promise<StubApi> {
  const calls: StubCall[] = [];
  const lines: StubApi['lines'] = [];
  const log: Log = (level, message, facts) => void lines.push({ level, message, facts: facts ?? {} });
  const answer = (call: StubCall) => {
    calls.push(call);
    return options.answer?.(call);
  };
  const api = createApi({
    domain: stubDomain(answer),
    cost: stubCost(answer),
    requestDeadlineMs: 5_000,
    defaultStrategy: 'fifo',
    ready: options.ready ?? (() => Promise.resolve(readyNow)),
    log,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.router === undefined ? {} : { router: options.router }),
    ...(options.events === undefined ? {} : { events: options.events }),
    ...(options.principal === undefined ? {} : { principal: options.principal }),
    ...(options.leanHttp === undefined ? {} : { leanHttp: options.leanHttp }),
    ...(options.access === undefined ? {} : { access: options.access }),
    ...(options.rates === undefined ? {} : { rates: options.rates }),
    ...(options.corsOrigins === undefined ? {} : { corsOrigins: options.corsOrigins }),
  });
  const { url, port } = await api.listen(0);
  return { api, url, port, calls, lines };
}

export const stockCheckAnswer = { skuId: 'A', inStock: true, available: 3, asOf: '2026-11-20T10:00:00.000000Z' };

/** Sends bytes as they are and answers all that came back until the server ended, or `forMs` passed. */
export function sendBytes(port: number, bytes: string | Buffer, forMs = 3_000): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), forMs);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (received += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
  /** `INV_005` of the error, or of the first error of a batch; undefined when nothing failed. */
  readonly code: string | undefined;
}

export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, headers: response.headers, text, body, code: codeOf(body) };
}

export const JSON_TYPE = { 'content-type': 'application/json' };

/** What must never stand in an answer. */
export const leaks = /\n\s+at |node_modules|\.ts:|\.js:|<html|<!DOCTYPE/i;

/** A POST of a body as it is. */
export function posted(body: RequestInit['body'] & {}, headers: Record<string, string> = JSON_TYPE): RequestInit {
  return { method: 'POST', headers, body };
}

/** The input of a query, as the query string of a GET. */
export function inputOf(input: unknown): string {
  return `?input=${encodeURIComponent(JSON.stringify(input))}`;
}

/** A POST of JSON. */
export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function codeOf(body: unknown): string | undefined {
  const items: unknown[] = Array.isArray(body) ? body : [body];
  for (const item of items) {
    const code = pick(pick(pick(item, 'error'), 'data'), 'code');
    if (typeof code === 'string') return code;
  }
  return undefined;
}

export function pick(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}
