/** docs/documents.md shows what a server answers. */
import { test } from 'vitest';
import { deficitExample, documentsExample } from './documents.example.ts';
import { expectFresh } from './render.ts';
import { openSession } from './session.ts';

test('documents.md', { timeout: 60_000 }, async () => {
  const session = await openSession();
  const inDebt = await openSession({ STOCK_ALLOW_NEGATIVE: 'true' });
  try {
    const examples = { ...(await documentsExample(session)), ...(await deficitExample(inDebt)) };
    await expectFresh('documents.md', examples);
  } finally {
    await session.end();
    await inDebt.end();
  }
});
