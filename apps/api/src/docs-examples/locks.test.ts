/** docs/locks.md and docs/trace-and-recall.md show what a server answers. */
import { test } from 'vitest';
import { locksExample } from './locks.example.ts';
import { recallExample } from './recall.example.ts';
import { expectFresh, type Row } from './render.ts';
import { openSession, type Session } from './session.ts';

test.each<[string, (session: Session) => Promise<Record<string, readonly Row[]>>]>([
  ['locks.md', locksExample],
  ['trace-and-recall.md', recallExample],
])('%s', { timeout: 60_000 }, async (page, example) => {
  const session = await openSession();
  try {
    await expectFresh(page, await example(session));
  } finally {
    await session.end();
  }
});
