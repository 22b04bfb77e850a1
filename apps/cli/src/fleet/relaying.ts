/** Who relays events just now, as the lease in the database says; and how long another one takes to take over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Granary } from '@granary/platform/granary';

const LOOK_EVERY_MS = 20;

/** As soon as one of these does; undefined when none does in time. */
export async function relayingOf(
  database: Granary['dataSource'],
  pids: () => readonly (number | undefined)[],
  withinMs: number,
): Promise<number | undefined> {
  const giveUpAt = performance.now() + withinMs;
  while (performance.now() < giveUpAt) {
    const pid = await relayingPid(database);
    if (pid !== undefined && pids().includes(pid)) return pid;
    await sleep(LOOK_EVERY_MS);
  }
  return undefined;
}

/** The process number in the lease that holds; the holder is named after its process. */
async function relayingPid(database: Granary['dataSource']): Promise<number | undefined> {
  const [lease] = await database.query<{ holder: string }[]>(
    `SELECT holder FROM lease WHERE name = 'outbox-relay' AND expires_at > UTC_TIMESTAMP(6)`,
  );
  const pid = lease?.holder.split(':')[1];
  return pid === undefined ? undefined : Number(pid);
}
