/** The part of the walk over every mutation that is about documents beyond buying and selling. */
import { inbound, receipt } from './inputs.ts';
import type { Step, Walker } from './mutation-step.ts';

const NOON = '2026-01-01T12:00:00.000000Z';
const why = { operator: 'walker', reason: 'walked' };
const lines = [{ skuId: 'W', quantity: 1 }];

const idOf = async ({ at }: Walker, documentNo: string, type: 'production' | 'damage') =>
  type === 'production'
    ? (await at.domain.inbound.get({ type, documentNo })).id
    : (await at.domain.outbound.get({ type, documentNo })).id;

export const documentMutations: readonly Step[] = [
  {
    procedure: 'inbound.opening',
    types: ['stock.inbound', 'stock.batch.created', 'stock.level.changed', 'stock.sku.created'],
    before: null,
    after: { type: 'opening', documentNo: 'OPEN', occurredAt: NOON },
    work: ({ at, call }) =>
      at.domain.inbound.opening({ documentNo: 'OPEN', asOf: NOON, lines: [receipt('W4', 2)] }, call),
  },
  {
    procedure: 'inbound.production',
    types: ['stock.inbound', 'stock.batch.created', 'stock.level.changed'],
    before: null,
    after: { type: 'production', documentNo: 'MADE' },
    work: ({ at, call }) =>
      at.domain.inbound.production({ ...inbound('MADE', [receipt('W', 2)]), workOrderNo: 'WO' }, call),
  },
  {
    procedure: 'inbound.reverse',
    types: ['stock.document.reversed', 'stock.outbound', 'stock.level.changed'],
    before: { type: 'production', reversedBy: null },
    after: { type: 'production', reason: 'walked' },
    work: async (walker) =>
      walker.at.domain.inbound.reverse({ documentId: await idOf(walker, 'MADE', 'production'), ...why }, walker.call),
  },
  {
    procedure: 'outbound.damage',
    types: ['stock.outbound', 'stock.level.changed'],
    before: null,
    after: { type: 'damage', documentNo: 'DROPPED' },
    work: ({ at, call }) => at.domain.outbound.damage({ documentNo: 'DROPPED', ...why, lines }, call),
  },
  {
    procedure: 'outbound.pick',
    types: ['stock.outbound', 'stock.level.changed'],
    before: null,
    after: { type: 'pick', documentNo: 'PICKED' },
    work: ({ at, call }) => at.domain.outbound.pick({ documentNo: 'PICKED', lines }, call),
  },
  {
    procedure: 'outbound.supplierReturn',
    types: ['stock.outbound', 'stock.level.changed'],
    before: null,
    after: { type: 'supplierReturn', documentNo: 'BACK' },
    work: ({ at, call }) => at.domain.outbound.supplierReturn({ documentNo: 'BACK', supplier: 'Acme', lines }, call),
  },
  {
    procedure: 'outbound.reverse',
    types: ['stock.document.reversed', 'stock.inbound', 'stock.level.changed'],
    before: { type: 'damage', reversedBy: null },
    after: { type: 'damage', reason: 'walked' },
    work: async (walker) =>
      walker.at.domain.outbound.reverse({ documentId: await idOf(walker, 'DROPPED', 'damage'), ...why }, walker.call),
  },
];
