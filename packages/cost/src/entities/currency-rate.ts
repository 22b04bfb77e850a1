/** Exchange rates as they were stated: appended, never edited. Of two for one day the later one counts. */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import {
  dateColumn,
  instantColumn,
  nameColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '@granary/domain/persistence/columns';
import { EntitySchema } from 'typeorm';

export interface CurrencyRateRow {
  /** ISO 4217. */
  readonly currency: string;
  /** The currency's first rate is 1, its next 2: the order in which they were stated. */
  readonly version: number;
  /** Valid from this day until the next one that is stated. */
  readonly on: CalendarDate;
  /** Base currency for one unit, a decimal string with up to 10 decimals: more than money has. */
  readonly rate: string;
  readonly reason: string;
  readonly recordedAt: Instant;
  readonly recordedBy: string;
  readonly commandId: string;
}

export const currencyRateEntity = new EntitySchema<CurrencyRateRow>({
  name: 'currency_rate',
  tableName: 'currency_rate',
  columns: {
    currency: { ...wordColumn(3), primary: true },
    version: { ...versionColumn, primary: true },
    on: { ...dateColumn, name: 'valid_from' },
    rate: wordColumn(24),
    reason: nameColumn(500),
    recordedAt: { ...instantColumn, name: 'recorded_at' },
    recordedBy: { ...nameColumn(100), name: 'recorded_by' },
    commandId: { ...ulidColumn, name: 'command_id' },
  },
  indices: [{ name: 'currency_rate_day', columns: ['currency', 'on', 'version'] }],
});
