/** Lists: a cursor, a stable order, 1 to 500 rows a page. */
import { z } from 'zod';

export const MAX_PAGE = 500;

/** The fields that every list takes beside its filters. */
export const pageFields = {
  cursor: z.string().min(1).max(1000).optional().meta({ description: 'nextCursor of the page before' }),
  limit: z
    .number()
    .int()
    .min(1)
    .max(MAX_PAGE)
    .default(50)
    .meta({ description: 'Rows a page, 1 to 500', examples: [50] }),
};

export interface PageInput {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });
}
