/** Receipts in another currency: the value of a line at the rate of its day, rounded once (IAS 21.21-22: the spot rate). */
import type { CalendarDate } from '@granary/contracts/instant';
import { divideMoney, type Money } from '@granary/contracts/money';
import { rateMissing } from './refusal.ts';

/** Rates have more decimals than money: yen and rupiah need them. */
const RATE_DECIMALS = 10;
const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS);
const RATE = /^(\d{1,12})(?:\.(\d{1,10}))?$/;

/** Base currency for one unit of the other, in 10^-10. */
export type ExchangeRate = bigint & { readonly __brand: 'ExchangeRate' };

export interface DatedRate {
  readonly currency: string;
  /** Valid from this day until the next one that is recorded. */
  readonly on: CalendarDate;
  readonly rate: ExchangeRate;
}

export function parseExchangeRate(text: string): ExchangeRate {
  const match = RATE.exec(text);
  const rate = BigInt(match?.[1] ?? 0) * RATE_SCALE + BigInt((match?.[2] ?? '').padEnd(RATE_DECIMALS, '0'));
  if (match === null || rate === 0n) throw new RangeError(`not an exchange rate: ${text.slice(0, 40)}`);
  return rate as ExchangeRate;
}

/** The newest rate that is not after the day; refuses when there is none (COST_009). */
export function rateOn(rates: readonly DatedRate[], currency: string, on: CalendarDate): ExchangeRate {
  let found: DatedRate | undefined;
  for (const each of rates) {
    if (each.currency === currency && each.on <= on && (found === undefined || each.on > found.on)) found = each;
  }
  if (found === undefined) throw rateMissing(currency, on);
  return found.rate;
}

/** An amount of the other currency in the base currency, half up at 6 decimals. Convert the line, not its unit cost. */
export function toBase(amount: bigint, rate: ExchangeRate): Money {
  return divideMoney(amount * rate, RATE_SCALE);
}
