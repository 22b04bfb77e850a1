/**
 * Values as SQL text, one encoder a column. Rows are written by the thousand, and the driver's own way copies each of their
 * values several times before it is text. The server reads the same values out of either.
 */
import type { EntitySchemaColumnOptions } from 'typeorm';

export type Literal = (value: unknown) => string;

/** `encode` makes of a value of this column what the driver would be given. */
export function literalOf(options: EntitySchemaColumnOptions, encode: (value: unknown) => unknown): Literal {
  switch (options.type) {
    case 'binary':
      return hexadecimal;
    case 'char':
    case 'varchar':
      return remembering(options.charset === 'ascii' ? ascii(encode) : (value) => plain(encode(value)));
    case 'datetime':
      return remembering((value) => plain(encode(value)));
    default:
      return (value) => plain(encode(value));
  }
}

/** Rows that are written together say mostly what the one before said: of the same SKU, by the same caller, at the same time. */
function remembering(literal: Literal): Literal {
  let last: unknown;
  let text = literal(last);
  return (value) => {
    if (value !== last) {
      text = literal(value);
      last = value;
    }
    return text;
  };
}

function plain(encoded: unknown): string {
  if (encoded === null) return 'NULL';
  return typeof encoded === 'number' || typeof encoded === 'bigint' ? String(encoded) : quoted(String(encoded));
}

/** Said to be what the column holds, it need not be made into that. */
function ascii(encode: (value: unknown) => unknown): Literal {
  return (value) => {
    const encoded = encode(value);
    return encoded === null ? 'NULL' : `_ascii${quoted(String(encoded))}`;
  };
}

const HEXADECIMAL = /^[\da-f]*$/iu;

function hexadecimal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const digits = String(value);
  if (!HEXADECIMAL.test(digits)) throw new Error('bytes must be given as hexadecimal digits');
  return `x'${digits}'`;
}

const ENDING = /['\\]/u;
const EACH_ENDING = /['\\]/gu;

/**
 * Nothing but these two ends a text or changes what follows, as sessions have NO_BACKSLASH_ESCAPES off and packets tell their
 * length. The driver escapes more: also every quotation mark of what is JSON.
 */
function quoted(text: string): string {
  return ENDING.test(text) ? `'${text.replace(EACH_ENDING, '\\$&')}'` : `'${text}'`;
}
