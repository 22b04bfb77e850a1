/** The part of the walk over every procedure that defines bundles and virtual stock. */
import type { ProcedureStep } from './procedure-step.ts';

const parts = (quantity: number) => [
  { skuId: 'A', quantity },
  { skuId: 'D', quantity: 1 },
];

export const assemblySteps: readonly ProcedureStep[] = [
  ['bundle.create', () => ({ skuId: 'SET', components: parts(2) })],
  ['bundle.update', () => ({ skuId: 'SET', components: parts(3) })],
  ['bundle.get', () => ({ skuId: 'SET' })],
  ['bundle.list', () => ({ componentSkuId: 'A' })],
  ['bundle.remove', () => ({ skuId: 'SET' })],
  ['virtual.create', () => ({ skuId: 'CASE', realSkuId: 'D', ratio: 12, cap: 5 })],
  ['virtual.update', () => ({ skuId: 'CASE', cap: null })],
  ['virtual.get', () => ({ skuId: 'CASE' })],
  ['virtual.list', () => ({ realSkuId: 'D' })],
  ['virtual.remove', () => ({ skuId: 'CASE' })],
];
