/** How the books of the company name the accounts of the journal (STOCK_COST_ACCOUNTS). */
import { costAccounts } from '@granary/contracts/cost-record';
import type { LedgerAccount } from '@granary/contracts/cost-report';

export type LedgerAccounts = Readonly<Record<LedgerAccount, string>>;

/** Stock itself, and every account that it is charged to or from. */
export const ledgerAccounts: readonly LedgerAccount[] = ['inventory', ...costAccounts];

/** Every account by its own name, those that are named otherwise left out. */
export function accountsNamed(names: Partial<LedgerAccounts> = {}): LedgerAccounts {
  const named = ledgerAccounts.map((account) => [account, names[account] ?? account]);
  return Object.fromEntries(named) as LedgerAccounts; // Every account is in the list.
}
