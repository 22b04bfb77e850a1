/** The first calls of every run: without SKUs, places and some stock, most of a short run would be refusals of the same kind. */
import { call, compare } from './execute.ts';
import type { ModelState, Step } from './state.ts';
import type { Subject } from './subject.ts';

const lot = { quantity: 6, unitCost: '1.00', qualityLevel: 'A' } as const;

const FURNITURE: readonly Step[] = [
  { procedure: 'sku.create', input: { skuId: 'A' } },
  { procedure: 'sku.create', input: { skuId: 'B', spuId: 'P', shelfLifeDays: 10, defaultStrategy: 'fefo' } },
  { procedure: 'sku.create', input: { skuId: 'S', serialTracked: true } },
  { procedure: 'location.create', input: { locationId: 'east', priority: 1 } },
  { procedure: 'location.create', input: { locationId: 'west', priority: 1 } },
  {
    procedure: 'inbound.purchase',
    input: {
      documentNo: 'first',
      lines: [
        { ...lot, skuId: 'A', locationId: 'default', batchNo: 'n1' },
        { ...lot, skuId: 'A', locationId: 'east', batchNo: 'n1' },
        { ...lot, skuId: 'B', locationId: 'default', batchNo: 'n1' },
        { ...lot, skuId: 'C', locationId: 'default', batchNo: 'n1' },
        { ...lot, skuId: 'S', locationId: 'default', batchNo: 'n1', quantity: 4, serials: ['s3', 's1', 's2', 's10'] },
        { ...lot, skuId: 'S', locationId: 'east', batchNo: 'n2', quantity: 2, serials: ['s4', 's5'] },
      ],
    },
  },
  {
    procedure: 'bundle.create',
    input: {
      skuId: 'K',
      components: [
        { skuId: 'A', quantity: 1 },
        { skuId: 'B', quantity: 1 },
      ],
    },
  },
  { procedure: 'virtual.create', input: { skuId: 'V', realSkuId: 'A', ratio: 2, cap: 3 } },
];

export async function furnish(subject: Subject, state: ModelState): Promise<void> {
  for (const step of FURNITURE) await call(subject, state, step);
  await compare(subject, state, 'ok');
}
