/** The document and its page as they are served: whole, readable, and needing nothing from elsewhere. */
import { createHash } from 'node:crypto';
import { errorTable } from '@granary/contracts/error';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proceduresOf } from './openapi/procedure-face.ts';
import { markup } from './openapi/html.ts';
import { appRouter } from './router.ts';
import { ask, openStubApi, type StubApi } from './testing/stub-api.ts';

let api: StubApi;
let page: string;
let policy: string;
let head: unknown;
beforeAll(async () => {
  api = await openStubApi();
  const response = await fetch(`${api.url}/v1/docs`);
  head = [response.status, response.headers.get('content-type')];
  policy = response.headers.get('content-security-policy') ?? '';
  page = await response.text();
});
afterAll(() => api.api.close(0));

describe('the page', () => {
  test('is HTML', () => {
    expect(head).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('shows every procedure, its permission and every error', () => {
    for (const { path, permission } of proceduresOf(appRouter)) {
      const place = `/v1/${path.replace('.', '/')}`;
      expect(page).toContain(`<code>${place}</code>`);
      expect(page).toContain(`procedure <code>${path}</code>, permission <code>${permission}</code>`);
    }
    for (const [kind, { code }] of Object.entries(errorTable))
      expect(page).toMatch(new RegExp(`<code>${code}</code></td><td>\\d+</td><td><code>${kind}</code>`));
  });

  test('shows the fields of a body, of an answer and of their lists', () => {
    for (const field of ['lines[].unitCost', 'idempotencyKey', 'items[].hash', 'nextCursor'])
      expect(page).toContain(`<code>${field}</code>`);
  });

  test('asks for nothing from elsewhere, and its policy allows nothing but its own style', () => {
    expect(page).not.toMatch(
      /<script|<img|<link|<iframe|<form|(?:src|href|action)="(?:https?:)?\/\/|\son[a-z]+=|@import|url\(/i,
    );
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(page).not.toMatch(/\sstyle=/);
  });

  test('opens and closes every element, and links only to places that it has', () => {
    const open: string[] = [];
    const crossed: string[] = [];
    for (const [, slash, name = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
      if (name === 'meta') continue;
      if (slash !== '/') open.push(name);
      else if (open.pop() !== name) crossed.push(name);
    }
    expect({ open, crossed }).toEqual({ open: [], crossed: [] });
    for (const [, id = ''] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('escapes whatever it is given', () => {
    expect(markup`<p title="${'"'}">${"<b>&'"}</p>`.text).toBe('<p title="&quot;">&lt;b&gt;&amp;&#39;</p>');
  });
});

test('the document is served as JSON, and neither it nor the page by another method', async () => {
  const answer = await ask(`${api.url}/v1/openapi.json`);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.body).toMatchObject({ openapi: '3.1.0', info: { title: 'Granary' } });
  for (const path of ['/v1/docs', '/v1/openapi.json'])
    expect((await ask(`${api.url}${path}`, { method: 'DELETE' })).status).toBe(405);
});
