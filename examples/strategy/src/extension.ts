/** What GRANARY_EXTENSIONS loads: an ES module that exports `strategies`, `validators`, or both. */
import type { AllocationStrategy, StockValidator } from '@granary/domain';
import { fullPallets } from './full-pallets.ts';
import { houseRules } from './house-rules.ts';

export const strategies: readonly AllocationStrategy[] = [fullPallets];
export const validators: readonly StockValidator[] = [houseRules];
