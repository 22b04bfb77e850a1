/** docs/bundles.md and docs/virtual-stock.md show what a server answers. */
import { test } from 'vitest';
import { bundlesExample } from './bundles.example.ts';
import { expectFresh } from './render.ts';
import { openSession } from './session.ts';
import { virtualStockExample } from './virtual-stock.example.ts';

test.each([
  ['bundles.md', bundlesExample],
  ['virtual-stock.md', virtualStockExample],
] as const)('%s', { timeout: 60_000 }, async (page, example) => {
  const session = await openSession();
  try {
    await expectFresh(page, await example(session));
  } finally {
    await session.end();
  }
});
