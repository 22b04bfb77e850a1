/** How long a process answers nobody else while it works: the longest stretch without a turn, as a share of all its work. */
import { setTimeout } from 'node:timers/promises';

/** In processor time, so that what else the machine does counts for nothing. */
export async function longestStretch(work: () => Promise<unknown>): Promise<number> {
  const spent = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const startedAt = spent();
  let [longest, last, isOver] = [0, startedAt, false];
  const turn = () => {
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const watching = (async () => {
    while (!isOver) {
      await setTimeout(1);
      turn();
    }
  })();
  await work();
  isOver = true;
  await watching;
  return longest / (spent() - startedAt);
}
