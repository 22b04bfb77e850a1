/** Every seeded defect, by the part of Granary that it spoils. */
import { costMutants } from './cost-mutants.ts';
import { doorMutants } from './door-mutants.ts';
import { eventMutants } from './event-mutants.ts';
import type { Mutant } from './mutant.ts';
import { stockMutants } from './stock-mutants.ts';
import { transactionMutants } from './transaction-mutants.ts';

export const catalogue: readonly Mutant[] = [
  ...stockMutants,
  ...transactionMutants,
  ...eventMutants,
  ...costMutants,
  ...doorMutants,
];
