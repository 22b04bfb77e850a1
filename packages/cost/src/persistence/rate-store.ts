/** Exchange rates: appended in the order of their currency, and found by day. */
import type { CalendarDate } from '@granary/contracts/instant';
import { whereOf } from '@granary/domain/persistence/filter';
import type { Tx } from '@granary/domain/persistence/transaction';
import { appendRows, ensureRows } from '@granary/domain/persistence/write-rows';
import type { CurrencyRateRow } from '../entities/currency-rate.ts';
import { costGuards, currencyRates } from './tables.ts';

/** Whoever states a rate waits for whoever else does; periods have the first place. */
export async function lockRates(tx: Tx): Promise<void> {
  await ensureRows(tx, costGuards, [{ slot: 2 }]);
}

export async function findNewestRate(tx: Tx, currency: string): Promise<CurrencyRateRow | undefined> {
  const where = 'FORCE INDEX (PRIMARY) WHERE t.currency = ? ORDER BY t.version DESC LIMIT 1';
  return (await tx.select(currencyRates, where, [currency]))[0];
}

export async function appendRate(tx: Tx, row: CurrencyRateRow): Promise<void> {
  await appendRows(tx, currencyRates, [row]);
}

/** The one that is valid on a day: the newest that is not after it, and of two for one day the later stated. */
export async function findRateOn(tx: Tx, currency: string, on: CalendarDate): Promise<CurrencyRateRow | undefined> {
  const where = `FORCE INDEX (currency_rate_day) WHERE t.currency = ? AND t.valid_from <= ?
    ORDER BY t.valid_from DESC, t.version DESC LIMIT 1`;
  return (await tx.select(currencyRates, where, [currency, on]))[0];
}

export interface RateQuery {
  readonly currency: string | undefined;
  readonly after: { readonly currency: string; readonly version: number } | undefined;
  readonly limit: number;
}

/** By currency, and there the last stated first. */
export async function listRates(tx: Tx, { currency, after, limit }: RateQuery): Promise<readonly CurrencyRateRow[]> {
  const { where, parameters } = whereOf([
    ['t.currency = ?', currency],
    ['(t.currency > ? OR (t.currency = ? AND t.version < ?))', after?.currency, after?.currency, after?.version],
  ]);
  return await tx.select(currencyRates, `${where} ORDER BY t.currency, t.version DESC LIMIT ${limit}`, parameters);
}
