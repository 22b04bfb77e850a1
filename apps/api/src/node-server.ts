/** The HTTP server under Express: time limits for slow senders, and JSON answers where Node would close or send an empty page. */
import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorTable, type GranaryError } from '@granary/contracts/error';
import { errorHeaders, errorShape } from './error-shape.ts';
import { headersTooLarge, malformedRequest, methodNotAllowed, requestTimeout } from './transport-refusal.ts';

export interface ServerLimits {
  /** The whole request must have arrived by then. */
  readonly requestTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly maxConnections: number;
}

export const defaultLimits: ServerLimits = {
  requestTimeoutMs: 15_000,
  headersTimeoutMs: 10_000,
  keepAliveMs: 60_000,
  maxConnections: 10_000,
};

/** URL and headers together. */
const MAX_HEADER_BYTES = 16_384;
/** Node looks for late senders this often; its default of 30 s would make every limit below that void. */
const CHECK_EVERY_MS = 500;

export function createNodeServer(listener: RequestListener, limits: ServerLimits): Server {
  const server = createServer(
    {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.headersTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    listener,
  );
  server.maxConnections = limits.maxConnections;
  server.on('clientError', (error, socket) => answerRaw(socket, refusalOf(error)));
  server.on('connect', (_request, socket) => answerRaw(socket, methodNotAllowed('CONNECT', ['GET', 'POST'])));
  server.on('checkExpectation', (_request, response) => {
    const refusal = malformedRequest('its Expect header asks for something that is not offered');
    response.writeHead(errorTable[refusal.kind].http, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ error: errorShape(refusal) }));
  });
  return server;
}

/** Node's parser names what it refused by a code. */
function refusalOf(error: Error): GranaryError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  if (code === 'HPE_INVALID_METHOD' && beginsLikeHttp(error)) return methodNotAllowed('This method', ['GET', 'POST']);
  return malformedRequest('it is not valid HTTP');
}

/** A TLS greeting or a stray protocol is no unknown method. */
function beginsLikeHttp(error: Error): boolean {
  return (
    'rawPacket' in error &&
    Buffer.isBuffer(error.rawPacket) &&
    /^[A-Z]{1,30} /.test(error.rawPacket.subarray(0, 40).toString('latin1'))
  );
}

/** There is no response object here: the parser gave up before or in the middle of a request. */
function answerRaw(socket: Duplex, refusal: GranaryError): void {
  // Once an answer has begun on this connection, a second head would be read as a part of it.
  if (!socket.writable || hasAnswered(socket)) {
    socket.destroy();
    return;
  }
  const status = errorTable[refusal.kind].http;
  const body = JSON.stringify({ error: errorShape(refusal) });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...errorHeaders([refusal]),
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...head, '', body].join('\r\n'));
}

function hasAnswered(socket: Duplex): boolean {
  return '_httpMessage' in socket && isBegun(socket._httpMessage);
}

function isBegun(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'headersSent' in message && message.headersSent === true;
}
