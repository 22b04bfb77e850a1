/** What happened to the cost of a SKU, and what it came to: both appended, neither ever edited (SPEC section 9). */
import type { Instant } from '@granary/contracts/instant';
import {
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import type { CostEvent } from '../core/event.ts';
import type { Account, RecordKind } from '../core/record.ts';
import { flowColumn, strategyColumn, unitsColumn, valueColumn } from './columns.ts';

/** An input of costing, in the order in which a recomputation reads it. */
export interface CostEventRow {
  readonly skuId: string;
  readonly at: Instant;
  readonly eventId: string;
  readonly type: CostEvent['type'];
  /** The other fields of the event, as JSON; amounts are strings of millionths. */
  readonly body: string;
}

/** One two-sided entry: so much value onto, or off, the stock against one account. */
export interface CostRecordRow {
  readonly skuId: string;
  readonly recordNo: number;
  readonly kind: RecordKind;
  readonly account: Account;
  readonly quantity: number;
  readonly value: bigint;
  readonly eventId: string;
  /** The receipt, issue or event whose cost it states. */
  readonly subjectId: string;
  /** The event whose posting a correction corrects. */
  readonly correctsId: string | null;
  readonly strategy: string;
  readonly periodId: string;
  readonly at: Instant;
  /** The movement that made it: (skuId, locationId, levelVersion) is its key. */
  readonly locationId: string | null;
  readonly levelVersion: number | null;
  readonly batchId: string | null;
  readonly documentId: string | null;
  readonly reservationId: string | null;
  readonly commandId: string;
  readonly reason: string | null;
}

export const costEventEntity = new EntitySchema<CostEventRow>({
  name: 'cost_event',
  tableName: 'cost_event',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    at: { ...instantColumn, name: 'happened_at', primary: true },
    eventId: { ...ulidColumn, name: 'event_id', primary: true },
    type: wordColumn(16),
    body: textColumn,
  },
});

export const costRecordEntity = new EntitySchema<CostRecordRow>({
  name: 'cost_record',
  tableName: 'cost_record',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    recordNo: { ...versionColumn, name: 'record_no', primary: true },
    kind: wordColumn(24),
    account: wordColumn(24),
    quantity: unitsColumn,
    value: valueColumn,
    eventId: { ...ulidColumn, name: 'event_id' },
    subjectId: { ...flowColumn, name: 'subject_id' },
    correctsId: { ...ulidColumn, name: 'corrects_id', nullable: true },
    strategy: strategyColumn,
    periodId: { ...ulidColumn, name: 'period_id' },
    at: { ...instantColumn, name: 'happened_at' },
    locationId: { ...nameColumn(64), name: 'location_id', nullable: true },
    levelVersion: { ...versionColumn, name: 'level_version', nullable: true },
    batchId: { ...ulidColumn, name: 'batch_id', nullable: true },
    documentId: { ...ulidColumn, name: 'document_id', nullable: true },
    reservationId: { ...ulidColumn, name: 'reservation_id', nullable: true },
    commandId: { ...ulidColumn, name: 'command_id' },
    reason: { ...nameColumn(500), nullable: true },
  },
  indices: [
    { name: 'cost_record_period', columns: ['periodId', 'skuId'] },
    { name: 'cost_record_document', columns: ['documentId'] },
  ],
});
