/** The kinds of column that Granary has, as TypeORM column options. The codec of a column follows from its type (table.ts). */
import type { EntitySchemaColumnOptions } from 'typeorm';

/** Identifiers and text of callers: binary collation, so the database agrees on what is equal. */
export function nameColumn(length: number): EntitySchemaColumnOptions {
  return { type: 'varchar', length, charset: 'utf8mb4', collation: 'utf8mb4_bin' };
}

/** Words of Granary's own: states, kinds, procedures. */
export function wordColumn(length: number): EntitySchemaColumnOptions {
  return { type: 'varchar', length, charset: 'ascii', collation: 'ascii_bin' };
}

/** An id that Granary made. */
export const ulidColumn: EntitySchemaColumnOptions = {
  type: 'char',
  length: 26,
  charset: 'ascii',
  collation: 'ascii_bin',
};

/** UTC microseconds, an Instant in code. */
export const instantColumn: EntitySchemaColumnOptions = { type: 'datetime', precision: 6 };
export const dateColumn: EntitySchemaColumnOptions = { type: 'date' };
export const countColumn: EntitySchemaColumnOptions = { type: 'int' };
/** A count that is zero nearly always: left out where it is zero in all rows that are written together. */
export const zeroColumn: EntitySchemaColumnOptions = { ...countColumn, default: 0 };
/** Versions: a number in code, below 2^53. */
export const versionColumn: EntitySchemaColumnOptions = { type: 'bigint' };
export const flagColumn: EntitySchemaColumnOptions = { type: 'tinyint' };
export const unitCostColumn: EntitySchemaColumnOptions = { type: 'decimal', precision: 20, scale: 6 };
export const jsonColumn: EntitySchemaColumnOptions = { type: 'json' };
/** JSON whose very bytes matter (answers, requests, outbox facts): kept as text. */
export const textColumn: EntitySchemaColumnOptions = {
  type: 'mediumtext',
  charset: 'utf8mb4',
  collation: 'utf8mb4_bin',
};
/** A SHA-256, hexadecimal in code. */
export const hashColumn: EntitySchemaColumnOptions = { type: 'binary', length: 32 };

/** A column that the database computes, for an index to stand on. Stored: see docs/decisions/0034 for what virtual ones do. */
export function generatedFlag(expression: string): EntitySchemaColumnOptions {
  return {
    type: 'tinyint',
    asExpression: expression,
    generatedType: 'STORED',
    nullable: true,
    insert: false,
    update: false,
    select: false,
  };
}

/** A moment that the database computes, null where an index should not find the row. */
export function generatedInstant(expression: string): EntitySchemaColumnOptions {
  return { ...generatedFlag(expression), ...instantColumn };
}
