/** What accountants state and costing looks up: exchange rates by day, and the standard costs that a SKU has had. */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import { dateColumn, instantColumn, nameColumn, ulidColumn, wordColumn } from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';
import { unitsColumn, valueColumn } from './columns.ts';

export interface ExchangeRateRow {
  readonly currency: string;
  /** Valid from this day until the next one that is recorded. */
  readonly on: CalendarDate;
  /** Base currency for one unit, a decimal string with up to 10 decimals: more than money has. */
  readonly rate: string;
  readonly commandId: string;
}

export interface StandardCostRow {
  readonly skuId: string;
  readonly eventId: string;
  readonly at: Instant;
  readonly cost: bigint;
  /** Of so many units. */
  readonly per: number;
  readonly reason: string | null;
  readonly commandId: string;
}

export const exchangeRateEntity = new EntitySchema<ExchangeRateRow>({
  name: 'exchange_rate',
  tableName: 'exchange_rate',
  columns: {
    currency: { ...wordColumn(3), primary: true },
    on: { ...dateColumn, name: 'valid_from', primary: true },
    rate: wordColumn(24),
    commandId: { ...ulidColumn, name: 'command_id' },
  },
});

export const standardCostEntity = new EntitySchema<StandardCostRow>({
  name: 'standard_cost',
  tableName: 'standard_cost',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    eventId: { ...ulidColumn, name: 'event_id', primary: true },
    at: { ...instantColumn, name: 'happened_at' },
    cost: valueColumn,
    per: unitsColumn,
    reason: { ...nameColumn(500), nullable: true },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
});
