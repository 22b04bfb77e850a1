/** The refusals of periods (COST_004 to COST_007), worded for whoever reads them. */
import { GranaryError } from '@granary/contracts/error';
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
