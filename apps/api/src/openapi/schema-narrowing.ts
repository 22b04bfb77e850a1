/** What a caller who knew the old schema would stumble over in the new one; empty when the change only adds. */
import type { OpenapiDocument } from './document-type.ts';
import { type JsonSchema, typesOf } from './json-schema.ts';
import { resolved } from './reference.ts';

export interface SchemaChange {
  readonly before: { readonly document: OpenapiDocument; readonly schema: JsonSchema };
  readonly after: { readonly document: OpenapiDocument; readonly schema: JsonSchema };
  /** What is sent may be allowed more, what is answered may tell more. */
  readonly io: 'input' | 'output';
  readonly where: string;
}

/** No schema of ours is nested deeper; a schema within itself would go on for ever. */
const MAX_DEPTH = 20;

export function schemaNarrowings(change: SchemaChange, depth = 0): string[] {
  const before = resolved(change.before.document, change.before.schema);
  const after = resolved(change.after.document, change.after.schema);
  const { io, where } = change;
  if (depth > MAX_DEPTH) return [`${where}: is nested too deep to be compared`];
  const inner = (part: string, old: JsonSchema, young: JsonSchema) =>
    schemaNarrowings(
      {
        io,
        where: `${where}${part}`,
        before: { ...change.before, schema: old },
        after: { ...change.after, schema: young },
      },
      depth + 1,
    );
  return [
    ...typeNarrowings(before, after, change),
    ...valueNarrowings(before, after, where),
    ...(io === 'input' ? boundNarrowings(before, after, where) : []),
    ...propertyNarrowings(before, after, { io, where, inner }),
    ...(before.items === undefined ? [] : inner('[]', before.items, after.items ?? {})),
    ...branchNarrowings(before, after, { where, inner }),
  ];
}

function typeNarrowings(before: JsonSchema, after: JsonSchema, { io, where }: SchemaChange): string[] {
  const old = typesOf(before);
  const young = typesOf(after);
  // Without a type everything is allowed; an integer is a number.
  const has = (types: ReadonlySet<string>, type: string) =>
    types.size === 0 || types.has(type) || (type === 'integer' && types.has('number'));
  if (io === 'input')
    return old.size === 0 && young.size > 0
      ? [`${where}: took anything, takes only ${[...young].join(', ')}`]
      : [...old].filter((type) => !has(young, type)).map((type) => `${where}: takes no ${type} any more`);
  return young.size === 0 && old.size > 0
    ? [`${where}: was ${[...old].join(', ')}, may be anything`]
    : [...young].filter((type) => !has(old, type)).map((type) => `${where}: may now be ${type}`);
}

function valueNarrowings(before: JsonSchema, after: JsonSchema, where: string): string[] {
  const old = valuesOf(before);
  const young = valuesOf(after);
  if (young === undefined) return [];
  if (old === undefined) return [`${where}: is now one of a list of values`];
  return old.filter((value) => !young.includes(value)).map((value) => `${where}: the value ${value} is gone`);
}

function valuesOf({ enum: list, const: only }: JsonSchema): string[] | undefined {
  if (list !== undefined) return list.map((value) => JSON.stringify(value));
  return only === undefined ? undefined : [JSON.stringify(only)];
}

const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const FIXED = ['pattern', 'format', 'multipleOf', 'uniqueItems'];

function boundNarrowings(before: JsonSchema, after: JsonSchema, where: string): string[] {
  const problem = (name: string) => `${where}: ${name} was ${shown(before[name])}, is ${shown(after[name])}`;
  const lower = LOWER.filter((name) => numberAt(after, name, -Infinity) > numberAt(before, name, -Infinity));
  const upper = UPPER.filter((name) => numberAt(after, name, Infinity) < numberAt(before, name, Infinity));
  const fixed = FIXED.filter((name) => after[name] !== undefined && after[name] !== before[name]);
  return [...lower, ...upper, ...fixed].map(problem);
}

function numberAt(schema: JsonSchema, name: string, missing: number): number {
  const value = schema[name];
  return typeof value === 'number' ? value : missing;
}

type Inner = (part: string, before: JsonSchema, after: JsonSchema) => string[];

function propertyNarrowings(
  before: JsonSchema,
  after: JsonSchema,
  { io, where, inner }: { io: 'input' | 'output'; where: string; inner: Inner },
): string[] {
  const young = after.properties ?? {};
  const found = Object.entries(before.properties ?? {}).flatMap(([name, schema]) => {
    const now = Object.hasOwn(young, name) ? young[name] : undefined;
    return now === undefined ? [`${where}.${name}: the field is gone`] : inner(`.${name}`, schema, now);
  });
  const [wasRequired, isRequired] = [before.required ?? [], after.required ?? []];
  const demanded = isRequired.filter((name) => !wasRequired.includes(name));
  const missing = wasRequired.filter((name) => !isRequired.includes(name) && Object.hasOwn(young, name));
  return io === 'input'
    ? [...found, ...demanded.map((name) => `${where}.${name}: the field is now required`)]
    : [...found, ...missing.map((name) => `${where}.${name}: the field may now be left out`)];
}

/** Every branch of old must live on in some branch of new. */
function branchNarrowings(
  before: JsonSchema,
  after: JsonSchema,
  { where, inner }: { where: string; inner: Inner },
): string[] {
  const old = before.anyOf ?? before.oneOf ?? [];
  const young = after.anyOf ?? after.oneOf ?? [after];
  return old.flatMap((branch, at) => {
    const tries = young.map((candidate) => inner(`|${at}`, branch, candidate));
    if (tries.some((problems) => problems.length === 0)) return [];
    return tries.toSorted((a, b) => a.length - b.length)[0] ?? [`${where}|${at}: the choice is gone`];
  });
}

function shown(value: unknown): string {
  return value === undefined ? 'free' : JSON.stringify(value);
}
