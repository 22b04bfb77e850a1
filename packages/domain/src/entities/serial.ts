/** One piece of a serial-tracked SKU: where it is now, and the append-only row of everything that happened to it. */
import type { Instant } from '@granary/contracts/instant';
import type { SerialEventKind, SerialState } from '@granary/contracts/serial';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface SerialRow {
  readonly skuId: string;
  readonly serial: string;
  readonly state: SerialState;
  /** Where it lies, or lay last. */
  readonly batchId: string;
  readonly locationId: string;
  /** Of its last event. */
  readonly documentId: string | null;
  readonly reservationId: string | null;
  /** The `seq` of its newest event, and the fence of its update. */
  readonly version: number;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  /** The command that wrote it last. */
  readonly commandId: string;
}

export interface SerialEventRow {
  readonly skuId: string;
  readonly serial: string;
  readonly seq: number;
  readonly kind: SerialEventKind;
  /** After the event. */
  readonly state: SerialState;
  readonly batchId: string;
  readonly locationId: string;
  readonly documentId: string | null;
  /** The line of that document. */
  readonly lineNo: number | null;
  readonly reservationId: string | null;
  readonly commandId: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}

export type SerialKey = string;

export function serialKey({ skuId, serial }: Pick<SerialRow, 'skuId' | 'serial'>): SerialKey {
  return `${skuId}\0${serial}`;
}

/** In the order of the primary key: by bytes, which is not that of UTF-16. */
export function bySerial(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export const serialEntity = new EntitySchema<SerialRow>({
  name: 'stock_serial',
  tableName: 'stock_serial',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    serial: { ...nameColumn(100), primary: true },
    state: wordColumn(24),
    batchId: { ...ulidColumn, name: 'batch_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    documentId: { ...ulidColumn, name: 'document_id', nullable: true },
    reservationId: { ...ulidColumn, name: 'reservation_id', nullable: true },
    version: versionColumn,
    createdAt: { ...instantColumn, name: 'created_at' },
    changedAt: { ...instantColumn, name: 'changed_at' },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  indices: [
    { name: 'stock_serial_batch', columns: ['batchId', 'state', 'serial'] },
    { name: 'stock_serial_place', columns: ['skuId', 'state', 'locationId', 'serial'] },
  ],
});

export const serialEventEntity = new EntitySchema<SerialEventRow>({
  name: 'stock_serial_event',
  tableName: 'stock_serial_event',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    serial: { ...nameColumn(100), primary: true },
    seq: { ...versionColumn, primary: true },
    kind: wordColumn(16),
    state: wordColumn(24),
    batchId: { ...ulidColumn, name: 'batch_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    documentId: { ...ulidColumn, name: 'document_id', nullable: true },
    lineNo: { ...countColumn, name: 'line_no', nullable: true },
    reservationId: { ...ulidColumn, name: 'reservation_id', nullable: true },
    commandId: { ...ulidColumn, name: 'command_id' },
    occurredAt: { ...instantColumn, name: 'occurred_at' },
    recordedAt: { ...instantColumn, name: 'recorded_at' },
  },
  indices: [{ name: 'stock_serial_event_document', columns: ['documentId', 'lineNo'] }],
});
