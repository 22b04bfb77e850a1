/** Accounting periods, of days so long ago that nothing else falls into them. */
import type { Sheets } from '../procedure-sheet.ts';
import { COST } from './tables.ts';
import { page } from './values.ts';

export const periodSheets: Sheets = {
  'period.create': {
    calls: [
      async (fixtures) => {
        const day = await fixtures.freeDay();
        return { name: fixtures.name(), startsOn: day, endsOn: day };
      },
    ],
    writes: ['cost_period'],
    keeps: ['name'],
    // It overlaps with another one.
    mayAnswer: { startsOn: 'COST_007', endsOn: 'COST_007' },
  },
  'period.freeze': {
    calls: [async (fixtures) => ({ periodId: (await fixtures.period()).periodId })],
    writes: ['cost_period'],
  },
  'period.unfreeze': {
    calls: [async (fixtures) => ({ periodId: (await fixtures.frozenPeriod()).periodId, reason: 'A reason' })],
    writes: ['cost_period'],
  },
  'period.close': {
    calls: [async (fixtures) => ({ periodId: (await fixtures.duePeriod()).periodId })],
    writes: [...COST, 'cost_snapshot', 'cost_automatic_run', 'cost_allocation'],
    isAlone: true,
  },
  'period.current': { calls: [() => ({})] },
  'period.get': { calls: [async (fixtures) => ({ periodId: (await fixtures.period()).periodId })] },
  'period.list': { calls: [() => ({ state: 'open', ...page })] },
  'period.snapshots': {
    calls: [async (fixtures) => ({ periodId: (await fixtures.period()).periodId, ...page })],
  },
};
