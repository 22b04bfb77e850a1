/** Imports: a CSV file is sent in parts, checked as a whole without changing anything, and then applied row by row, each row once. */
import { z } from 'zod';
import { expiresAfterProduction } from './batch.ts';
import { mutation } from './command.ts';
import { inboundInput, openingInput } from './document.ts';
import { id, text } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';
import { skuCreateInput } from './sku.ts';
import { stockConfigureInput } from './stock.ts';

export const MAX_IMPORT_ROWS = 100_000;
/** Half of what a body may be, since quotes and line ends grow when they are written as JSON. */
export const MAX_PART_CHARACTERS = 524_288;
export const MAX_IMPORT_PARTS = 200;
export const MAX_IMPORT_ERRORS = 1000;

export const importKind = z.enum(['skus', 'levels', 'opening', 'batches', 'receipts']).meta({
  description:
    '`skus` creates and changes SKUs; `levels` sets thresholds; `opening` are balances before the first movement; `batches` brings in stock batch by batch; `receipts` are purchases by their document number',
  examples: ['skus'],
});
/**
 * `rejected` has errors and was not applied; of an `incomplete` one some rows could not be applied, and applying it
 * again tries those alone.
 */
export const importState = z.enum([
  'uploading',
  'checking',
  'checked',
  'rejected',
  'applying',
  'done',
  'incomplete',
  'cancelled',
]);

const importId = id.meta({
  description: 'The import, as import.create answered it',
  examples: ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAB'],
});

export const importCreateInput = mutation({
  kind: importKind,
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal')
    .meta({ description: 'SHA-256 of the whole file: the same file again answers the same import' }),
  fileName: text('What the file is called', 200).optional(),
  fromExport: z.boolean().default(false).meta({
    description:
      'The file is a CSV that Granary wrote: columns that only answers have are passed over, and the apostrophe before what might be a formula is taken away',
  }),
});
export const importUploadInput = mutation({
  importId,
  part: z
    .number()
    .int()
    .min(1)
    .max(MAX_IMPORT_PARTS)
    .meta({ description: 'Which piece of the file, from 1; cut anywhere between two characters', examples: [1] }),
  csv: z
    .string()
    .min(1)
    .max(MAX_PART_CHARACTERS)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
    .meta({
      description: `Text of the piece, at most ${MAX_PART_CHARACTERS} characters`,
      examples: ['skuId,name\r\nA,Cap\r\n'],
    }),
});
export const importStartInput = mutation({ importId });
export const importGetInput = z.strictObject({ importId });
export const importListInput = z.strictObject({
  ...pageFields,
  kind: importKind.optional(),
  state: importState.optional(),
});
export const importErrorsInput = z.strictObject({ ...pageFields, importId });

export const importAnswer = z.strictObject({
  id: z.string(),
  kind: importKind,
  state: importState,
  fileName: z.string().nullable(),
  sha256: z.string(),
  fromExport: z.boolean(),
  parts: units.meta({ description: 'Pieces that have arrived, counted from the first without a gap' }),
  rows: units.nullable().meta({ description: 'Rows of the file without its header; null until it was read' }),
  errorCount: units.meta({ description: `Errors found; the first ${MAX_IMPORT_ERRORS} are kept` }),
  applied: units.meta({ description: 'Rows that changed something' }),
  unchanged: units.meta({ description: 'Rows that say what was so already' }),
  jobId: z
    .string()
    .nullable()
    .meta({ description: 'The job that checks or applies it: system.job tells how far it is' }),
  requestedBy: z.string(),
  createdAt: moment,
  updatedAt: moment,
  version: z.number().int(),
});
export const importPage = pageOf(importAnswer);

export const importError = z.strictObject({
  row: units.meta({ description: 'As a spreadsheet numbers it: the header is row 1; 0 is the file itself' }),
  column: z.string().nullable(),
  code: z.string().meta({ description: 'The code of the refusal that a call with these values would get' }),
  message: z.string(),
});
export const importErrorPage = pageOf(importError);

const { idempotencyKey: _skuKey, ...skuFields } = skuCreateInput.shape;
const { idempotencyKey: _levelKey, ...levelFields } = stockConfigureInput.shape;
const lineFields = openingInput.shape.lines.element.shape;
const { asOf, operator, reason } = openingInput.shape;
const { documentNo, occurredAt, supplier } = inboundInput.shape;

/** What a row of each kind of file says: its columns are the fields of the calls that it stands for. */
export const importRows = {
  skus: z.strictObject(skuFields),
  levels: z.strictObject(levelFields),
  opening: z.strictObject({ ...lineFields, asOf, operator, reason }).refine(...expiresAfterProduction),
  batches: z.strictObject({ ...lineFields, batchNo: lineFields.batchNo.unwrap() }).refine(...expiresAfterProduction),
  receipts: z
    .strictObject({ documentNo, occurredAt, operator, reason, supplier, ...lineFields })
    .refine(...expiresAfterProduction),
} as const;

export type ImportKind = z.output<typeof importKind>;
export type ImportState = z.output<typeof importState>;
export type Import = z.output<typeof importAnswer>;
export type ImportError = z.output<typeof importError>;
export type ImportCreateInput = z.output<typeof importCreateInput>;
export type ImportUploadInput = z.output<typeof importUploadInput>;
export type ImportStartInput = z.output<typeof importStartInput>;
export type ImportListInput = z.output<typeof importListInput>;
export type ImportErrorsInput = z.output<typeof importErrorsInput>;
export type ImportRow<K extends ImportKind> = z.output<(typeof importRows)[K]>;
