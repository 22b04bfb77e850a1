/** How far old commands were pruned: what was recorded before may be gone, and the next round goes on there. */
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import { instantColumn, ulidColumn, wordColumn } from '../persistence/columns.ts';

/** `key`: keys and answers taken from commands; `command`: commands removed. */
export type Pruned = 'key' | 'command';

export interface RetentionRow {
  readonly name: Pruned;
  readonly beforeAt: Instant;
  /** The last command of that moment that was looked at. */
  readonly afterId: string;
}

export const retentionEntity = new EntitySchema<RetentionRow>({
  name: 'retention',
  tableName: 'retention',
  columns: {
    name: { ...wordColumn(32), primary: true },
    beforeAt: { ...instantColumn, name: 'before_at' },
    afterId: { ...ulidColumn, name: 'after_id' },
  },
});
