// Tells whether a process noted earlier still lives. Process numbers are reused, so each note carries the time at which
// that process started.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ pid: number, startedAt: string }} ProcessNote */

/** @returns {string | undefined} undefined when no such process lives; a zombie does not count */
export function startOf(pid) {
  if (process.platform !== 'linux') return startByPs(pid);
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program name stands in parentheses and may contain spaces: count the fields after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startByPs(pid) {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** @returns {ProcessNote} */
export const noteOf = (pid) => ({ pid, startedAt: startOf(pid) ?? '' });

/** @param {ProcessNote} note */
export const isAlive = (note) => startOf(note.pid) === note.startedAt;

/** Waits for a noted process to end by itself, then ends it. */
export async function ensureGone(note, patienceMs = 15_000) {
  const giveUpAt = Date.now() + patienceMs;
  while (isAlive(note) && Date.now() < giveUpAt) await sleep(100);
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    if (!isAlive(note)) return;
    process.kill(note.pid, signal);
    for (let tries = 0; tries < 50 && isAlive(note); tries += 1) await sleep(100);
  }
}
