/** Reading single pieces: where each one is, and everything that ever happened to it. They move with documents and reservations. */
import type { DocumentType } from '@granary/contracts/document';
import type { Page } from '@granary/contracts/page';
import {
  MAX_SERIAL_HISTORY,
  type Serial,
  type SerialEvent,
  type SerialGetInput,
  type SerialListInput,
  type SerialSummary,
} from '@granary/contracts/serial';
import { pageOf } from '../persistence/page.ts';
import {
  findSerial,
  listSerials,
  type NamedSerial,
  readHistory,
  type SerialStep,
} from '../persistence/serial-store.ts';
import { notFound } from '../refusal.ts';
import type { Engine } from './execution.ts';

export function createSerialService(engine: Engine) {
  return {
    /** Who may see the place where a piece is sees it, and of its past what happened at places that they may see. */
    get: async ({ skuId, serial }: SerialGetInput): Promise<Serial> =>
      await engine.units.read(async (tx) => {
        const row = await findSerial(tx, skuId, serial);
        if (row === undefined) throw notFound('serial', serial);
        const steps = await readHistory(tx, skuId, { serial, limit: MAX_SERIAL_HISTORY + 1 });
        const history = steps.slice(0, MAX_SERIAL_HISTORY).toReversed().map(toEvent);
        return { ...toSummary(row), history, truncated: steps.length > MAX_SERIAL_HISTORY };
      }),

    list: async (input: SerialListInput): Promise<Page<SerialSummary>> =>
      await engine.units.read(async (tx) => {
        const page = await pageOf({
          list: 'serials',
          input,
          load: (after, limit) => listSerials(tx, { input, after: after?.[0], limit }),
          keyOf: (row) => [row.serial],
        });
        return { items: page.items.map(toSummary), nextCursor: page.nextCursor };
      }),
  };
}

function toSummary(row: NamedSerial): SerialSummary {
  const {
    skuId,
    serial,
    state,
    batchId,
    batchNo,
    locationId,
    documentId,
    reservationId,
    version,
    createdAt,
    changedAt,
  } = row;
  return {
    skuId,
    serial,
    state,
    batchId,
    batchNo,
    locationId,
    documentId,
    reservationId,
    version,
    createdAt,
    changedAt,
  };
}

function toEvent(step: SerialStep): SerialEvent {
  const { seq, kind, state, batchId, batchNo, locationId, documentId, documentNo, orderNo, reservationId } = step;
  const { lineNo, commandId, occurredAt, recordedAt } = step;
  return {
    ...{ seq, kind, state, batchId, batchNo, locationId, documentId, documentNo, orderNo, reservationId },
    documentType: step.documentType as DocumentType | null,
    ...{ line: lineNo, commandId, occurredAt, recordedAt },
  };
}
