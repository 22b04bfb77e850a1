/** An HTTP server whose every answer is a stream that the test writes itself. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface StreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  readonly response: ServerResponse;
  /** Whether the client is still there. */
  isOpen(): boolean;
  /** Begins the stream, as tRPC does. */
  begin(silenceMs?: number): void;
  send(id: string, data: unknown): void;
  event(event: string, data?: unknown): void;
  /** Hangs up in the middle. */
  cut(): void;
}

export interface StreamingServer {
  readonly url: string;
  readonly requests: StreamRequest[];
  close(): Promise<void>;
}

/** `answer` is called with every request, and its number from 0. */
export async function streamingServer(
  answer: (request: StreamRequest, number: number) => void,
): Promise<StreamingServer> {
  const requests: StreamRequest[] = [];
  const server = createServer((message, response) => {
    void text(message).then((body) => {
      let open = true;
      response.on('close', () => (open = false));
      const request: StreamRequest = {
        method: message.method ?? '',
        path: message.url ?? '',
        headers: message.headers,
        body: JSON.parse(body || 'null'),
        response,
        isOpen: () => open,
        begin(silenceMs) {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          request.event('connected', silenceMs === undefined ? {} : { reconnectAfterInactivityMs: silenceMs });
        },
        send: (id, data) => void response.write(`data: ${JSON.stringify(data)}\nid: ${id}\n\n\n`),
        event: (event, data = '') =>
          void response.write(`event: ${event}\ndata: ${data === '' ? '' : JSON.stringify(data)}\n\n\n`),
        cut: () => void message.socket.destroy(),
      };
      requests.push(request);
      answer(request, requests.length - 1);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
