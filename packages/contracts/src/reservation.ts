/** Reservations: stock held for a cart or an order until a deadline (SPEC section 4). */
import { z } from 'zod';
import { mutation, reason } from './command.ts';
import { businessId, id, lineId, skuId, strategyName } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { quantity, units } from './quantity.ts';
import { rule } from './rule.ts';
import { outgoingSerials } from './serial-number.ts';
import { stockCriteria } from './stock.ts';

export const MAX_RESERVE_LINES = 200;

export const reservationType = z.enum(['cart', 'order', 'other']);
export const reservationState = z.enum(['active', 'confirmed', 'fulfilled', 'released', 'expired']);

const ttlSeconds = z
  .number()
  .int()
  .min(1)
  .max(315_360_000)
  .meta({ description: 'Seconds from now until the deadline', examples: [1800] });
const deadline = {
  ttlSeconds: ttlSeconds.optional(),
  expiresAt: instant
    .optional()
    .meta({ description: 'The deadline as a moment, instead of ttlSeconds', examples: ['2027-01-31T12:00:00Z'] }),
};
const oneDeadline = rule(
  (value: { ttlSeconds?: number | undefined; expiresAt?: string | undefined }) =>
    value.ttlSeconds === undefined || value.expiresAt === undefined,
  'name either ttlSeconds or expiresAt',
  'expiresAt',
);

const line = {
  skuId,
  quantity,
  type: reservationType,
  businessId,
  lineId,
  ...deadline,
  ...stockCriteria,
  batchIds: z.array(id).min(1).max(100).optional().meta({ description: 'Take from these batches only' }),
  strategy: strategyName.optional(),
  replace: z
    .boolean()
    .default(false)
    .meta({ description: 'Replace what this line already holds, if it holds something else' }),
};

export const reserveLine = z.strictObject(line).refine(...oneDeadline);
export const reserveInput = mutation(line).refine(...oneDeadline);
export const reserveManyInput = mutation({ lines: z.array(reserveLine).min(1).max(MAX_RESERVE_LINES) });

/** One reservation by its id, or every line of one business document. */
const target = { id: id.optional(), type: reservationType.optional(), businessId: businessId.optional() };
const oneTarget = rule(
  (value: { id?: string | undefined; type?: string | undefined; businessId?: string | undefined }) =>
    value.id === undefined
      ? value.type !== undefined && value.businessId !== undefined
      : value.type === undefined && value.businessId === undefined,
  'name either id, or type and businessId',
  'id',
);

export const confirmInput = mutation(target).refine(...oneTarget);
export const releaseInput = mutation({ ...target, reason: reason.optional() }).refine(...oneTarget);
export const deductInput = mutation({
  ...target,
  quantity: quantity.optional(),
  serials: outgoingSerials,
  occurredAt: instant.optional(),
})
  .refine(...oneTarget)
  .refine((value) => value.serials === undefined || value.id !== undefined, {
    error: 'serials need the id of one reservation',
    path: ['serials'],
  })
  .refine((value) => value.quantity === undefined || value.id !== undefined, {
    error: 'a quantity needs the id of one reservation',
    path: ['quantity'],
  });
export const extendInput = mutation({ ...target, ...deadline })
  .refine(...oneTarget)
  .refine((value) => (value.ttlSeconds === undefined) !== (value.expiresAt === undefined), {
    error: 'name ttlSeconds or expiresAt',
    path: ['ttlSeconds'],
  });

const business = z.strictObject({ type: reservationType, businessId });
export const convertInput = mutation({ from: business, to: business, ttlSeconds: ttlSeconds.optional() }).refine(
  (value) => value.from.type !== value.to.type || value.from.businessId !== value.to.businessId,
  { error: 'must differ from from', path: ['to'] },
);

export const expireDueInput = mutation({ limit: z.number().int().min(1).max(500).default(100) });
export const expireDueAnswer = z.strictObject({ expired: units, reservationIds: z.array(z.string()) });

export const reservation = z.strictObject({
  id: z.string(),
  skuId: z.string(),
  type: reservationType,
  businessId: z.string(),
  lineId: z.string(),
  state: reservationState,
  quantity: units,
  /** What has left: quantity = fulfilled + held while it is held. */
  fulfilled: units,
  /** What is still held. */
  held: units,
  /** Null once confirmed: no deadline any more. */
  expiresAt: moment.nullable(),
  createdAt: moment,
  endedAt: moment.nullable(),
  reason: z.string().nullable(),
  version: z.number().int(),
  lines: z.array(
    z.strictObject({ skuId: z.string(), locationId: z.string(), batchId: z.string(), quantity: units, held: units }),
  ),
});

/** The answer of every reservation call: the reservations it named, in the order of its lines. */
export const reservations = z.strictObject({ reservations: z.array(reservation) });

export const reservationGetInput = z.strictObject({ id });
export const reservationListInput = z
  .strictObject({
    ...pageFields,
    type: reservationType.optional(),
    businessId: businessId.optional(),
    skuId: skuId.optional(),
    state: reservationState.optional(),
  })
  .refine((value) => [value.businessId, value.skuId, value.state].some((given) => given !== undefined), {
    error: 'name businessId, skuId or state',
    path: ['businessId'],
  });
export const reservationPage = pageOf(reservation);

export type ReservationType = z.output<typeof reservationType>;
export type ReservationState = z.output<typeof reservationState>;
export type Reservation = z.output<typeof reservation>;
export type Reservations = z.output<typeof reservations>;
export type ReserveLine = z.output<typeof reserveLine>;
export type ReserveInput = z.output<typeof reserveInput>;
export type ReserveManyInput = z.output<typeof reserveManyInput>;
export type ConfirmInput = z.output<typeof confirmInput>;
export type ReleaseInput = z.output<typeof releaseInput>;
export type DeductInput = z.output<typeof deductInput>;
export type ExtendInput = z.output<typeof extendInput>;
export type ConvertInput = z.output<typeof convertInput>;
export type ExpireDueInput = z.output<typeof expireDueInput>;
export type ExpireDueAnswer = z.output<typeof expireDueAnswer>;
export type ReservationListInput = z.output<typeof reservationListInput>;
