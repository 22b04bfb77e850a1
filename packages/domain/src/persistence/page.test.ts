/** Cursors: they go on where the page before ended, and one list's is no other list's. */
import { describe, expect, test } from 'vitest';
import { pageOf } from './page.ts';

const rows = ['a', 'b', 'c', 'd', 'é', '😀'].map((id, at) => ({ id, at }));

async function page(limit: number, cursor?: string, list = 'letters') {
  return await pageOf({
    list,
    input: { limit, cursor },
    load: (after, most) => Promise.resolve(rows.filter((row) => row.at > Number(after?.[1] ?? -1)).slice(0, most)),
    keyOf: (row) => [row.id, String(row.at)],
    parts: 2,
  });
}

test('pages follow each other without a gap or a repeat, and the last one has no cursor', async () => {
  for (const limit of [1, 2, 3, 5, 6, 7]) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await page(limit, cursor);
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items.map((row) => row.id));
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(rows.map((row) => row.id));
  }
});

describe('a cursor is refused', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, string]>([
    ['of another list', encoded(['numbers', 'b', '1'])],
    ['with a part missing', encoded(['letters', 'b'])],
    ['that is no list', encoded({ list: 'letters' })],
    ['with something else than texts', encoded(['letters', 'b', 1])],
    ['with an object inside', encoded(['letters', { $gt: '' }, '1'])],
    ['that is no JSON', Buffer.from('letters').toString('base64url')],
    ['that is nothing', ''],
    ['that was typed', 'page2'],
  ])('%s', async (_what, cursor) => {
    await expect(page(2, cursor)).rejects.toMatchObject({ code: 'INV_005', details: { issues: [{ path: 'cursor' }] } });
  });

  test('cut short', async () => {
    const { nextCursor } = await page(2);
    await expect(page(2, nextCursor?.slice(0, -3))).rejects.toMatchObject({ code: 'INV_005' });
  });
});
