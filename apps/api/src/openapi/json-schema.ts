/** JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it), made from the zod schemas by zod's own generator. */
import { z } from 'zod';

export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  examples?: unknown[];
  [keyword: string]: unknown;
}

/** Names of schemas that stand once under components/schemas and are pointed at from everywhere else. */
export type SchemaNames = ReadonlyMap<z.ZodType, string>;

export interface SchemaOptions {
  /** What a caller sends, or what is answered: a default makes a field optional in one and present in the other. */
  readonly io: 'input' | 'output';
  readonly names?: SchemaNames;
}

export function jsonSchemaOf(schema: z.ZodType, { io, names = new Map() }: SchemaOptions): JsonSchema {
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema, path }) => {
      const name = path.length === 0 ? undefined : nameOf(names, zodSchema);
      if (name !== undefined) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        jsonSchema.$ref = refTo(name);
        return;
      }
      // Free attributes are checked by code alone, and they are always an object.
      if (zodSchema._zod.def.type === 'custom') jsonSchema.type = 'object';
      // Of an array it only says that our own code does not change it; in OpenAPI it would mean "never send this".
      delete jsonSchema.readOnly;
      // Answers may gain fields; a client that refuses unknown ones would break on the day they do.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  // Without what is not JSON (the generator leaves a method on it) and the dialect, which the document names once.
  const { $schema: _dialect, ...rest } = JSON.parse(JSON.stringify(made)) as JsonSchema;
  return rest;
}

export function refTo(name: string): string {
  return `#/components/schemas/${name}`;
}

function nameOf(names: SchemaNames, schema: unknown): string | undefined {
  return schema instanceof z.ZodType ? names.get(schema) : undefined;
}

/** The object among what a schema allows: an input that may be left out is an object or null. */
export function objectOf(schema: JsonSchema): JsonSchema {
  if (schema.type === 'object') return schema;
  return schema.anyOf?.find((branch) => branch.type === 'object') ?? {};
}

/** Every JSON type that a schema allows; empty when it allows all. */
export function typesOf(schema: JsonSchema): ReadonlySet<string> {
  const own = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((branch) => [...typesOf(branch)]);
  return new Set([...own, ...(own.length === 0 ? values.map(typeOfValue) : []), ...branches]);
}

export function typeOfValue(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
