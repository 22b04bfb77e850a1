/** The part of the walk over every mutation that is about snapshots and alerts. */
import { inbound, receipt } from './inputs.ts';
import type { Step, Walker } from './mutation-step.ts';
import { runSnapshotJob } from './snapshots.ts';

const SKU = 'WALERT';
const stocked = ({ at, call }: Walker) => at.domain.inbound.purchase(inbound('ALERTING', [receipt(SKU, 60)]), call);
const standing = async ({ at }: Walker) => {
  const [alert] = (await at.domain.alerts.list({ skuId: SKU, limit: 1 })).items;
  return { alertId: alert?.id ?? '' };
};

export const alertMutations: readonly Step[] = [
  {
    procedure: 'snapshot.create',
    types: ['stock.snapshot.created', 'stock.job.started'],
    before: null,
    after: { kind: 'manual', name: 'walk', state: 'taking', version: 1 },
    work: ({ at, call }) => at.domain.snapshots.create({ name: 'walk' }, call),
  },
  {
    procedure: 'snapshot.create',
    types: ['stock.snapshot.completed', 'stock.job.ended'],
    before: { name: 'walk', state: 'taking' },
    after: { name: 'walk', state: 'complete', version: 2 },
    work: ({ at }) => runSnapshotJob(at, 'walker'),
  },
  {
    procedure: 'snapshot.create',
    types: ['stock.snapshot.removed', 'stock.job.started', 'stock.job.ended'],
    before: { name: 'walk', state: 'complete' },
    after: { state: 'removed' },
    prepare: ({ at }) => at.dataSource.query(`UPDATE stock_snapshot SET at = '2020-01-01' WHERE name = 'walk'`),
    work: async ({ at, call }) => {
      await at.domain.snapshotSchedule.startDue(call);
      await runSnapshotJob(at, 'walker');
    },
  },
  {
    procedure: 'alert.evaluate',
    types: ['stock.alert'],
    before: null,
    after: { kind: 'low', severity: 'warning', state: 'open', skuId: SKU, value: 60, threshold: 100 },
    prepare: stocked,
    work: ({ at, call }) => at.domain.alerts.evaluate({ skuIds: [SKU] }, call),
  },
  {
    procedure: 'alert.acknowledge',
    types: ['stock.alert'],
    before: { state: 'open' },
    after: { state: 'acknowledged', acknowledgedBy: 'walker' },
    work: async (walker) => walker.at.domain.alerts.acknowledge(await standing(walker), walker.call),
  },
  {
    procedure: 'alert.resolve',
    types: ['stock.alert'],
    before: { state: 'acknowledged' },
    after: { state: 'resolved', resolveReason: 'ordered' },
    work: async (walker) =>
      walker.at.domain.alerts.resolve({ ...(await standing(walker)), reason: 'ordered' }, walker.call),
  },
];
