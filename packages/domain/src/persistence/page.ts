/** Pages by keyset: a cursor is the last row's key, bound to its list, so that one list's cursor is refused by another. */
import type { Page, PageInput } from '@granary/contracts/page';
import { invalidInput } from '../refusal.ts';

export interface PageQuery<Row> {
  /** Names the list in its cursors. */
  readonly list: string;
  readonly input: PageInput;
  /** Loads up to `limit` rows strictly after the key. */
  readonly load: (after: readonly string[] | undefined, limit: number) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => readonly string[];
  /** How many parts a key has; one when left out. */
  readonly parts?: number;
}

export async function pageOf<Row>({ list, input, load, keyOf, parts = 1 }: PageQuery<Row>): Promise<Page<Row>> {
  const after = input.cursor === undefined ? undefined : decode(input.cursor, { list, parts });
  const rows = await load(after, input.limit + 1);
  const items = rows.slice(0, input.limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > input.limit && last !== undefined ? encode(list, keyOf(last)) : null };
}

function encode(list: string, key: readonly string[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url');
}

function decode(cursor: string, { list, parts }: { list: string; parts: number }): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isOurs = Array.isArray(parsed) && parsed[0] === list && parsed.length === parts + 1;
    if (isOurs && parsed.every((part) => typeof part === 'string')) return parsed.slice(1);
  } catch {
    // Not JSON: refused below with the same words.
  }
  throw invalidInput([{ path: 'cursor', message: 'is not a cursor of this list' }]);
}

export interface ScanQuery<Item> {
  readonly list: string;
  readonly input: PageInput;
  /** Answers what fits of a bounded number of rows after the key, and the key at which it stopped; null at the end. */
  readonly scan: (
    after: readonly string[] | undefined,
    limit: number,
  ) => Promise<{ readonly items: readonly Item[]; readonly end: readonly string[] | null }>;
  readonly parts: number;
}

/** A page of what has to be looked for: it may be shorter than asked for and still have a next one. */
export async function pageOfScan<Item>({ list, input, scan, parts }: ScanQuery<Item>): Promise<Page<Item>> {
  const after = input.cursor === undefined ? undefined : decode(input.cursor, { list, parts });
  const { items, end } = await scan(after, input.limit);
  return { items, nextCursor: end === null ? null : encode(list, end) };
}
