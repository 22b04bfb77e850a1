/** The one trap of fetch that a server cannot show. */
import { expect, test } from 'vitest';
import { createTransport } from './transport.ts';

test('fetch is called as a plain function, as browsers demand', async () => {
  const seen: unknown[] = [];
  const transport = createTransport({
    async fetch(this: unknown) {
      seen.push(this);
      return new Response('{"result":{}}');
    },
    timeoutMs: 1_000,
    url: 'http://x',
  });
  expect((await transport('http://x')).ok).toBe(true);
  expect(seen).toEqual([undefined]);
});
