// Folders that belong to one process and may be thrown away once it is gone. Their names carry the owner, so that the
// next start can tell what a crash left behind from what is still in use.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { startOf } from './processes.mjs';

// Containers may share a folder while their process numbers mean different things.
const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 6);

/**
 * Makes a folder for this process inside `parent` and removes those of processes that have died.
 * @param {string} parent
 * @param {string} purpose
 */
export function ensureOwnFolder(parent, purpose) {
  mkdirSync(parent, { recursive: true });
  sweep(parent, purpose);
  return mkdtempSync(join(parent, `granary-${purpose}-${host}-${process.pid}-`));
}

/** Removes what dead processes left in `parent`. */
export function sweep(parent, purpose) {
  const pattern = new RegExp(`^granary-${purpose}-${host}-(\\d+)-\\w{6}$`);
  for (const name of readdirSync(parent)) {
    const owner = pattern.exec(name)?.[1];
    if (owner === undefined || startOf(Number(owner)) !== undefined) continue;
    const path = join(parent, name);
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 2 });
    } catch {
      // Another user's leftovers in a shared temporary folder are neither ours to remove nor a reason to stop.
    }
  }
}
