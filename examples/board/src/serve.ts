/**
 * Serves the page, and hands its questions on to Granary: the page and its data have one origin, and the token stays here,
 * where no browser, history or proxy log sees it.
 */
import { readFile } from 'node:fs/promises';
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export interface ServeOptions {
  /** Where Granary listens, such as `http://127.0.0.1:3000`. */
  readonly granaryUrl: string;
  /** Of a role that may read stock, where Granary asks for tokens. */
  readonly token?: string | undefined;
}

const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: '../page/index.html', type: 'text/html; charset=utf-8' },
  '/board.css': { file: '../page/board.css', type: 'text/css; charset=utf-8' },
  '/page.js': { file: '../dist/page.js', type: 'text/javascript; charset=utf-8' },
  '/board.js': { file: '../dist/board.js', type: 'text/javascript; charset=utf-8' },
};
/** All that the page asks of Granary; the token opens no other door to whoever reaches the page. */
const QUESTIONS = ['/v1/stock/watch', '/v1/stock/levels'];
const CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

export function createBoardServer(options: ServeOptions): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const known = FILES[pathname];
    if (request.method !== 'GET') response.writeHead(405).end();
    else if (QUESTIONS.includes(pathname)) handOn(request, response, options);
    else if (known === undefined) response.writeHead(404).end();
    else void sendFile(response, known);
  });
}

async function sendFile(response: ServerResponse, { file, type }: { file: string; type: string }): Promise<void> {
  try {
    const text = await readFile(new URL(file, import.meta.url));
    response.writeHead(200, { 'content-type': type, 'content-security-policy': CONTENT_POLICY }).end(text);
  } catch {
    response.writeHead(500).end('build the example first');
  }
}

/** Bytes pass as they come, so a stream is a stream; when either side hangs up, so does the other. */
function handOn(request: IncomingMessage, response: ServerResponse, { granaryUrl, token }: ServeOptions): void {
  const lastEventId = request.headers['last-event-id'];
  const headers = {
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  const asked = ask(new URL(request.url ?? '/', granaryUrl), { headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, {
      'content-type': answer.headers['content-type'] ?? 'application/json',
    });
    // A browser learns that the stream is open from its head.
    response.flushHeaders();
    answer.on('error', () => response.destroy());
    answer.on('aborted', () => response.destroy());
    answer.pipe(response);
  });
  asked.on('error', () => {
    // An EventSource gives up at any answer but 200, and tries again after a broken connection.
    response.destroy();
  });
  response.on('close', () => asked.destroy());
  asked.end();
}
