/** The order in which rows are locked: that of their keys, utf8mb4_bin, which is not that of JavaScript's strings past U+FFFF. */

export function compareBytes(a: string, b: string): number {
  if (a === b) return 0;
  // Only names with characters past U+FFFF, written as surrogates, stand elsewhere in the order of strings.
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const SURROGATE = /[\uD800-\uDFFF]/;
