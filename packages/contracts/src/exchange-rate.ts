/** Exchange rates: stated for a day, valid until the next one, appended and never edited (SPEC section 9, multi-currency). */
import { z } from 'zod';
import { mutation, reason } from './command.ts';
import { currency, rateText } from './currency.ts';
import { calendarDate, moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';

export const setRateInput = mutation({
  currency,
  on: calendarDate.meta({
    description: 'From this day on; of two rates for one day the later stated counts, for what is posted after it',
    examples: ['2026-11-01'],
  }),
  rate: rateText,
  reason,
});

export const exchangeRate = z.strictObject({
  currency: z.string(),
  on: z.string().meta({ description: 'Calendar date', examples: ['2026-11-01'] }),
  rate: z.string().meta({ examples: ['7.8123'] }),
  reason: z.string(),
  recordedAt: moment,
  recordedBy: z.string(),
  version: units.meta({ description: 'The first rate of a currency is 1, its next 2' }),
});

export const ratesInput = z.strictObject({ ...pageFields, currency: currency.optional() });
export const ratePage = pageOf(exchangeRate);

export type SetRateInput = z.output<typeof setRateInput>;
export type ExchangeRate = z.output<typeof exchangeRate>;
export type RatesInput = z.output<typeof ratesInput>;
