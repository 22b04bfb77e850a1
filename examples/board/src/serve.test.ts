/** The server of the page: what it hands on to Granary and what it does not, and that a token stays with it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBoardServer } from './serve.ts';

let granary: Server;
let page: Server;
let asked: IncomingMessage[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let url: string;

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return `http://127.0.0.1:${address.port}`;
}

beforeEach(async () => {
  asked = [];
  answer = (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  granary = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  page = createBoardServer({ granaryUrl: await listen(granary), token: 'gk_1_secret' });
  url = await listen(page);
});
afterEach(() => {
  for (const server of [granary, page]) {
    server.close();
    server.closeAllConnections();
  }
});

test('the page and all that it names are there, and nothing else', async () => {
  const html = await (await fetch(url)).text();
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path = '']) => path);
  expect(named.toSorted()).toEqual(['/board.css', '/page.js']);
  for (const path of [...named, '/board.js']) expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
  const script = await (await fetch(`${url}/page.js`)).text();
  expect([...script.matchAll(/from ['"]\.(\/[^'"]+)/g)].map(([, path]) => path)).toEqual(['/board.js']);
  for (const path of ['/serve.js', '/../package.json', '/%2e%2e/package.json', '/v1/token/list', '/trpc/stock.levels'])
    expect([path, (await fetch(url + path)).status]).toEqual([path, 404]);
  expect((await fetch(`${url}/v1/stock/levels`, { method: 'POST' })).status).toBe(405);
  expect(asked).toEqual([]);
});

test('a question goes on with the token and the last id, and with nothing else of the browser', async () => {
  const headers = { 'last-event-id': '5-0', cookie: 'a=b', authorization: 'Bearer other' };
  const response = await fetch(`${url}/v1/stock/levels?limit=5`, { headers });
  expect(response.status).toBe(200);
  expect(asked[0]?.url).toBe('/v1/stock/levels?limit=5');
  expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer gk_1_secret', 'last-event-id': '5-0' });
  expect(asked[0]?.headers).not.toHaveProperty('cookie');
  expect(JSON.stringify([...response.headers])).not.toContain('secret');
});

test('a stream passes as it comes; when the browser leaves, Granary is told, and the other way round', async () => {
  let stream: ServerResponse | undefined;
  answer = (_request, response) => {
    stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
    stream.write('data: 1\n\n');
  };
  const controller = new AbortController();
  const response = await fetch(`${url}/v1/stock/watch`, { signal: controller.signal });
  const reader = response.body?.getReader();
  const next = async () => new TextDecoder().decode((await reader?.read())?.value);
  expect(await next()).toBe('data: 1\n\n');
  stream?.write('data: 2\n\n');
  expect(await next()).toBe('data: 2\n\n');
  const left = once(stream as ServerResponse, 'close');
  controller.abort();
  await left;

  const again = await fetch(`${url}/v1/stock/watch`);
  stream?.destroy();
  await expect(again.text()).rejects.toThrow('terminated');
});

test('while Granary is away the connection breaks, so that the browser tries again', async () => {
  granary.close();
  granary.closeAllConnections();
  await expect(fetch(`${url}/v1/stock/watch`)).rejects.toThrow('fetch failed');
});
