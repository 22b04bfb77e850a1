/** Free attributes of a SKU or batch: JSON, bounded in depth, keys and size so that no answer or row can explode. */
import { z } from 'zod';

const MAX_DEPTH = 8;
const MAX_NODES = 500;
const MAX_BYTES = 16_384;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type Attributes = { readonly [key: string]: Json };

/** Names the first bound that a value breaks. Walks with a list of its own: a recursive walk dies of the depth it should refuse. */
function brokenBound(value: unknown): string | undefined {
  const open: { node: unknown; depth: number }[] = [{ node: value, depth: 1 }];
  for (let seen = 0; open.length > 0; seen += 1) {
    const next = open.pop();
    if (next === undefined) break;
    if (seen > MAX_NODES) return `must not have more than ${MAX_NODES} values`;
    if (!isJson(next.node)) return 'must hold nothing but JSON values';
    if (typeof next.node === 'string' && (!next.node.isWellFormed() || next.node.includes('\0')))
      return 'must be well-formed Unicode';
    if (typeof next.node !== 'object' || next.node === null) continue;
    if (next.depth > MAX_DEPTH) return `must not be nested deeper than ${MAX_DEPTH}`;
    for (const [key, child] of Object.entries(next.node)) {
      if (!key.isWellFormed() || key === '__proto__' || key.includes('\0')) return 'has a key that is not allowed';
      open.push({ node: child, depth: next.depth + 1 });
    }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  return bytes > MAX_BYTES ? `must not be larger than ${MAX_BYTES} bytes` : undefined;
}

/** JSON.parse reads 1e309 as Infinity, which would be stored as null: another value than was sent. */
function isJson(node: unknown): boolean {
  if (typeof node === 'number') return Number.isFinite(node);
  return typeof node === 'string' || typeof node === 'boolean' || typeof node === 'object';
}

/** What stands in the place of a sealed value: `{ "$sealed": "…" }`. Written back, it stays the value that it was. */
export const SEALED = '$sealed';
export type SealedValue = { readonly [SEALED]: string };

export const attributes = z
  .custom<Attributes>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .superRefine((value, context) => {
    const problem = brokenBound(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .meta({ description: 'Free JSON attributes: depth 8, 500 values, 16 kB', examples: [{ colour: 'blue' }] });

/** The attributes of a SKU or batch with what is sealed of them opened. */
export const openedAttributes = z.strictObject({ attributes: attributes.nullable() });

export type OpenedAttributes = z.output<typeof openedAttributes>;
