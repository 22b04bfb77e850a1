/** A report as a test reads it: page after page, and of each row the columns that the test is about. */
import { expect } from 'vitest';

/** The named columns of all rows, page after page of two. */
export async function told<Row extends object>(
  ask: (page: { limit: number; cursor?: string }) => Promise<{ items: readonly Row[]; nextCursor: string | null }>,
  columns: readonly (keyof Row)[],
): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    rows.push(...page.items.map((row) => columns.map((column) => row[column])));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
