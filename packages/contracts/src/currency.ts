/** Currencies by their three letters (ISO 4217), and exact rates of exchange: more decimals than money has, for yen and rupiah. */
import { z } from 'zod';

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be the three letters of a currency, such as EUR')
  .meta({ description: 'Currency, ISO 4217', examples: ['EUR'] });

const RATE = /^(?:0|[1-9]\d{0,11})(?:\.\d{1,10})?$/;
const NOTHING = /^[0.]*$/;

/** Never 0. */
export const rateText = z
  .string()
  .max(24)
  .regex(RATE, 'must be a decimal string such as "7.8123", with at most 10 decimals')
  .refine((text) => !NOTHING.test(text), 'must not be 0')
  .meta({ description: 'Base currency for one unit of the other, at most 10 decimals', examples: ['7.8123'] });

/** What was paid for a line in another currency, as it was said, and the rate at which it was taken in. */
export const foreignPrice = z.strictObject({
  currency: z.string(),
  unitCost: z.string().meta({ description: 'Per unit in that currency, a decimal string', examples: ['12.50'] }),
  rate: z.string().meta({ description: 'Base currency for one unit of it', examples: ['7.8123'] }),
});

export type ForeignPrice = z.output<typeof foreignPrice>;
