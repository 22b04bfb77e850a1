/** The rows of the journal and of the report of allocations. A record is two lines, debit and credit, so the journal balances by construction. */
import type { AllocationReportRow, JournalRow, LedgerAccount } from '@granary/contracts/cost-report';
import { formatMoney } from '@granary/contracts/money';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { CostRecordRow } from '../entities/cost-record.ts';
import type { AccountSum, AllocatedPart } from '../persistence/report-entry-store.ts';
import type { LedgerAccounts } from './ledger-account.ts';

/** What comes onto stock debits inventory and credits the account; what leaves it is the mirror. The debit stands first. */
export function entryLines(
  record: CostRecordRow,
  period: CostPeriodRow,
  accounts: LedgerAccounts,
): readonly JournalRow[] {
  const { account, value, skuId, recordNo, at, kind, documentId, commandId } = record;
  const [debited, credited]: readonly [LedgerAccount, LedgerAccount] =
    value > 0n ? ['inventory', account] : [account, 'inventory'];
  const size = formatMoney(value < 0n ? -value : value);
  const facts = { ...named(period), skuId, recordNo, occurredAt: at, kind };
  const cause = { documentId, commandId };
  return [
    { ...facts, account: debited, code: accounts[debited], debit: size, credit: NONE, ...cause },
    { ...facts, account: credited, code: accounts[credited], debit: NONE, credit: size, ...cause },
  ];
}

const NONE = formatMoney(0n);

/** The sums of each account, in the order of their names; those that nothing went through have no row. */
export function accountLines(
  sums: readonly AccountSum[],
  period: CostPeriodRow,
  accounts: LedgerAccounts,
): readonly JournalRow[] {
  const debit = sums.reduce((sum, { gain }) => sum + gain, 0n);
  const credit = sums.reduce((sum, { loss }) => sum + loss, 0n);
  const lines: { readonly account: LedgerAccount; readonly debit: bigint; readonly credit: bigint }[] = [
    ...(sums.length === 0 ? [] : [{ account: 'inventory' as const, debit, credit }]),
    ...sums.map(({ account, gain, loss }) => ({ account, debit: loss, credit: gain })),
  ];
  return lines
    .toSorted((a, b) => (a.account < b.account ? -1 : 1))
    .map((line) => ({
      ...{ ...named(period), skuId: null, recordNo: null, occurredAt: null, kind: null },
      ...{ account: line.account, code: accounts[line.account] },
      ...{ debit: formatMoney(line.debit), credit: formatMoney(line.credit), documentId: null, commandId: null },
    }));
}

export function allocationRow(of: AllocatedPart, period: CostPeriodRow): AllocationReportRow {
  const { skuId, recordNo, at, part, expensed, reason, commandId, shared } = of;
  return {
    ...{ ...named(period), skuId, recordNo, occurredAt: at },
    ...{ rule: shared?.rule ?? null, source: shared?.source ?? null, method: shared?.method ?? null },
    total: shared === undefined ? null : formatMoney(shared.total),
    ...{ part: formatMoney(part), capitalised: formatMoney(part - expensed), expensed: formatMoney(expensed) },
    ...{ reason, commandId },
  };
}

const named = ({ periodId, name }: CostPeriodRow) => ({ periodId, period: name });
