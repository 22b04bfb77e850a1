/** A schema as rows of a table: one a field, nested ones with dotted names. */
import type { OpenapiDocument } from './document-type.ts';
import { type JsonSchema, objectOf } from './json-schema.ts';
import { resolved } from './reference.ts';

export interface Field {
  /** `lines[].skuId` */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

/** Deeper than this a table is no help any more. */
const MAX_DEPTH = 4;

export function fieldsOf(document: OpenapiDocument, schema: JsonSchema, depth = 0): Field[] {
  const { properties = {}, required = [] } = objectOf(resolved(document, schema));
  return Object.entries(properties).flatMap(([name, given]) => {
    const property = resolved(document, given);
    const own = {
      name,
      type: typeText(document, property),
      required: required.includes(name),
      description: descriptionOf(property),
    };
    if (depth >= MAX_DEPTH) return [own];
    const list = property.items;
    const inner = fieldsOf(document, list ?? property, depth + 1);
    const prefix = list === undefined ? `${name}.` : `${name}[].`;
    return [own, ...inner.map((field) => ({ ...field, name: `${prefix}${field.name}` }))];
  });
}

function typeText(document: OpenapiDocument, given: JsonSchema): string {
  const schema = resolved(document, given);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (branches.length > 0) return [...new Set(branches.map((branch) => typeText(document, branch)))].join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(', ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === 'array') return `list of ${typeText(document, schema.items ?? {})}`;
  return typeof schema.type === 'string' ? schema.type : (schema.type?.join(' or ') ?? 'any');
}

function descriptionOf({ description, anyOf = [], default: fallback, minimum, maximum }: JsonSchema): string {
  const told = description ?? anyOf.find((branch) => branch.description !== undefined)?.description;
  const range =
    typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER
      ? `${minimum} to ${maximum}`
      : undefined;
  const left = fallback === undefined || fallback === '' ? undefined : `default ${JSON.stringify(fallback)}`;
  return [told, range, left].filter((part) => part !== undefined).join('; ');
}
