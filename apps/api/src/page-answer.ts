/** The engine's pages are read-only, and the schema of an answer takes arrays that could be written: a copy of the references satisfies both. */
import type { Page } from '@granary/contracts/page';

export async function pageAnswer<T>(page: Promise<Page<T>>): Promise<{ items: T[]; nextCursor: string | null }> {
  const { items, nextCursor } = await page;
  return { items: [...items], nextCursor };
}
