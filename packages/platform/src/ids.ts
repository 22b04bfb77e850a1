/** Identifiers that Granary makes: ULIDs, rising within a process even inside one millisecond and across a clock that steps back. */
import { randomBytes } from 'node:crypto';
import { monotonicFactory } from 'ulid';

const POOL_BYTES = 4096;
const BYTE_VALUES = 256;

export function createIds(): () => string {
  const next = monotonicFactory(pooledRandom());
  return () => next();
}

/** Sixteen random characters a ULID would be sixteen calls into the system; a pool makes that one in 256 ids. */
function pooledRandom(): () => number {
  let pool = randomBytes(POOL_BYTES);
  let used = 0;
  return () => {
    if (used === POOL_BYTES) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    return pool.readUInt8(used++) / BYTE_VALUES;
  };
}
