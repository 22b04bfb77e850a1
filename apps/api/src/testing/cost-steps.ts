/** The part of the walk over every procedure that is about costs, accounting periods and allocations. */
import { costReportSteps } from './cost-report-steps.ts';
import type { Earlier, ProcedureStep } from './procedure-step.ts';
import { pick } from './stub-api.ts';

const periodOf = (earlier: Earlier) => ({ periodId: pick(earlier('period.create'), 'periodId') });
const past = '2026-01-01T00:00:00Z';
const lineOf = (earlier: Earlier) => pick(pick(earlier('inbound.purchase'), 'lines'), '0');

export const costSteps: readonly ProcedureStep[] = [
  [
    'inbound.purchase',
    () => ({ documentNo: 'COSTED', lines: [{ skuId: 'COSTED', quantity: 10, unitCost: '2.50', locationId: 'NORTH' }] }),
  ],
  ['cost.calculate', () => ({ skuId: 'COSTED', quantity: 3 })],
  [
    'cost.calculateMany',
    () => ({
      items: [
        { skuId: 'COSTED', quantity: 3, strategy: 'lifo' },
        { skuId: 'NONE', quantity: 1 },
      ],
    }),
  ],
  ['cost.averageCost', () => ({ skuId: 'COSTED' })],
  ['cost.inventoryValue', () => ({ byLocation: true, limit: 2 })],
  ['cost.records', () => ({ skuId: 'COSTED', kind: 'receipt', account: 'purchases' })],
  ['cost.preview', () => ({ skuId: 'COSTED', type: 'receipt', quantity: 1, unitCost: '2', occurredAt: past })],
  ['cost.strategies', () => ({})],
  ['cost.setRate', () => ({ currency: 'EUR', on: '2026-01-01', rate: '7.8123', reason: 'the bank' })],
  ['cost.rates', () => ({ currency: 'EUR' })],
  ['cost.switchStrategy', () => ({ skuId: 'COSTED', to: 'lifo' })],
  ['cost.revalue', () => ({ skuId: 'COSTED', amount: '-1.00', reason: 'dusty' })],
  ['cost.standardCost', () => ({ skuId: 'COSTED', cost: '24.00', per: 10 })],
  [
    'costAllocation.createRule',
    () => ({ name: 'duty', source: 'direct', method: 'activity', targets: [{ skuId: 'COSTED', weight: '3' }] }),
  ],
  ['costAllocation.updateRule', () => ({ rule: 'duty', amount: '9.00' })],
  ['costAllocation.rules', () => ({})],
  ['costAllocation.allocate', () => ({ rule: 'duty', amount: '4.00' })],
  [
    'costAllocation.lateCost',
    (earlier) => ({
      ...{ skuId: 'COSTED', amount: '1.00', reason: 'freight' },
      documentId: pick(earlier('inbound.purchase'), 'id'),
      batchId: pick(lineOf(earlier), 'batchId'),
    }),
  ],
  ['costAllocation.list', () => ({})],
  ['costAllocation.allocated', () => ({ skuId: 'COSTED', on: '2036-01-01' })],
  ['period.create', () => ({ startsOn: '2001-01-01', endsOn: '2001-01-31' })],
  ['period.freeze', periodOf],
  ['period.unfreeze', (earlier) => ({ ...periodOf(earlier), reason: 'a late invoice' })],
  ['period.close', periodOf],
  ['period.current', () => ({})],
  ['period.get', periodOf],
  ['period.list', () => ({ state: 'closed' })],
  ['period.snapshots', periodOf],
  ...costReportSteps,
];
