/** Pages: 1 to 500 rows, by cursor. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MAX_PAGE, pageFields, pageOf } from './page.ts';

const input = z.strictObject(pageFields);

describe('a page is asked for', () => {
  test('with fifty rows unless another number is named', () => {
    expect(input.parse({})).toEqual({ limit: 50 });
    expect(input.parse({ limit: 1 })).toEqual({ limit: 1 });
    expect(input.parse({ limit: MAX_PAGE, cursor: 'c' })).toEqual({ limit: 500, cursor: 'c' });
  });

  test.each<[unknown, string]>([
    [{ limit: 0 }, 'no rows'],
    [{ limit: -1 }, 'fewer than none'],
    [{ limit: 501 }, 'more than 500'],
    [{ limit: 1.5 }, 'a part of a row'],
    [{ limit: '50' }, 'a text'],
    [{ limit: null }, 'null'],
    [{ cursor: '' }, 'an empty cursor'],
    [{ cursor: 'c'.repeat(1001) }, 'a cursor that nobody answered'],
    [{ cursor: 5 }, 'a cursor that is no text'],
    [{ offset: 10 }, 'an unknown key'],
    [{ sort: 'sleep(5)' }, 'an order of its own'],
  ])('not as %j: %s', (given) => {
    expect(input.safeParse(given).success).toBe(false);
  });
});

test('a page has its rows and, but for the last one, a cursor', () => {
  const page = pageOf(z.strictObject({ id: z.string() }));
  expect(page.parse({ items: [{ id: 'a' }], nextCursor: null })).toEqual({ items: [{ id: 'a' }], nextCursor: null });
  expect(page.safeParse({ items: [] }).success).toBe(false);
  expect(page.safeParse({ items: [{ id: 'a', more: 1 }], nextCursor: null }).success).toBe(false);
});
