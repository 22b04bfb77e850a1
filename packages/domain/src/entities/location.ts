/** The location row. */
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import { countColumn, flagColumn, instantColumn, nameColumn } from '../persistence/columns.ts';

export interface LocationRow {
  readonly locationId: string;
  readonly name: string;
  /** Allocation asks low ones first. */
  readonly priority: number;
  readonly isActive: boolean;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export const locationEntity = new EntitySchema<LocationRow>({
  name: 'location',
  tableName: 'location',
  columns: {
    locationId: { ...nameColumn(64), name: 'location_id', primary: true },
    name: nameColumn(200),
    priority: countColumn,
    isActive: { ...flagColumn, name: 'is_active' },
    version: countColumn,
    createdAt: { ...instantColumn, name: 'created_at' },
    updatedAt: { ...instantColumn, name: 'updated_at' },
  },
});
