/** docs/snapshots.md and docs/alerts.md show what a server answers. */
import { test } from 'vitest';
import { alertsExample } from './alerts.example.ts';
import { expectFresh, type Row } from './render.ts';
import { openSession, type Session } from './session.ts';
import { snapshotsExample } from './snapshots.example.ts';

test.each<[string, (session: Session) => Promise<Record<string, readonly Row[]>>]>([
  ['snapshots.md', snapshotsExample],
  ['alerts.md', alertsExample],
])('%s', { timeout: 60_000 }, async (page, example) => {
  const session = await openSession();
  try {
    await expectFresh(page, await example(session));
  } finally {
    await session.end();
  }
});
