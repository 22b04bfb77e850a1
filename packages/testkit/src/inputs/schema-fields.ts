/**
 * Finds every field of a procedure's input by walking its zod schema, and says what kind it is by trying values on it: what a field takes tells
 * more than what it is called. The schemas are handed in and only looked at, so no zod is needed here.
 */

/** What of a zod 4 schema is looked at. */
export interface Schema {
  readonly _zod: { readonly def: SchemaDef };
  safeParse(value: unknown): { readonly success: boolean };
}

interface SchemaDef {
  readonly type: string;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly element?: Schema;
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly options?: readonly Schema[];
}

export type FieldKind =
  | 'integer'
  | 'boolean'
  | 'money'
  /** Money that may be negative, and not 0. */
  | 'signed'
  /** A price of one currency in another: more decimals than money has, never 0. */
  | 'rate'
  | 'currency'
  | 'identifier'
  | 'text'
  | 'opaque'
  | 'file'
  | 'hash'
  | 'id'
  | 'instant'
  | 'date'
  | 'expiry'
  | 'choice'
  | 'free'
  /** What has fields of its own. */
  | 'object'
  | 'list';

export type FieldPath = readonly (string | number)[];

export interface Field {
  readonly path: FieldPath;
  /** The last name on the path: `lines.0.quantity` is a `quantity`. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly nullable: boolean;
  /** Whether '' is a value of its own (lineId), or a list of nothing. */
  readonly mayBeEmpty: boolean;
  /** Of identifiers and texts: how many characters fit. */
  readonly maxLength: number;
}

export function fieldsOf(schema: Schema): Field[] {
  return walk(schema, { path: [], nullable: false });
}

interface At {
  readonly path: FieldPath;
  readonly nullable: boolean;
}

const WRAPPERS = new Set(['optional', 'default', 'prefault', 'readonly', 'nonoptional', 'catch']);

function walk(schema: Schema, at: At): Field[] {
  const { def } = schema._zod;
  if (def.type === 'object') {
    const inner = Object.entries(def.shape ?? {}).flatMap(([name, each]) =>
      walk(each, { path: [...at.path, name], nullable: false }),
    );
    return [{ ...at, name: nameOf(at), kind: 'object', mayBeEmpty: false, maxLength: 0 }, ...inner];
  }
  if (def.type === 'array' && def.element !== undefined) {
    const list: Field = { ...at, name: nameOf(at), kind: 'list', mayBeEmpty: takes(schema, []), maxLength: 0 };
    return [list, ...walk(def.element, { path: [...at.path, 0], nullable: false })];
  }
  if (def.type === 'nullable' && def.innerType !== undefined) return walk(def.innerType, { ...at, nullable: true });
  if (WRAPPERS.has(def.type) && def.innerType !== undefined) return walk(def.innerType, at);
  if (def.type === 'pipe' && def.in !== undefined) return walk(def.in, at);
  return [leaf(schema, at)];
}

function leaf(schema: Schema, at: At): Field {
  const name = nameOf(at);
  const kind = kindOf(schema, at);
  const sized = kind === 'identifier' || kind === 'text';
  return { ...at, name, kind, mayBeEmpty: sized && takes(schema, ''), maxLength: sized ? longest(schema) : 0 };
}

function nameOf({ path }: At): string {
  return String(path.findLast((part) => typeof part === 'string') ?? '');
}

function takes(schema: Schema, value: unknown): boolean {
  return schema.safeParse(value).success;
}

function kindOf(schema: Schema, at: At): FieldKind {
  switch (schema._zod.def.type) {
    case 'number':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'enum':
    case 'literal':
      return 'choice';
    case 'custom':
    case 'record':
    case 'unknown':
      return 'free';
    case 'string':
    case 'union':
      return kindOfText(schema, at);
    default:
      throw new Error(`the walk does not know what to do with a ${schema._zod.def.type} at ${at.path.join('.')}`);
  }
}

function kindOfText(schema: Schema, at: At): FieldKind {
  // Whatever stands in a file belongs to its rows; a cursor is never that long.
  if (takes(schema, '\u0001')) return takes(schema, 'x'.repeat(100_000)) ? 'file' : 'opaque';
  if (takes(schema, 'abc')) return takes(schema, 'a\nb') ? 'text' : 'identifier';
  if (takes(schema, 'EUR')) return 'currency';
  if (takes(schema, '-10.50')) return 'signed';
  if (takes(schema, '0.0000000001')) return 'rate';
  if (takes(schema, '10.50')) return 'money';
  if (takes(schema, '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB')) return 'id';
  if (takes(schema, '0'.repeat(64))) return 'hash';
  const [moment, day] = [takes(schema, '2031-01-01T00:00:00Z'), takes(schema, '2031-01-01')];
  if (moment && day) return 'expiry';
  if (moment) return 'instant';
  if (day) return 'date';
  throw new Error(`the walk cannot tell what kind of text is at ${at.path.join('.')}`);
}

const LONGEST_TRIED = 4096;

function longest(schema: Schema): number {
  let [fits, tooLong] = [0, LONGEST_TRIED];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (takes(schema, 'a'.repeat(middle))) fits = middle;
    else tooLong = middle;
  }
  return fits;
}
