/** The order in which cost states are locked: that of their primary key, which compares bytes. */

export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  // Only names with characters past U+FFFF, written as surrogates, stand elsewhere in the order of strings.
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const SURROGATE = /[\uD800-\uDFFF]/;
