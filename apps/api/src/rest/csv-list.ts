/** Which procedures answer a list, and its columns: what can be had as CSV. */
import { jsonSchemaOf, objectOf } from '../openapi/json-schema.ts';
import type { ProcedureFace } from '../openapi/procedure-face.ts';

/** The columns of a list in their order; undefined for whatever answers no pages. */
export function csvColumnsOf({
  type,
  input,
  output,
}: Pick<ProcedureFace, 'type' | 'input' | 'output'>): readonly string[] | undefined {
  if (type !== 'query' || input === undefined || output === undefined) return undefined;
  const asked = objectOf(jsonSchemaOf(input, { io: 'input' })).properties ?? {};
  if (!Object.hasOwn(asked, 'cursor') || !Object.hasOwn(asked, 'limit')) return undefined;
  // A page and nothing else: what stands beside the rows would be lost.
  const { items, nextCursor, ...more } = objectOf(jsonSchemaOf(output, { io: 'output' })).properties ?? {};
  if (Object.keys(more).length > 0) return undefined;
  const row = items?.items?.properties;
  return nextCursor === undefined || row === undefined ? undefined : Object.keys(row);
}

export const CSV_TYPE = 'text/csv';
