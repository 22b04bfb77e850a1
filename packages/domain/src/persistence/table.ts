/**
 * A table as the hot path sees it: its columns with their codecs, derived from the one EntitySchema.
 * TypeORM's own hydration is not used: it turns DATETIME(6) into a Date and loses the microseconds.
 */
import { formatMoney, parseMoney } from '@granary/contracts/money';
import type { EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';
import { type Literal, literalOf } from './literal.ts';

export type Raw = Readonly<Record<string, unknown>>;

interface Column {
  readonly property: string;
  readonly name: string;
  readonly options: EntitySchemaColumnOptions;
  /** A value as a query parameter. */
  readonly encode: (value: unknown) => unknown;
  /** The same as SQL text. */
  readonly literal: Literal;
}

export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The columns, each under the name of its property, for a SELECT that names the table `t`. */
  readonly select: string;
  decode(raw: Raw): Row;
  column(property: keyof Row & string): Column;
}

export function tableOf<Row>(entity: EntitySchema<Row>): Table<Row> {
  const declared = Object.entries(entity.options.columns) as [string, EntitySchemaColumnOptions][];
  const columns = declared
    .filter(([, options]) => options.asExpression === undefined)
    .map(([property, options]) => columnOf(property, options));
  const codecs = columns.map(({ property, options }) => [property, orNull(decoderOf(options))] as const);
  const byProperty = new Map(columns.map((column) => [column.property, column]));
  const column = (property: string): Column => {
    const found = byProperty.get(property);
    if (found === undefined) throw new Error(`table ${entity.options.tableName} has no column for ${property}`);
    return found;
  };
  return {
    name: entity.options.tableName ?? entity.options.name,
    columns,
    select: columns.map(({ name, property }) => `t.${name} AS \`${property}\``).join(', '),
    decode: (raw) => {
      const row: Record<string, unknown> = {};
      for (const [property, decode] of codecs) row[property] = decode(raw[property]);
      return row as Row;
    },
    column,
  };
}

type Codec = (value: unknown) => unknown;

function columnOf(property: string, options: EntitySchemaColumnOptions): Column {
  const encode = orNull(encoderOf(options));
  return { property, name: options.name ?? property, options, encode, literal: literalOf(options, encode) };
}

function orNull(codec: Codec): Codec {
  return (value) => (value === null || value === undefined ? null : codec(value));
}

function decoderOf({ type }: EntitySchemaColumnOptions): Codec {
  switch (type) {
    case 'datetime':
      return (value) => fromDatabaseTime(String(value));
    case 'bigint':
    case 'int':
      return Number;
    case 'tinyint':
      return (value) => Number(value) === 1;
    case 'decimal':
      return (value) => parseMoney(String(value));
    case 'json':
      return (value) => (typeof value === 'string' ? JSON.parse(value) : value);
    case 'binary':
      return (value) => (Buffer.isBuffer(value) ? value.toString('hex') : String(value));
    default:
      return (value) => value;
  }
}

function encoderOf({ type }: EntitySchemaColumnOptions): Codec {
  switch (type) {
    case 'datetime':
      return (value) => toDatabaseTime(String(value));
    case 'tinyint':
      return (value) => (value === true ? 1 : 0);
    case 'decimal':
      return (value) => formatMoney(BigInt(String(value)));
    case 'json':
      return (value) => JSON.stringify(value);
    case 'binary':
      return (value) => Buffer.from(String(value), 'hex');
    default:
      return (value) => value;
  }
}
