/** Prices in other currencies at the rate of their day, for whoever takes goods or costs in (IAS 21.21-22: the spot rate). */
import type { Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { Exchange, Exchanged, PricedLine } from '@granary/domain/ports/exchange';
import { invalidInput } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import type { CostConfig } from '../config.ts';
import { parseExchangeRate, toBase } from '../core/currency.ts';
import { rateMissing } from '../core/refusal.ts';
import { findRateOn } from '../persistence/rate-store.ts';

export function createExchange(config: CostConfig): Exchange {
  return async (tx, lines, at) => {
    const rates = await ratesOf(tx, config, { said: lines, at });
    return lines.map((line) => exchanged(line, rates.get(line.currency)));
  };
}

/** An amount that is no line of goods: freight that was billed abroad. In the base currency already where none is named. */
export async function amountInBase(
  tx: Tx,
  config: CostConfig,
  { amount, currency, at }: { readonly amount: bigint; readonly currency: string | undefined; readonly at: Instant },
): Promise<bigint> {
  if (currency === undefined) return amount;
  const rate = (await ratesOf(tx, config, { said: [{ currency, path: 'currency' }], at })).get(currency);
  return rate === undefined ? amount : toBase(amount, parseExchangeRate(rate));
}

interface Said {
  readonly said: readonly Pick<PricedLine, 'currency' | 'path'>[];
  readonly at: Instant;
}

/** Of every currency but the base, which is worth itself. */
async function ratesOf(tx: Tx, config: CostConfig, { said, at }: Said): Promise<ReadonlyMap<string, string>> {
  const foreign = said.filter(({ currency }) => currency !== config.baseCurrency);
  if (foreign.length > 0) assertTaken(config, foreign);
  const on = dayOf(at, config.timezone);
  const rates = new Map<string, string>();
  for (const currency of new Set(foreign.map((each) => each.currency))) {
    const row = await findRateOn(tx, currency, on);
    if (row === undefined) throw rateMissing(currency, on);
    rates.set(currency, row.rate);
  }
  return rates;
}

/** Refuses other currencies while they are switched off (INV_005). */
export function assertTaken({ multiCurrency, baseCurrency }: CostConfig, said: Said['said']): void {
  if (multiCurrency) return;
  throw invalidInput(
    said.map(({ path, currency }) => ({
      path,
      message: `${currency} is not taken while STOCK_COST_ENABLE_MULTI_CURRENCY is off: say it in ${baseCurrency}`,
    })),
  );
}

function exchanged({ currency, unitCost, quantity }: PricedLine, rate: string | undefined): Exchanged {
  const amount = unitCost * BigInt(quantity);
  if (rate === undefined) return { value: amount as Exchanged['value'], price: undefined };
  const price = { currency, unitCost: formatMoney(unitCost), rate };
  return { value: toBase(amount, parseExchangeRate(rate)), price };
}
