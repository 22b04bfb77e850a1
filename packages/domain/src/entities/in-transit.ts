/** Expected receipts: what is on its way, from a purchase or (with the transfer's own id) from another location. */
import type { InTransitSource, InTransitStatus } from '@granary/contracts/in-transit';
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  generatedFlag,
  hashColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface InTransitRow {
  readonly inTransitId: string;
  readonly source: InTransitSource;
  readonly reference: string;
  readonly supplier: string | null;
  readonly status: InTransitStatus;
  readonly expectedAt: Instant | null;
  readonly contentHash: string;
  readonly createdAt: Instant;
  readonly endReason: string | null;
  readonly version: number;
  readonly commandId: string;
}

export interface InTransitLineRow {
  readonly inTransitId: string;
  readonly lineNo: number;
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly received: number;
  /** What is still on its way; with `received` less than `quantity` once some of it was written off or called off. */
  readonly outstanding: number;
  /** The header's, so that one index has what comes next of a SKU. */
  readonly expectedAt: Instant | null;
}

export interface InTransit extends InTransitRow {
  readonly lines: readonly InTransitLineRow[];
}

export const inTransitEntity = new EntitySchema<InTransitRow>({
  name: 'stock_in_transit',
  tableName: 'stock_in_transit',
  columns: {
    inTransitId: { ...ulidColumn, name: 'in_transit_id', primary: true },
    source: wordColumn(16),
    reference: nameColumn(100),
    supplier: { ...nameColumn(100), nullable: true },
    status: wordColumn(16),
    expectedAt: { ...instantColumn, name: 'expected_at', nullable: true },
    contentHash: { ...hashColumn, name: 'content_hash' },
    createdAt: { ...instantColumn, name: 'created_at' },
    endReason: { ...nameColumn(500), name: 'end_reason', nullable: true },
    version: versionColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  uniques: [{ name: 'stock_in_transit_reference', columns: ['source', 'reference'] }],
  indices: [{ name: 'stock_in_transit_status', columns: ['status', 'inTransitId'] }],
});

export const inTransitLineEntity = new EntitySchema<InTransitLineRow & { isOpen: boolean }>({
  name: 'stock_in_transit_line',
  tableName: 'stock_in_transit_line',
  columns: {
    inTransitId: { ...ulidColumn, name: 'in_transit_id', primary: true },
    lineNo: { ...countColumn, name: 'line_no', primary: true },
    skuId: { ...nameColumn(64), name: 'sku_id' },
    locationId: { ...nameColumn(64), name: 'location_id' },
    quantity: countColumn,
    received: countColumn,
    outstanding: countColumn,
    expectedAt: { ...instantColumn, name: 'expected_at', nullable: true },
    isOpen: { ...generatedFlag(`if(outstanding > 0, 1, 0)`), name: 'is_open' },
  },
  indices: [{ name: 'stock_in_transit_line_sku', columns: ['skuId', 'isOpen', 'expectedAt', 'inTransitId'] }],
});
