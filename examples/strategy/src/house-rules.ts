/** A validator of one's own: what is close to its end is not taken in, and no cart holds more than a pallet. */
import type { StockValidator } from '@granary/domain';
import { PALLET } from './full-pallets.ts';

const LEAST_DAYS = 30;
const DAY_MS = 86_400_000;

export const houseRules: StockValidator = {
  name: 'house rules',
  batch: ({ expiresAt, now }) => {
    if (expiresAt === null || Date.parse(expiresAt) - Date.parse(now) >= LEAST_DAYS * DAY_MS) return undefined;
    return [{ path: 'expiresAt', message: `must be ${LEAST_DAYS} days away when goods come in` }];
  },
  reservation: ({ type, quantity }) =>
    type === 'cart' && quantity > PALLET
      ? [{ path: 'quantity', message: `must be at most a pallet of ${PALLET} in a cart` }]
      : undefined,
};
