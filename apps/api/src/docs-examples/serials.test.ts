/** docs/serials.md shows what a server answers. */
import { test } from 'vitest';
import { expectFresh } from './render.ts';
import { serialsExample } from './serials.example.ts';
import { openSession } from './session.ts';

test('serials.md', { timeout: 60_000 }, async () => {
  const session = await openSession();
  try {
    await expectFresh('serials.md', await serialsExample(session));
  } finally {
    await session.end();
  }
});
