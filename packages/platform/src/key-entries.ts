/** Keys as settings carry them: `id:base64(32 bytes)`, several with commas between. A problem is told by place and id, never by the key. */

export interface KeyEntry {
  readonly keyId: string;
  readonly bytes: Buffer;
}

export type KeyResult<Key> =
  | { readonly ok: true; readonly value: Key }
  | { readonly ok: false; readonly problem: string };

const KEY_BYTES = 32;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** In their order, each id once. */
export function parseKeyEntries(text: string): KeyResult<readonly KeyEntry[]> {
  const entries: KeyEntry[] = [];
  for (const [at, part] of text.split(',').entries()) {
    const entry = entryOf(part.trim(), at + 1);
    if (typeof entry === 'string') return { ok: false, problem: entry };
    const { keyId } = entry;
    if (entries.some((other) => other.keyId === keyId))
      return { ok: false, problem: `the id "${keyId}" stands there twice` };
    entries.push(entry);
  }
  return { ok: true, value: entries };
}

export function parseKeyEntry(text: string): KeyResult<KeyEntry> {
  const entry = entryOf(text.trim(), 1);
  return typeof entry === 'string' ? { ok: false, problem: entry } : { ok: true, value: entry };
}

function entryOf(entry: string, place: number): KeyEntry | string {
  const colon = entry.indexOf(':');
  const keyId = entry.slice(0, Math.max(colon, 0));
  if (colon === -1) return `key ${place} has no id before a colon`;
  // An id of a wrong form may be a key put in the wrong place, and is not repeated.
  if (!KEY_ID.test(keyId)) return `the id of key ${place} is not 1 to 32 letters, digits, "_" or "-"`;
  const bytes = Buffer.from(entry.slice(colon + 1), 'base64');
  if (bytes.toString('base64') !== entry.slice(colon + 1)) return `key "${keyId}" is no base64`;
  if (bytes.length !== KEY_BYTES) return `key "${keyId}" has ${bytes.length} bytes, not ${KEY_BYTES}`;
  if (new Set(bytes).size === 1) return `key "${keyId}" is one byte repeated, which anybody could guess`;
  return { keyId, bytes };
}
