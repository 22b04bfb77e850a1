/** docs/transfers.md and docs/in-transit.md show what a server answers. */
import { test } from 'vitest';
import { expectFresh, type Row } from './render.ts';
import { openSession, type Session } from './session.ts';
import { inTransitExample, transfersExample } from './transfers.example.ts';

test.each<[string, (session: Session) => Promise<Record<string, readonly Row[]>>]>([
  ['transfers.md', transfersExample],
  ['in-transit.md', inTransitExample],
])('%s', { timeout: 60_000 }, async (page, example) => {
  const session = await openSession();
  try {
    await expectFresh(page, await example(session));
  } finally {
    await session.end();
  }
});
