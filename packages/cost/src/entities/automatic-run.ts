/** Which rules the close of a period has run: the key is what keeps a close that is begun again from sharing out twice. */
import { ulidColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';

export interface AutomaticRunRow {
  readonly periodId: string;
  readonly ruleId: string;
  readonly allocationId: string;
}

export const automaticRunEntity = new EntitySchema<AutomaticRunRow>({
  name: 'cost_automatic_run',
  tableName: 'cost_automatic_run',
  columns: {
    periodId: { ...ulidColumn, name: 'period_id', primary: true },
    ruleId: { ...ulidColumn, name: 'rule_id', primary: true },
    allocationId: { ...ulidColumn, name: 'allocation_id' },
  },
});
