/** Snapshots: levels and batches as they stood at one instant, on demand or at the start of every day (SPEC section 5). */
import { z } from 'zod';
import { mutation } from './command.ts';
import { id, locationId, skuId, text } from './identifier.ts';
import { calendarDate, moment } from './instant.ts';
import { amount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';

export const MAX_SNAPSHOT_SKUS = 500;

export const snapshotKind = z.enum(['manual', 'daily']);
/** `taking` until every row is there; a snapshot never changes afterwards. */
export const snapshotState = z.enum(['taking', 'complete']);

export const snapshotCreateInput = mutation({
  name: text('What this snapshot is for', 100).optional(),
  skuIds: z
    .array(skuId)
    .min(1)
    .max(MAX_SNAPSHOT_SKUS)
    .optional()
    .meta({ description: 'Only these; all SKUs when left out' }),
  locationId: locationId.optional().meta({ description: 'Only this location; all when left out' }),
});

export const snapshot = z.strictObject({
  id: z.string(),
  kind: snapshotKind,
  state: snapshotState,
  name: z.string().nullable(),
  day: calendarDate.nullable().meta({ description: 'Of a daily one: the day at whose first instant it stands' }),
  at: moment.meta({ description: 'The one instant at which everything stood so' }),
  skuIds: z.array(z.string()).nullable(),
  locationId: z.string().nullable(),
  levels: units,
  batches: units,
  requestedBy: z.string(),
  createdAt: moment,
  completedAt: moment.nullable(),
  version: z.number().int(),
});

export const snapshotGetInput = z.strictObject({ snapshotId: id });
export const snapshotListInput = z.strictObject({ ...pageFields, kind: snapshotKind.optional() });
export const snapshotPage = pageOf(snapshot);

const balances = { onHand: units, reserved: units, locked: units };

/** One row of each level, followed by one of each of its batches that had stock. */
export const snapshotRow = z.strictObject({
  skuId: z.string(),
  locationId: z.string(),
  batchId: z.string().nullable().meta({ description: 'Null for the level itself' }),
  ...balances,
  deficit: units.nullable().meta({ description: 'Of a level' }),
  version: z.number().int().nullable().meta({ description: 'Of a level: how many movements it had' }),
  batchNo: z.string().nullable(),
  qualityLevel: z.string().nullable(),
  unitCost: amount.nullable(),
  expiresAt: moment.nullable(),
});
export const snapshotRowsInput = z.strictObject({
  ...pageFields,
  snapshotId: id,
  skuId: skuId.optional(),
  locationId: locationId.optional(),
});
export const snapshotRowPage = pageOf(snapshotRow);

export const snapshotCompareInput = z.strictObject({ ...pageFields, fromId: id, toId: id });
/** A level or batch that stood otherwise; what only one of the two has counts as nothing in the other. */
export const snapshotDifference = z.strictObject({
  skuId: z.string(),
  locationId: z.string(),
  batchId: z.string().nullable(),
  batchNo: z.string().nullable(),
  from: z.strictObject(balances),
  to: z.strictObject(balances),
  onHandDelta: z.number().int(),
  reservedDelta: z.number().int(),
  lockedDelta: z.number().int(),
});
export const snapshotDifferencePage = pageOf(snapshotDifference);

export type SnapshotKind = z.output<typeof snapshotKind>;
export type SnapshotState = z.output<typeof snapshotState>;
export type Snapshot = z.output<typeof snapshot>;
export type SnapshotCreateInput = z.output<typeof snapshotCreateInput>;
export type SnapshotListInput = z.output<typeof snapshotListInput>;
export type SnapshotRow = z.output<typeof snapshotRow>;
export type SnapshotRowsInput = z.output<typeof snapshotRowsInput>;
export type SnapshotCompareInput = z.output<typeof snapshotCompareInput>;
export type SnapshotDifference = z.output<typeof snapshotDifference>;
