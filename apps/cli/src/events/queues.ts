/** Waits until everything has gone its way: nothing stands in the outbox, and nothing waits in a queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Granary } from '@granary/platform/granary';

export interface Waiting {
  readonly outbox: number;
  readonly pending: number;
}

/** Nothing has moved for so long: it never will. */
const STUCK_MS = 60_000;
const LOOK_MS = 200;

export async function readWaiting(database: Granary['dataSource']): Promise<Waiting> {
  const [row] = await database.query<{ outbox: string; pending: string }[]>(
    `SELECT (SELECT COUNT(*) FROM outbox) AS outbox, (SELECT COUNT(*) FROM event_delivery WHERE state = 'pending') AS pending`,
  );
  return { outbox: Number(row?.outbox ?? 0), pending: Number(row?.pending ?? 0) };
}

/** Problems, if it does not come to an end. */
export async function drained(
  database: Granary['dataSource'],
  { signal, onProgress }: { signal: AbortSignal; onProgress?: (waiting: Waiting) => void },
): Promise<readonly string[]> {
  let before = '';
  let movedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const waiting = await readWaiting(database);
    onProgress?.(waiting);
    if (waiting.outbox + waiting.pending === 0) return [];
    const now = `${waiting.outbox} in the outbox and ${waiting.pending} in queues`;
    if (now !== before) [before, movedAt] = [now, performance.now()];
    if (performance.now() - movedAt > STUCK_MS) return [`${now} do not move`];
    await sleep(LOOK_MS);
  }
}
