/** The order in which cost states are locked: that of their primary key, which compares bytes. */

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
