/** Ids of entries in a Redis stream, `<milliseconds>-<sequence>`: two numbers of 64 bits, compared as such. */

export const STREAM_BEGIN = '0-0';
const LARGEST = 2n ** 64n - 1n;

/** Negative when a stands before b. */
export function compareStreamIds(a: string, b: string): number {
  const [aTime, aSequence] = partsOf(a);
  const [bTime, bSequence] = partsOf(b);
  if (aTime !== bTime) return aTime < bTime ? -1 : 1;
  if (aSequence === bSequence) return 0;
  return aSequence < bSequence ? -1 : 1;
}

/** Redis refuses larger numbers with an error; no entry can have them. */
export function canBeStreamId(id: string): boolean {
  return /^\d{1,20}-\d{1,20}$/.test(id) && partsOf(id).every((part) => part <= LARGEST);
}

function partsOf(id: string): [bigint, bigint] {
  const [time = '0', sequence = '0'] = id.split('-');
  return [BigInt(time), BigInt(sequence)];
}
