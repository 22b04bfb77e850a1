/** Quantities are whole numbers of the smallest unit of a SKU, at most 2^31-1. */
import { z } from 'zod';

export const MAX_QUANTITY = 2_147_483_647;

/** How many units are wanted: at least one. */
export const quantity = z
  .number()
  .int()
  .min(1)
  .max(MAX_QUANTITY)
  .meta({ description: 'Units, a whole number of at least 1', examples: [2] });

/** A count that may be none; -0 is stored as 0. */
export const count = z
  .number()
  .int()
  .min(0)
  .max(MAX_QUANTITY)
  .overwrite((value) => (value === 0 ? 0 : value))
  .meta({ description: 'Units, a whole number', examples: [10] });

/** A quantity in an answer; deltas of the ledger are negative. */
export const units = z.number().int();
