/** The part of the walk over every mutation that is about adjustments and counts. */
import { adjusting, counting, levelOf } from './adjustment-inputs.ts';
import { inbound, receipt } from './inputs.ts';
import type { Step, Walker } from './mutation-step.ts';

const SKU = 'WA';
const header = { reasonCode: 'correction', operator: 'Ann' } as const;

const versionOf = async ({ at }: Walker) => (await levelOf(at, SKU)).onHandVersion;

export const adjustmentMutations: readonly Step[] = [
  {
    procedure: 'adjustment.adjust',
    types: ['stock.adjusted', 'stock.level.changed'],
    before: null,
    after: { type: 'adjustment', documentNo: 'AD-1', reasonCode: 'correction', operator: 'Ann', lineCount: 1 },
    prepare: ({ at, call }) => at.domain.inbound.purchase(inbound('ADJUSTABLE', [receipt(SKU, 10)]), call),
    work: ({ at, call }) => at.domain.adjustments.adjust(adjusting(SKU, -2, { adjustmentNo: 'AD-1' }), call),
  },
  {
    procedure: 'adjustment.adjustMany',
    types: ['stock.adjusted', 'stock.level.changed'],
    before: null,
    after: { type: 'adjustment', lineCount: 2 },
    work: ({ at, call }) => {
      const lines = [1, 2].map((delta) => ({ skuId: SKU, delta }));
      return at.domain.adjustments.adjustMany({ ...header, lines }, call);
    },
  },
  {
    procedure: 'adjustment.count',
    types: ['stock.counted', 'stock.level.changed'],
    before: null,
    after: { type: 'count', documentNo: 'CN-1', reasonCode: 'stocktake', lineCount: 1 },
    work: async (walker) => {
      const input = counting(SKU, 7, { onHandVersion: await versionOf(walker), countNo: 'CN-1' });
      return await walker.at.domain.adjustments.count(input, walker.call);
    },
  },
  {
    procedure: 'adjustment.countMany',
    types: ['stock.counted'],
    before: null,
    after: { type: 'count', lineCount: 0 },
    work: async (walker) => {
      const lines = [{ skuId: SKU, counted: 7, onHandVersion: await versionOf(walker) }];
      return await walker.at.domain.adjustments.countMany({ ...header, lines }, walker.call);
    },
  },
];
