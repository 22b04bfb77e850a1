/** How snapshots and alerts are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const OF = { snapshotId: 'snapshot.create#/id' };
const ALERT = { alertId: 'alert.evaluate#/alerts/0/id' };

export const snapshotGuide: Guide = {
  'snapshot.create': {
    summary: 'Keep how everything stands now',
    description:
      'The instant is that of the call; workers then write the rows, as of it, while stock goes on moving. `state` says when all are there.',
    examples: example({ name: 'before the move' }),
  },
  'snapshot.get': { summary: 'One snapshot', examples: example({ snapshotId: SOME_ID }, OF) },
  'snapshot.list': {
    summary: 'Snapshots, newest first, page by page',
    description:
      'Workers make a daily one as of the first instant of every day in STOCK_TIMEZONE (STOCK_SNAPSHOT_DAILY).',
    examples: example({ kind: 'manual' }),
  },
  'snapshot.rows': {
    summary: 'What a snapshot holds: each level, then its batches',
    description:
      'Quantities are of the instant; quality, unit cost and expiry of a batch are as they were when its row was written.',
    examples: example({ snapshotId: SOME_ID }, OF),
  },
  'snapshot.compare': {
    summary: 'What stood otherwise between two snapshots',
    description: 'By level and by batch. A page may be shorter than its limit and still have a next one.',
    examples: example({ fromId: SOME_ID, toId: SOME_ID }, { fromId: OF.snapshotId, toId: OF.snapshotId }),
  },
};

export const alertGuide: Guide = {
  'alert.evaluate': {
    summary: 'Look at the stock of some SKUs now',
    description:
      'Raises and resolves what is due and answers the alerts that stand. Workers do this with every change and look at everything every few minutes; call it where none runs.',
    examples: example({ skuIds: ['MUG'] }),
  },
  'alert.list': {
    summary: 'Alerts, newest first, page by page',
    description: 'By kind, severity, state, SKU and location.',
    examples: example({ state: 'open', kind: 'low' }),
  },
  'alert.get': { summary: 'One alert', examples: example({ alertId: SOME_ID }, ALERT) },
  'alert.acknowledge': {
    summary: 'Say that somebody sees to it',
    description:
      'It stands on until its cause has gone, and opens again when it becomes critical. A resolved one is INV_010.',
    examples: example({ alertId: SOME_ID }, ALERT),
  },
  'alert.resolve': {
    summary: 'End an alert by hand',
    description:
      'Alerts end by themselves when their cause has gone; what is still the case is raised anew at the next look.',
    examples: example({ alertId: SOME_ID, reason: 'ordered' }, ALERT),
  },
};
