/** Stating exchange rates, and telling them. What was posted at an earlier one stays as it was. */
import type { ExchangeRate, RatesInput, SetRateInput } from '@granary/contracts/exchange-rate';
import { type CalendarDate, parseDate } from '@granary/contracts/instant';
import type { Page } from '@granary/contracts/page';
import type { Call } from '@granary/domain/call';
import type { Fact } from '@granary/domain/entities/outbox';
import { pageOf } from '@granary/domain/persistence/page';
import { accepted, invalidInput } from '@granary/domain/refusal';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import { parseExchangeRate } from '../core/currency.ts';
import type { CurrencyRateRow } from '../entities/currency-rate.ts';
import { appendRate, findNewestRate, listRates, lockRates } from '../persistence/rate-store.ts';
import type { CostEngine } from './cost-engine.ts';
import { assertTaken } from './currency-exchange.ts';

export function createCurrencyRates(stock: Engine, engine: CostEngine) {
  return {
    setRate: (input: SetRateInput, call: Call) => setRate(stock, engine, { input, call }),
    /** By currency, and there the last stated first. */
    rates: async (input: RatesInput): Promise<Page<ExchangeRate>> => {
      const page = await stock.units.read((tx) =>
        pageOf<CurrencyRateRow>({
          list: 'cost.rates',
          input,
          parts: 2,
          keyOf: ({ currency, version }) => [currency, String(version)],
          load: ([currency, version] = [], limit) => {
            const after = currency === undefined ? undefined : { currency, version: Number(version) };
            return listRates(tx, { currency: input.currency, after, limit });
          },
        }),
      );
      return { ...page, items: page.items.map(toRate) };
    },
  };
}

const toRate = ({ commandId: _command, ...row }: CurrencyRateRow): ExchangeRate => row;

async function setRate(
  stock: Engine,
  { config }: CostEngine,
  { input, call }: { readonly input: SetRateInput; readonly call: Call },
): Promise<ExchangeRate> {
  const { currency, rate, reason } = input;
  assertTaken(config, [{ currency, path: 'currency' }]);
  if (currency === config.baseCurrency)
    throw invalidInput([{ path: 'currency', message: 'is the base currency, which is worth itself' }]);
  const on = dateOf(input.on);
  assertRate(rate);
  return await execute(stock, {
    procedure: 'cost.setRate',
    input,
    call,
    lock: { scope: 'document', keys: [`rate:${currency}`] },
    decide: async (tx) => {
      await lockRates(tx);
      const draft = await draftNow(tx, stock);
      const last = await findNewestRate(tx, currency);
      const { commandId } = tx;
      const stated = { recordedAt: draft.now, recordedBy: call.caller.actor, commandId };
      const row: CurrencyRateRow = { currency, version: (last?.version ?? 0) + 1, on, rate, reason, ...stated };
      await appendRate(tx, row);
      const [before, after] = [last === undefined ? null : toRate(last), toRate(row)];
      draft.facts.push(rateFact(before, { after, commandId }));
      return { draft, outcome: accepted(after), before, after };
    },
  });
}

/** Along the currency; `before` is the rate that was stated last, whatever its day. */
function rateFact(
  before: ExchangeRate | null,
  { after, commandId }: { readonly after: ExchangeRate; readonly commandId: string },
): Fact {
  const { currency: id, version: to } = after;
  return { type: 'cost.rate.set', kind: 'currencyRate', id, from: to - 1, to, commandId, before, after };
}

function dateOf(text: string): CalendarDate {
  const date = parseDate(text);
  if (date === undefined) throw invalidInput([{ path: 'on', message: 'must be a calendar date such as 2026-11-20' }]);
  return date;
}

function assertRate(rate: string): void {
  try {
    parseExchangeRate(rate);
  } catch {
    throw invalidInput([{ path: 'rate', message: 'must be a decimal string above 0 with at most 10 decimals' }]);
  }
}
