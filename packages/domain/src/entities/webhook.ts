/** A webhook: where events are posted to, which ones, and what signs them. The secrets are sealed, bound to their row. */
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  flagColumn,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
} from '../persistence/columns.ts';

export interface WebhookRow {
  readonly webhookId: string;
  readonly url: string;
  /** JSON of the sorted types; null is every type. */
  readonly types: string | null;
  readonly description: string | null;
  readonly isActive: boolean;
  /** Set when Granary itself disabled it. */
  readonly disabledReason: string | null;
  readonly secretSealed: string;
  /** The version of the webhook at which this secret was made. */
  readonly secretVersion: number;
  readonly previousSealed: string | null;
  readonly previousVersion: number | null;
  /** Until when the secret before signs as well. */
  readonly previousUntil: Instant | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly version: number;
}

export const webhookEntity = new EntitySchema<WebhookRow>({
  name: 'webhook',
  tableName: 'webhook',
  columns: {
    webhookId: { ...ulidColumn, name: 'webhook_id', primary: true },
    url: nameColumn(2000),
    types: { ...textColumn, name: 'types_json', nullable: true },
    description: { ...nameColumn(500), nullable: true },
    isActive: { ...flagColumn, name: 'is_active' },
    disabledReason: { ...nameColumn(500), name: 'disabled_reason', nullable: true },
    secretSealed: { ...nameColumn(1000), name: 'secret_sealed' },
    secretVersion: { ...versionColumn, name: 'secret_version' },
    previousSealed: { ...nameColumn(1000), name: 'previous_sealed', nullable: true },
    previousVersion: { ...versionColumn, name: 'previous_version', nullable: true },
    previousUntil: { ...instantColumn, name: 'previous_until', nullable: true },
    createdBy: { ...nameColumn(64), name: 'created_by' },
    createdAt: { ...instantColumn, name: 'created_at' },
    updatedAt: { ...instantColumn, name: 'updated_at' },
    version: versionColumn,
  },
});
