/** Follows a reference within the document. */
import type { OpenapiDocument, Reference } from './document-type.ts';

/** What a $ref points at, or the value itself. */
export function resolved<T extends object>(document: OpenapiDocument, given: T | Reference): T {
  if (!('$ref' in given) || typeof given.$ref !== 'string') return given as T;
  let found: unknown = document;
  for (const part of given.$ref.slice(2).split('/'))
    found =
      typeof found === 'object' && found !== null ? Object.getOwnPropertyDescriptor(found, part)?.value : undefined;
  // A document whose references lead nowhere fails its test.
  return (found ?? {}) as T;
}
