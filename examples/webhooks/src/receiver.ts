/** The server that Granary posts to. It answers only when the event was taken in, since an answer of 2xx means that it is not sent again. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type StockEvent, verifyWebhook, WebhookVerificationError } from '@granary/client';

export interface ReceiverOptions {
  readonly port: number;
  /** Asked at each request, as they change during a rotation. */
  readonly secrets: () => readonly string[];
  readonly take: (event: StockEvent) => void;
}

export interface Receiver {
  readonly url: string;
  /** Requests that were not to be believed, by the reason. */
  readonly refused: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const PATH = '/granary';
/** An event of a document with a thousand lines stays far below. */
const MAX_BODY_BYTES = 4_000_000;

export async function openReceiver({ port, secrets, take }: ReceiverOptions): Promise<Receiver> {
  const refused = new Map<string, number>();
  const server = createServer((request, response) => {
    statusOf(request).then(
      (status) => end(response, status),
      () => end(response, 500),
    );
  });

  async function statusOf(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST' || request.url !== PATH) return 404;
    const body = await bodyOf(request);
    if (body === undefined) return 413;
    try {
      take(await verifyWebhook({ body, headers: request.headers, secrets: secrets() }));
      return 204;
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      refused.set(error.reason, (refused.get(error.reason) ?? 0) + 1);
      return 400;
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo; // A TCP server that listens has one.
  return {
    url: `http://127.0.0.1:${address.port}${PATH}`,
    refused,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      // Granary keeps connections for the next event.
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Undefined when it is too long; the rest is not read. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function end(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status);
  response.end();
}
