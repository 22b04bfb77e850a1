/** The part of the walk over every procedure that is about reports of cost. */
import type { ProcedureStep } from './procedure-step.ts';

export const costReportSteps: readonly ProcedureStep[] = [
  ['costReport.valuation', () => ({ by: 'place', limit: 3 })],
  ['costReport.costOfSales', () => ({ skuId: 'COSTED' })],
  ['costReport.rollForward', () => ({ by: 'period' })],
  ['costReport.ageing', () => ({ bucketDays: [7], on: '2036-01-01' })],
  ['costReport.turnover', () => ({ skuId: 'COSTED' })],
  ['costReport.allocation', () => ({})],
  ['costReport.journal', () => ({ skuId: 'COSTED' })],
  ['costAnalysis.variance', () => ({ threshold: '0.01' })],
  ['costAnalysis.trend', () => ({ skuId: 'COSTED' })],
];
