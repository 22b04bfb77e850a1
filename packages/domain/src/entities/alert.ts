/** An alert: one stands per kind and subject, and a resolved one stays as it was. */
import type { AlertKind, AlertSeverity, AlertState } from '@granary/contracts/alert';
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  generatedFlag,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface AlertRow {
  readonly alertId: string;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly state: AlertState;
  /** JSON of what it is about, so that no two subjects read the same. */
  readonly subject: string;
  readonly skuId: string | null;
  readonly locationId: string | null;
  readonly batchId: string | null;
  readonly reservationId: string | null;
  readonly value: number;
  readonly threshold: number | null;
  readonly message: string;
  readonly raisedAt: Instant;
  readonly changedAt: Instant;
  readonly acknowledgedAt: Instant | null;
  readonly acknowledgedBy: string | null;
  readonly resolvedAt: Instant | null;
  readonly resolvedBy: string | null;
  readonly resolveReason: string | null;
  readonly version: number;
  /** The command that wrote it last. */
  readonly commandId: string;
}

export const alertEntity = new EntitySchema<AlertRow & { standing: boolean }>({
  name: 'stock_alert',
  tableName: 'stock_alert',
  columns: {
    alertId: { ...ulidColumn, name: 'alert_id', primary: true },
    kind: wordColumn(32),
    severity: wordColumn(16),
    state: wordColumn(16),
    subject: nameColumn(300),
    skuId: { ...nameColumn(64), name: 'sku_id', nullable: true },
    locationId: { ...nameColumn(64), name: 'location_id', nullable: true },
    batchId: { ...ulidColumn, name: 'batch_id', nullable: true },
    reservationId: { ...ulidColumn, name: 'reservation_id', nullable: true },
    value: versionColumn,
    threshold: { ...versionColumn, nullable: true },
    message: nameColumn(500),
    raisedAt: { ...instantColumn, name: 'raised_at' },
    changedAt: { ...instantColumn, name: 'changed_at' },
    acknowledgedAt: { ...instantColumn, name: 'acknowledged_at', nullable: true },
    acknowledgedBy: { ...nameColumn(64), name: 'acknowledged_by', nullable: true },
    resolvedAt: { ...instantColumn, name: 'resolved_at', nullable: true },
    resolvedBy: { ...nameColumn(64), name: 'resolved_by', nullable: true },
    resolveReason: { ...nameColumn(500), name: 'resolve_reason', nullable: true },
    version: versionColumn,
    commandId: { ...ulidColumn, name: 'command_id' },
    standing: generatedFlag(`if(state in ('open', 'acknowledged'), 1, null)`),
  },
  uniques: [{ name: 'stock_alert_standing', columns: ['kind', 'subject', 'standing'] }],
  indices: [
    { name: 'stock_alert_state', columns: ['state', 'kind', 'alertId'] },
    { name: 'stock_alert_level', columns: ['skuId', 'locationId', 'standing', 'alertId'] },
  ],
});
