// Where a start keeps what nobody needs once it is over. Making and dropping the tables of a test database is mostly waiting
// for a disk, so data that need not be durable lies in memory where there is plenty of that.
import { accessSync, constants, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { ensureOwnFolder, sweep } from './folders.mjs';

const MEMORY = '/dev/shm';
const PURPOSE = 'servers';
// A whole run of all tests keeps less than 1 GiB there at any one time, and the tests themselves want memory too.
const ROOM_BYTES = 2 * 2 ** 30;
const FREE_BYTES = 4 * 2 ** 30;

/** @param {{ durable?: boolean }} [settings] what survives a killed server survives in memory as well; a power cut is another matter */
export function newScratch({ durable = true } = {}) {
  return ensureOwnFolder(!durable && isRoomInMemory() ? MEMORY : tmpdir(), PURPOSE);
}

/** Every folder in which a scratch folder may be. */
export const scratchParents = () => [tmpdir(), MEMORY];

function isRoomInMemory() {
  try {
    accessSync(MEMORY, constants.W_OK);
    // What dead processes left there must not count as taken.
    sweep(MEMORY, PURPOSE);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM_BYTES && freeBytes() >= FREE_BYTES;
  } catch {
    return false; // not a Linux, or one that gives us no such folder
  }
}

/** A container may be allowed less than the machine has. */
function freeBytes() {
  const allowed = process.constrainedMemory?.() ?? 0;
  return allowed > 0 ? Math.min(allowed, freemem()) : freemem();
}
