/** docs/batches.md shows what a server answers. */
import { test } from 'vitest';
import { batchesExample } from './batches.example.ts';
import { expectFresh } from './render.ts';
import { openSession } from './session.ts';

test('batches.md', { timeout: 60_000 }, async () => {
  const session = await openSession();
  try {
    await expectFresh('batches.md', await batchesExample(session));
  } finally {
    await session.end();
  }
});
