/** A receiver of webhooks for tests: an HTTP server that behaves as it is told and remembers what reached it. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export type Behaviour = (response: http.ServerResponse, request: http.IncomingMessage, socket: Socket) => void;

/** Answers so and nothing else. */
export const answering =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, headers).end();

export const receiverKey = Buffer.alloc(32, 5);
/** A message to a receiver, signed with the key above. */
export const messageTo = (url: string) => ({
  url,
  id: 'level:MUG/default:3',
  timestamp: 1_700_000_000,
  body: '{"a":1}',
  secrets: [`whsec_${receiverKey.toString('base64')}`],
});

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How many connections were ever made. */
  connections(): number;
  /** Connections that are open now. */
  open(): number;
  /** For requests from now on; 204 at first. */
  behave(behaviour: Behaviour): void;
  end(): Promise<void>;
}

/** `make` is for a server of another kind, such as one with TLS. */
export async function openReceiver(
  make: (listener: http.RequestListener) => http.Server = http.createServer,
): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let made = 0;
  let behave: Behaviour = (response) => response.writeHead(204).end();
  const server = make((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      received.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
      behave(response, request, request.socket);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket: Socket) => {
    made += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    connections: () => made,
    open: () => sockets.size,
    behave: (next) => {
      behave = next;
    },
    end: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
