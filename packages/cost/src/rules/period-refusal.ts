/** The refusals of periods (COST_004 to COST_007), worded for whoever reads them. */
import { GranaryError } from '@granary/contracts/error';
import { invalidState } from '@granary/domain/refusal';
import type { CostPeriodRow } from '../entities/cost-period.ts';

type Named = Pick<CostPeriodRow, 'name'>;

export function periodNotFound(period: string): GranaryError {
  return new GranaryError('periodNotFound', {
    message: `There is no accounting period ${JSON.stringify(period)}.`,
    hint: 'Create the period first, or let the month of a movement be made on demand.',
    details: { period },
  });
}

export function periodFrozen({ name }: Named): GranaryError {
  return new GranaryError('periodFrozen', {
    message: `Accounting period ${JSON.stringify(name)} is frozen: nothing can be posted into it until it is unfrozen.`,
    hint: 'Post into the next period, or ask an administrator to unfreeze this one.',
    details: { period: name },
  });
}

export function periodClosed({ name }: Named): GranaryError {
  return new GranaryError('periodClosed', {
    message: `Accounting period ${JSON.stringify(name)} is closed, and closed books do not change.`,
    hint: 'Post into the open period: a correction of closed goods lands there.',
    details: { period: name },
  });
}

export function periodOverlap({ name }: Named, message?: string): GranaryError {
  return new GranaryError('periodOverlap', {
    message: message ?? `The days overlap with those of accounting period ${JSON.stringify(name)}.`,
    hint: 'Choose days that no other period has, or another name.',
    details: { period: name },
  });
}

/** What keeps a posting out; undefined of an open period. */
export function postingRefusal(period: CostPeriodRow): GranaryError | undefined {
  switch (period.state) {
    case 'open':
      return undefined;
    case 'frozen':
      return periodFrozen(period);
    case 'closed':
      return periodClosed(period);
  }
}

/** Periods close in their order (INV_010). */
export function outOfOrder({ name, periodId }: CostPeriodRow, open: CostPeriodRow): GranaryError {
  return invalidState({
    noun: 'period',
    id: periodId,
    state: 'out of order',
    message: `Accounting period ${JSON.stringify(name)} cannot be closed while ${JSON.stringify(open.name)} before it is ${open.state}.`,
    hint: 'Close the periods in their order.',
  });
}

/** A close has trued SKUs up already, and what the next period opens with cannot be taken back (INV_010). */
export function halfClosed({ name, periodId }: CostPeriodRow): GranaryError {
  return invalidState({
    noun: 'period',
    id: periodId,
    state: 'closing',
    message: `Accounting period ${JSON.stringify(name)} is being closed: some of its SKUs are trued up already.`,
    hint: 'Close it again: the close goes on where it stood.',
  });
}

/** Somebody opened the books again while they were being closed (INV_010). */
export function changedWhileClosing({ name, periodId, state }: CostPeriodRow): GranaryError {
  return invalidState({
    noun: 'period',
    id: periodId,
    state,
    message: `Accounting period ${JSON.stringify(name)} was unfrozen while it was being closed.`,
    hint: 'Close it again once nobody needs it open any more.',
  });
}

/** What was told late is still being corrected (INV_010): neither its books nor its past can be relied on yet. */
export function stillCorrected(skuId: string): GranaryError {
  return invalidState({
    noun: 'cost of sku',
    id: skuId,
    state: 'correcting',
    message: `The books of ${skuId} are still being corrected after a movement that was told late.`,
    hint: 'Wait until the worker has appended the corrections, and ask again.',
  });
}
