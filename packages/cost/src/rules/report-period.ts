/** What a period says of one SKU, and the arithmetic of every report that is made of it. */
import { divideMoney, formatMoney } from '@granary/contracts/money';
import { type Amount, summarise } from '../core/period.ts';
import type { Account, CostRecord } from '../core/record.ts';
import { calculationFailed } from '../core/refusal.ts';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import type { RecordSum } from '../persistence/close-store.ts';

export interface PeriodBook {
  readonly period: CostPeriodRow;
  /** Null in a total. */
  readonly skuId: string | null;
  readonly opening: Amount;
  readonly closing: Amount;
  /** The records of the period, summed up by kind and account. */
  readonly sums: readonly RecordSum[];
}

export interface RolledBook {
  readonly inbound: Amount;
  readonly outbound: Amount;
  readonly adjusted: Amount;
  readonly allocated: bigint;
  readonly revalued: bigint;
}

/** The parts of a roll-forward. One that does not reach the closing is refused: books that do not add up are no report. */
export function rolled({ period, skuId, opening, closing, sums }: PeriodBook): RolledBook {
  const apart: readonly Account[] = ['adjustments', 'revaluation'];
  const moved = summarise(opening, sums.filter(({ account }) => !apart.includes(account)).map(asRecord));
  const { inbound, outbound, allocated } = moved;
  const adjusted = sumOf(sums, 'adjustments');
  const revalued = sumOf(sums, 'revaluation').value;
  const quantity = moved.closing.quantity + adjusted.quantity;
  const value = moved.closing.value + adjusted.value + revalued;
  if (quantity !== closing.quantity || value !== closing.value)
    throw calculationFailed(
      skuId ?? '',
      `Period ${JSON.stringify(period.name)} of ${skuId ?? 'all SKUs'} closes with ${closing.quantity} units for ${formatMoney(closing.value)}, its entries come to ${quantity} for ${formatMoney(value)}.`,
      'Run the verification of costs, and find out what changed these rows.',
    );
  return { inbound, outbound, adjusted, allocated, revalued };
}

/** What the records against one account add up to; its negative is what the account was charged. */
export function sumOf(sums: readonly RecordSum[], account: Account): Amount {
  const own = sums.filter((sum) => sum.account === account);
  return own.reduce((total, sum) => plus(total, sum), NOTHING);
}

const asRecord = ({ kind, account, quantity, value }: RecordSum): CostRecord => {
  return { kind, account, quantity, value, causeId: '', subjectId: '' };
};

export const NOTHING: Amount = { quantity: 0, value: 0n };

export const plus = (a: Amount, b: Amount): Amount => ({ quantity: a.quantity + b.quantity, value: a.value + b.value });

export const isNothing = ({ quantity, value }: Amount): boolean => quantity === 0 && value === 0n;

/** All SKUs of one period as one. */
export function totalOf(period: CostPeriodRow, books: readonly PeriodBook[]): PeriodBook {
  const sum = (of: (book: PeriodBook) => Amount) => books.reduce((total, book) => plus(total, of(book)), NOTHING);
  const opening = sum((book) => book.opening);
  const closing = sum((book) => book.closing);
  return { period, skuId: null, opening, closing, sums: merged(books.flatMap(({ sums }) => sums)) };
}

/** Sums of many SKUs by what they count as, so that a total stays small. */
function merged(sums: readonly RecordSum[]): readonly RecordSum[] {
  const byMeaning = new Map<string, RecordSum>();
  for (const sum of sums) {
    const meaning = `${sum.kind} ${sum.account} ${sum.quantity > 0}`;
    const known = byMeaning.get(meaning);
    byMeaning.set(meaning, known === undefined ? sum : { ...known, ...plus(known, sum) });
  }
  return [...byMeaning.values()];
}

/** Per unit, for reading; null where there are no units to divide by. */
export function meanOf({ quantity, value }: Amount): string | null {
  return quantity > 0 ? formatMoney(divideMoney(value, BigInt(quantity))) : null;
}

/** One value by another, half up at 6 decimals; null where the second is not positive. */
export function ratioOf(part: bigint, whole: bigint): string | null {
  return whole > 0n ? formatMoney(divideMoney(part * 1_000_000n, whole)) : null;
}
