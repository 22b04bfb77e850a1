/** Accounting periods: open, frozen, closed in their order; and what every SKU was when one was closed (SPEC section 9). */
import { z } from 'zod';
import { mutation, reason } from './command.ts';
import { id, identifier } from './identifier.ts';
import { calendarDate, moment } from './instant.ts';
import { amount } from './money.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';
import { rule } from './rule.ts';

export const periodState = z.enum(['open', 'frozen', 'closed']).meta({
  description: '`frozen` refuses everything but the close, `closed` everything, for good',
  examples: ['open'],
});

const periodName = identifier('Name of an accounting period', 100, '2026-11');

export const periodCreateInput = mutation({
  name: periodName.optional().meta({ description: 'Left out, its days: `2026-11-01 to 2026-11-30`' }),
  startsOn: calendarDate.meta({ description: 'The first day of it, in STOCK_TIMEZONE', examples: ['2026-11-01'] }),
  endsOn: calendarDate.meta({ description: 'The last day of it', examples: ['2026-11-30'] }),
}).refine(
  ...rule(
    (value: { startsOn: string; endsOn: string }) => value.startsOn <= value.endsOn,
    'must not be before startsOn',
    'endsOn',
  ),
);
export const periodFreezeInput = mutation({ periodId: id });
export const periodUnfreezeInput = mutation({ periodId: id, reason });
export const periodCloseInput = mutation({ periodId: id });

export const period = z.strictObject({
  periodId: z.string(),
  name: z.string(),
  startsOn: z.string().meta({ description: 'Calendar date', examples: ['2026-11-01'] }),
  endsOn: z.string().meta({ description: 'Calendar date, the last day of it', examples: ['2026-11-30'] }),
  state: periodState,
  frozenAt: moment.nullable(),
  frozenBy: z.string().nullable(),
  unfreezeReason: z.string().nullable().meta({ description: 'Why it was unfrozen, the last time' }),
  closedAt: moment.nullable(),
  closedBy: z.string().nullable(),
  createdAt: moment,
  version: units,
});

/** What a close has done. Asking again answers the same. */
export const periodClosing = z.strictObject({
  period,
  skus: z.number().int().meta({ description: 'How many SKUs have a snapshot: those that were there or moved' }),
  trueUps: z
    .number()
    .int()
    .meta({ description: 'Entries that brought SKUs of a periodic strategy to the whole period' }),
  allocations: z.number().int().meta({ description: 'Automatic rules that were run' }),
  next: period.nullable().meta({ description: 'The period that follows; null when there is none' }),
});

export const periodGetInput = z.strictObject({ periodId: id });
export const periodListInput = z.strictObject({ ...pageFields, state: periodState.optional() });
export const periodPage = pageOf(period);
/** Null when no period holds today. */
export const periodCurrent = z.strictObject({ period: period.nullable() });

export const periodSnapshotsInput = z.strictObject({ ...pageFields, periodId: id });
/** opening + inbound - outbound (+ allocated, of the value) = closing, and that is the opening of the next period. */
export const periodSnapshot = z.strictObject({
  periodId: z.string(),
  skuId: z.string(),
  strategy: z.string(),
  openingQuantity: units,
  openingValue: amount,
  inboundQuantity: units,
  inboundValue: amount,
  outboundQuantity: units,
  outboundValue: amount,
  allocatedValue: amount,
  closingQuantity: units,
  closingValue: amount,
  averageCost: amount.nullable().meta({ description: 'Per unit, half up at 6 decimals; null when none was held' }),
});
export const periodSnapshotPage = pageOf(periodSnapshot);

export type PeriodState = z.output<typeof periodState>;
export type Period = z.output<typeof period>;
export type PeriodCreateInput = z.output<typeof periodCreateInput>;
export type PeriodFreezeInput = z.output<typeof periodFreezeInput>;
export type PeriodUnfreezeInput = z.output<typeof periodUnfreezeInput>;
export type PeriodCloseInput = z.output<typeof periodCloseInput>;
export type PeriodClosing = z.output<typeof periodClosing>;
export type PeriodGetInput = z.output<typeof periodGetInput>;
export type PeriodListInput = z.output<typeof periodListInput>;
export type PeriodSnapshotsInput = z.output<typeof periodSnapshotsInput>;
export type PeriodSnapshot = z.output<typeof periodSnapshot>;
