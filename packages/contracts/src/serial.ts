/** Serials: single pieces of a serial-tracked SKU, where each one is, and everything that ever happened to it. */
import { z } from 'zod';
import { documentType } from './document.ts';
import { id, locationId, skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { movementKind } from './movement.ts';
import { pageFields, pageOf } from './page.ts';
import { serialNo } from './serial-number.ts';
import { units } from './quantity.ts';

/** More events of one piece are not shown; `truncated` tells. */
export const MAX_SERIAL_HISTORY = 500;

export const serialState = z
  .enum([
    ...(['inStock', 'inTransit', 'sold', 'picked', 'returnedToSupplier'] as const),
    ...(['scrapped', 'removed', 'lost', 'withdrawn'] as const),
  ])
  .meta({
    description:
      'inStock; inTransit: shipped by a transfer and not received; sold, picked, returnedToSupplier, scrapped (outbound.damage): by what it left; ' +
      'removed: adjusted or counted away; lost: written off on its way; withdrawn: the document that brought it in was reversed',
  });

/** The movements that move pieces, and a loss on the way, which moves no stock. */
export const serialEventKind = z.enum([
  ...movementKind.exclude(['reserve', 'release', 'expire', 'lock', 'unlock', 'deficit']).options,
  'writeOff',
]);

const fields = {
  skuId: z.string(),
  serial: z.string(),
  state: serialState,
  /** The batch and the place where it lies, or lay last. */
  batchId: z.string(),
  batchNo: z.string(),
  locationId: z.string(),
  /** The document and the reservation of its last event, where there was one. */
  documentId: z.string().nullable(),
  reservationId: z.string().nullable(),
  /** Counts its events. */
  version: z.number().int(),
  createdAt: moment,
  changedAt: moment,
};

export const serialEvent = z.strictObject({
  /** 1, 2, 3… along one serial. */
  seq: z.number().int(),
  kind: serialEventKind,
  /** After the event. */
  state: serialState,
  batchId: z.string(),
  batchNo: z.string(),
  locationId: z.string(),
  documentId: z.string().nullable(),
  documentType: documentType.nullable(),
  documentNo: z.string().nullable(),
  orderNo: z.string().nullable(),
  /** The line of that document's answer, from 1. */
  line: units.nullable(),
  reservationId: z.string().nullable(),
  commandId: z.string(),
  occurredAt: moment,
  recordedAt: moment,
});

export const serialGetInput = z.strictObject({ skuId, serial: serialNo });
export const serial = z.strictObject({
  ...fields,
  /** From the first event to the last; at most 500, the newest of them. */
  history: z.array(serialEvent),
  truncated: z.boolean(),
});

export const serialListInput = z.strictObject({
  ...pageFields,
  skuId,
  batchId: id.optional(),
  locationId: locationId.optional(),
  state: serialState.optional(),
});
export const serialSummary = z.strictObject(fields);
export const serialPage = pageOf(serialSummary);

export type SerialState = z.output<typeof serialState>;
export type SerialEventKind = z.output<typeof serialEventKind>;
export type SerialEvent = z.output<typeof serialEvent>;
export type SerialGetInput = z.output<typeof serialGetInput>;
export type Serial = z.output<typeof serial>;
export type SerialListInput = z.output<typeof serialListInput>;
export type SerialSummary = z.output<typeof serialSummary>;
