/** Cost records: each one is a two-sided entry, so much value onto (or off) the stock of a SKU against one account (SPEC section 9). */
import { z } from 'zod';
import { id, skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { amount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';

/** Where the other half of an entry goes. */
export const costAccounts = [
  /** Bought from a supplier, or sent back to one. */
  'purchases',
  /** Taken over when costing began. */
  'opening',
  'cost_of_sales',
  /** Counted, damaged or lost: what was written off or found. */
  'adjustments',
  /** Standard cost: what was paid more or less than the standard (the purchase price variance). */
  'variance',
  /** Written down to net realisable value and back (IAS 2.28-33), and changes of a standard cost. */
  'revaluation',
  /** Freight, duty and other costs brought to the goods (IAS 2.10-18). */
  'allocations',
] as const;

export const costRecordKinds = [
  ...(['receipt', 'issue', 'return', 'reversal', 'adjustment', 'allocation', 'revaluation', 'variance'] as const),
  /** Units that were owed, and what they turned out to cost. */
  'deficit_correction',
  /** What a back-dated event or a late cost changed of what was posted before. */
  'correction',
  /** The difference between the perpetual and the periodic average, at the close of a period. */
  'true_up',
  'switch',
] as const;

export const costAccount = z
  .enum(costAccounts)
  .meta({ description: 'The other side of the entry', examples: ['cost_of_sales'] });
export const costRecordKind = z.enum(costRecordKinds).meta({ description: 'What made the entry', examples: ['issue'] });

export const costRecord = z.strictObject({
  skuId: z.string(),
  recordNo: units.meta({ description: 'Of the SKU, from 1, in the order in which they were appended' }),
  kind: costRecordKind,
  account: costAccount,
  quantity: units.meta({ description: 'Change of the quantity; 0 where only value moves' }),
  value: amount.meta({ description: 'Change of the value of stock; the account gets the opposite' }),
  eventId: z.string(),
  subjectId: z.string().meta({ description: 'The receipt, issue or event whose cost it states' }),
  correctsId: z.string().nullable().meta({ description: 'The event whose posting it corrects' }),
  strategy: z.string(),
  periodId: z.string(),
  occurredAt: moment,
  locationId: z.string().nullable().meta({ description: 'Of the movement that made it' }),
  levelVersion: units.nullable().meta({ description: 'Of that movement; with skuId and locationId its key' }),
  batchId: z.string().nullable(),
  documentId: z.string().nullable(),
  reservationId: z.string().nullable(),
  commandId: z.string(),
  reason: z.string().nullable(),
});

export const costRecordsInput = z.strictObject({
  ...pageFields,
  skuId: skuId.optional(),
  periodId: id.optional(),
  documentId: id.optional(),
  kind: costRecordKind.optional(),
  account: costAccount.optional(),
});
export const costRecordPage = pageOf(costRecord);

export type CostAccount = z.output<typeof costAccount>;
export type CostRecordKind = z.output<typeof costRecordKind>;
export type CostRecordAnswer = z.output<typeof costRecord>;
export type CostRecordsInput = z.output<typeof costRecordsInput>;
