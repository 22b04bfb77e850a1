/** An HTTP server that does to each request what the script says next, and remembers what it was sent. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ErrorKind, errorTable, GranaryError } from '@granary/contracts/error';

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The inputs of the calls in this request, one for each procedure in the path. */
  readonly inputs: readonly unknown[];
}

export type Act =
  /** Hangs up before it has read the request. */
  | { readonly act: 'drop before' }
  /** Reads the request, as if it carried it out, and hangs up without an answer. */
  | { readonly act: 'drop after' }
  /** Begins an answer and hangs up in the middle of it. */
  | { readonly act: 'drop within' }
  | { readonly act: 'hang' }
  | {
      readonly act: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  /** One error of Granary for every call. */
  | { readonly act: 'refuse'; readonly kind: ErrorKind; readonly details: unknown }
  /** One success for every call, with the call's own input as its answer. */
  | { readonly act: 'echo' };

export interface ScriptedServer {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** After the last act every request is echoed. */
export async function scriptedServer(script: Act[]): Promise<ScriptedServer> {
  const received: Received[] = [];
  const left = [...script];
  const server = createServer((request, response) => {
    void play(left.shift() ?? { act: 'echo' }, { request, response, received });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Stage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly received: Received[];
}

async function play(act: Act, { request, response, received }: Stage): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://x');
  if (act.act === 'drop before') {
    received.push({ path: url.pathname, headers: request.headers, inputs: [] });
    request.socket.destroy();
    return;
  }
  const body: unknown = JSON.parse((await text(request)) || 'null');
  const isBatch = url.searchParams.get('batch') === '1';
  const inputs = isBatch
    ? url.pathname
        .split(',')
        .map((_path, at) => Object.entries(body ?? {}).find(([index]) => index === String(at))?.[1] as unknown)
    : [body];
  received.push({ path: url.pathname, headers: request.headers, inputs });
  if (act.act === 'hang') return;
  if (act.act === 'drop after') {
    request.socket.destroy();
    return;
  }
  if (act.act === 'drop within') {
    response.writeHead(200, { 'content-type': 'application/json' }).write('[{"result":{"da');
    setTimeout(() => request.socket.destroy(), 20);
    return;
  }
  if (act.act === 'answer') {
    response.writeHead(act.status, act.headers).end(act.body);
    return;
  }
  const items = inputs.map((input) =>
    act.act === 'echo' ? { result: { data: input } } : { error: refusal(act.kind, act.details) },
  );
  response
    .writeHead(act.act === 'echo' ? 200 : errorTable[act.kind].http, { 'content-type': 'application/json' })
    .end(JSON.stringify(isBatch ? items : items[0]));
}

function refusal(kind: ErrorKind, details: unknown) {
  // The script of a test knows which details belong to its kind.
  const error = new GranaryError(kind, { message: `refused: ${kind}`, hint: 'a hint', details: details as never });
  return { message: error.message, code: -32000, data: { ...error.toAnswer(), httpStatus: errorTable[kind].http } };
}
