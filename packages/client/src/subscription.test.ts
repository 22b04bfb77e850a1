/** A subscription against a server that does what networks and apis do: it comes back by itself, from where it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorKind, errorTable, GranaryError } from '@granary/contracts/error';
import { expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, createClient } from './client.ts';
import { ConnectionError } from './connection-error.ts';
import type { ConnectionState, Failure } from './subscription.ts';
import { type StreamingServer, type StreamRequest, streamingServer } from './testing/streaming-server.ts';

const position = { kind: 'position' };

interface Watching {
  readonly server: StreamingServer;
  readonly heard: { readonly id: string; readonly data: unknown }[];
  readonly states: ConnectionState[];
  readonly errors: Failure[];
  readonly completed: () => number;
  leave(): void;
}

async function watch(
  answer: (request: StreamRequest, number: number) => void,
  options: Partial<ClientOptions> & { readonly signal?: AbortSignal; readonly input?: { skuIds?: string[] } } = {},
): Promise<Watching> {
  const { signal, input = { skuIds: ['A'] }, ...rest } = options;
  const server = await streamingServer(answer);
  const client = createClient({ url: server.url, ...rest });
  const heard: Watching['heard'] = [];
  const states: ConnectionState[] = [];
  const errors: Failure[] = [];
  let completed = 0;
  const { unsubscribe } = client.stock.watch.subscribe(input, {
    onData: (item) => heard.push(item),
    onConnectionStateChange: (state) => states.push(state),
    onError: (error) => errors.push(error),
    onComplete: () => (completed += 1),
    ...(signal === undefined ? {} : { signal }),
  });
  onTestFinished(async () => {
    unsubscribe();
    await server.close();
  });
  return { server, heard, states, errors, completed: () => completed, leave: unsubscribe };
}

const eventually = (asked: () => unknown) => expect.poll(asked, { timeout: 10_000, interval: 5 });
const idsOf = ({ heard }: Watching) => heard.map(({ id }) => id);
const bodiesOf = ({ server }: Watching) => server.requests.map(({ body }) => body);

function refuse(response: StreamRequest['response'], kind: ErrorKind, details: object): void {
  const { http } = errorTable[kind];
  response
    .writeHead(http, { 'content-type': 'application/json' })
    .end(JSON.stringify({ error: shapeOf(kind, details) }));
}
function shapeOf(kind: ErrorKind, details: object) {
  const error = new GranaryError(kind, { message: kind, hint: 'a hint', details: details as never });
  return { message: kind, code: -32000, data: { ...error.toAnswer(), httpStatus: errorTable[kind].http } };
}

test('hears items with their ids, over one POST with the token in its header and not in the URL', async () => {
  const watching = await watch(
    (request) => {
      request.begin();
      request.send('1-0', position);
      request.event('ping');
      request.event('restore-id');
      request.send('2-0', position);
    },
    { token: 'gk_1_secret' },
  );
  await eventually(() => watching.heard).toEqual([
    { id: '1-0', data: position },
    { id: '2-0', data: position },
  ]);
  expect(watching.server.requests).toMatchObject([
    {
      method: 'POST',
      path: '/trpc/stock.watch',
      headers: { authorization: 'Bearer gk_1_secret' },
      body: { skuIds: ['A'] },
    },
  ]);
  expect(watching.states).toEqual([{ state: 'connecting', error: undefined }, { state: 'open' }]);
});

test('comes back with the last id after a cut, after an end without a word, and after a half-sent item', async () => {
  const watching = await watch((request, number) => {
    request.begin();
    if (number < 4) request.send(`${number + 1}-0`, position);
    if (number === 0) setTimeout(() => request.cut(), 10);
    if (number === 1) request.response.end();
    if (number === 2) request.response.write('data: {"kind":"posi', () => setTimeout(() => request.cut(), 10));
  });
  await eventually(() => idsOf(watching)).toEqual(['1-0', '2-0', '3-0', '4-0']);
  expect(bodiesOf(watching)).toEqual([
    { skuIds: ['A'] },
    { skuIds: ['A'], lastEventId: '1-0' },
    { skuIds: ['A'], lastEventId: '2-0' },
    { skuIds: ['A'], lastEventId: '3-0' },
  ]);
  expect(watching.errors).toEqual([]);
  const reasons = watching.states.flatMap((state) => (state.state === 'connecting' ? [state.error?.name] : []));
  expect(reasons).toEqual([undefined, 'ConnectionError', undefined, 'ConnectionError']);
});

test('what may pass is waited out: refusals of both shapes, a proxy’s page, nobody there', async () => {
  const watching = await watch((request, number) => {
    const details = { retryAfterSeconds: 0, dependency: 'Redis' };
    if (number === 0) return refuse(request.response, 'shuttingDown', details);
    if (number === 1) return void request.response.writeHead(502, { 'content-type': 'text/html' }).end('<html>');
    if (number === 2) return request.cut();
    request.begin();
    if (number === 3) {
      request.event('serialized-error', shapeOf('unavailable', details));
      return void request.response.end();
    }
    request.send('1-0', position);
  });
  await eventually(() => idsOf(watching)).toEqual(['1-0']);
  const reasons = watching.states.flatMap((state) => (state.state === 'connecting' ? [state.error] : []));
  expect(reasons).toMatchObject([
    ...[undefined, { kind: 'shuttingDown' }, { problem: 'unreadable', status: 502 }, { problem: 'unreachable' }],
    { kind: 'unavailable' },
  ]);
  expect(watching.errors).toEqual([]);
});

test.each<[string, (request: StreamRequest) => void]>([
  ['before the stream', ({ response }) => refuse(response, 'notPermitted', { permission: 'stock.read' })],
  [
    'in the stream',
    (request) => {
      request.begin();
      request.event('serialized-error', shapeOf('notPermitted', { permission: 'stock.read' }));
    },
  ],
])('a refusal for good ends it, typed: %s', async (_where, answer) => {
  const watching = await watch(answer);
  await eventually(() => watching.errors.length).toBe(1);
  expect(watching.errors[0]).toBeInstanceOf(GranaryError);
  expect(watching.errors[0]).toMatchObject({ kind: 'notPermitted', details: { permission: 'stock.read' } });
  await sleep(300);
  expect(watching.server.requests).toHaveLength(1);
});

test('a page that will stay ends it', async () => {
  const watching = await watch(({ response }) => void response.writeHead(404).end('nothing here'));
  await eventually(() => watching.errors).toMatchObject([{ problem: 'unreadable', status: 404 }]);
  expect(watching.errors[0]).toBeInstanceOf(ConnectionError);
});

test('a stream that falls silent for longer than the api said is given up and opened anew', async () => {
  const watching = await watch((request, number) => {
    request.begin(150);
    request.send(`${number + 1}-0`, position);
    // One that pings is not silent.
    if (number === 1) for (let at = 1; at < 20; at += 1) setTimeout(() => request.event('ping'), at * 50);
  });
  await eventually(() => idsOf(watching)).toEqual(['1-0', '2-0']);
  await sleep(600);
  expect(watching.server.requests).toHaveLength(2);
  await eventually(() => idsOf(watching).length).toBeGreaterThan(2);
  expect(watching.server.requests[0]?.isOpen()).toBe(false);
});

test('one that does not even begin is given up after timeoutMs', async () => {
  const watching = await watch((request, number) => (number === 0 ? undefined : request.begin()), { timeoutMs: 100 });
  await eventually(() => watching.states.at(-1)).toEqual({ state: 'open' });
  expect(watching.states[1]).toMatchObject({ state: 'connecting', error: { problem: 'timeout' } });
});

test.each(['unsubscribe', 'signal'])('after %s nothing is heard, and the server is told', async (how) => {
  const controller = new AbortController();
  const watching = await watch(
    (request) => {
      request.begin();
      request.send('1-0', position);
    },
    { signal: controller.signal },
  );
  await eventually(() => idsOf(watching)).toEqual(['1-0']);
  const [request] = watching.server.requests;
  if (how === 'signal') controller.abort();
  else watching.leave();
  request?.send('2-0', position);
  await eventually(() => request?.isOpen()).toBe(false);
  await sleep(250);
  expect(idsOf(watching)).toEqual(['1-0']);
  expect(watching.server.requests).toHaveLength(1);
  expect([watching.errors, watching.completed()]).toEqual([[], 0]);
});

test('with a signal that was aborted before, nothing is sent', async () => {
  const watching = await watch((request) => request.begin(), { signal: AbortSignal.abort() });
  await sleep(100);
  expect(watching.server.requests).toEqual([]);
});

test('an api that has no more to say completes it', async () => {
  const watching = await watch((request) => {
    request.begin();
    request.event('return');
    request.response.end();
  });
  await eventually(watching.completed).toBe(1);
  await sleep(250);
  expect(watching.server.requests).toHaveLength(1);
});

test('what is no JSON is not taken for an item; the stream is opened anew', async () => {
  const watching = await watch((request, number) => {
    request.begin();
    if (number === 0) request.response.write('data: <html>\n\n');
    else request.send('1-0', position);
  });
  await eventually(() => idsOf(watching)).toEqual(['1-0']);
});

test('a call and a subscription are told apart by their last word', () => {
  const client = createClient({ url: 'http://127.0.0.1:1' });
  const wrong = client.stock as unknown as { watch: { ask: (input: object) => unknown } };
  expect(() => wrong.watch.ask({})).toThrow('.subscribe(input, handlers)');
});
