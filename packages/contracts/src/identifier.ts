/** Identifiers chosen by callers, identifiers made by Granary, and free text. What is refused here never reaches a table (SPEC section 1). */
import { z } from 'zod';

/** Control, format, line and paragraph separators, unassigned, private use, surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}]/u;
/** The same for text that people write, where line breaks, tabs and the joiners of real scripts are fine. */
const UNPRINTABLE_TEXT = /(?![\t\n\r\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}]/u;
/** NFC can triple a length (U+1D160), so the raw text is capped before it is normalised and once more after. */
const RAW_FACTOR = 3;

/** NFC, 1..max code points, no padding, nothing invisible: what is left compares the same in code and in the database. */
export function identifier(noun: string, max: number, example: string) {
  return z
    .string()
    .max(max * RAW_FACTOR)
    .refine((text) => text.isWellFormed(), { error: 'must be well-formed Unicode', abort: true })
    .overwrite((text) => text.normalize('NFC'))
    .min(1)
    .max(max)
    .refine((text) => !UNPRINTABLE.test(text), 'must not contain control, format or unassigned characters')
    .refine((text) => text === text.trim(), 'must not begin or end with white space')
    .meta({ description: `${noun}, compared exactly, 1 to ${max} characters`, examples: [example] });
}

/** Text for people: 1..max code points, line breaks allowed, nothing invisible. */
export function text(noun: string, max: number) {
  return z
    .string()
    .max(max * RAW_FACTOR)
    .refine((value) => value.isWellFormed(), { error: 'must be well-formed Unicode', abort: true })
    .overwrite((value) => value.normalize('NFC'))
    .min(1)
    .max(max)
    .refine((value) => !UNPRINTABLE_TEXT.test(value), 'must not contain control or unassigned characters')
    .refine((value) => value.trim() !== '', 'must not be blank')
    .meta({ description: `${noun}, at most ${max} characters` });
}

export const skuId = identifier('Stock-keeping unit', 64, 'TSHIRT-M');
export const spuId = identifier('Product of which the SKU is a variant', 64, 'TSHIRT');
export const locationId = identifier('Warehouse or store', 64, 'default');
export const batchNo = identifier('Batch number, unique per SKU', 100, 'LOT-2026-11');
export const businessId = identifier('Cart, order or other business document', 100, 'ORDER-1001');
export const documentNo = identifier('Document number, unique per document type', 100, 'PO-7001');
export const qualityLevel = identifier('Quality level', 32, 'A');
export const strategyName = identifier('Allocation strategy', 64, 'fefo');
export const idempotencyKey = identifier(
  'Idempotency key: a repeat with the same key has one effect',
  255,
  '01JD7Z0000000000000000KEY1',
);
/** A line of a cart or order; empty when the caller does not tell lines apart. */
export const lineId = z.union([z.literal(''), identifier('Line of the cart or order', 64, 'line-1')]).default('');

/** The one location that always exists. */
export const DEFAULT_LOCATION_ID = 'default';

/** An identifier that Granary made: a ULID, ordered by the time it was made. */
export const id = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'must be an id that Granary answered earlier')
  .meta({ description: 'Identifier made by Granary (ULID)', examples: ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAB'] });
