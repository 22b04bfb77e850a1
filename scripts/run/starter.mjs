// Notices that npm, which started this process through a shell, has gone. A signal sent to npm reaches only that shell,
// which dies of it and tells nobody; and a killed npm says nothing at all. Either way the run must end.
import { readFileSync } from 'node:fs';
import { isAlive, noteOf } from '../servers/processes.mjs';

const EVERY_MS = 250;

/** @param {() => void} onGone called once, only for a process that npm started */
export function watchStarter(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watched = [parent, parentBehindShell(parent)].filter((pid) => pid > 1).map(noteOf);
  const timer = setInterval(() => {
    if (process.ppid === parent && watched.every(isAlive)) return;
    clearInterval(timer);
    onGone();
  }, EVERY_MS);
  timer.unref();
}

/** npm itself, if a shell stands between it and us; some shells replace themselves by the command instead. */
function parentBehindShell(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    return /^(ba|da|z)?sh$/.test(name) ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) : 0;
  } catch {
    return 0; // no /proc: the parent alone is watched
  }
}
