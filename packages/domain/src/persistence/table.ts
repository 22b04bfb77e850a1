/**
 * A table as the hot path sees it: its columns with their codecs, derived from the one EntitySchema.
 * TypeORM's own hydration is not used: it turns DATETIME(6) into a Date and loses the microseconds.
 */
import { formatMoney, parseMoney } from '@granary/contracts/money';
import type { EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { fromDatabaseTime, toDatabaseTime } from './database-time.ts';

export type Raw = Readonly<Record<string, unknown>>;

interface Column {
  readonly property: string;
  readonly name: string;
  readonly options: EntitySchemaColumnOptions;
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
    .map(([property, options]) => ({ property, name: options.name ?? property, options }));
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
      for (const { property, options } of columns) row[property] = decodeValue(options, raw[property]);
      return row as Row;
    },
    column,
  };
}

function decodeValue(options: EntitySchemaColumnOptions, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (options.type) {
    case 'datetime':
      return fromDatabaseTime(String(value));
    case 'bigint':
    case 'int':
      return Number(value);
    case 'tinyint':
      return Number(value) === 1;
    case 'decimal':
      return parseMoney(String(value));
    case 'json':
      return typeof value === 'string' ? JSON.parse(value) : value;
    case 'binary':
      return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
    default:
      return value;
  }
}

/** A value as a query parameter. */
export function encodeValue(options: EntitySchemaColumnOptions, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (options.type) {
    case 'datetime':
      return toDatabaseTime(String(value));
    case 'tinyint':
      return value === true ? 1 : 0;
    case 'decimal':
      return formatMoney(BigInt(String(value)));
    case 'json':
      return JSON.stringify(value);
    case 'binary':
      return Buffer.from(String(value), 'hex');
    default:
      return value;
  }
}

/** The same value inside the JSON document of a joined update: binary travels as hexadecimal. */
export function encodeJsonValue(options: EntitySchemaColumnOptions, value: unknown): unknown {
  return options.type === 'binary' ? (value ?? null) : encodeValue(options, value);
}
