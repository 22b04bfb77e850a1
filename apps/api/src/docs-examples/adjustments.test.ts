/** docs/adjustments.md shows what a server answers. */
import { test } from 'vitest';
import { adjustmentsExample } from './adjustments.example.ts';
import { expectFresh } from './render.ts';
import { openSession } from './session.ts';

test('adjustments.md', { timeout: 60_000 }, async () => {
  const session = await openSession();
  try {
    await expectFresh('adjustments.md', await adjustmentsExample(session));
  } finally {
    await session.end();
  }
});
