/** Reports and analysis of cost. */
import type { Fixtures } from '../fixtures.ts';
import type { MakeCall, Sheets } from '../procedure-sheet.ts';
import { page } from './values.ts';

const DAY = '2026-01-05';

/** Of one SKU in the period that runs. */
const ofPeriod =
  (more: object = {}): MakeCall =>
  async (fixtures) => {
    const periodId = await fixtures.currentPeriod();
    return { periodId, skuId: (await fixtures.stocked()).skuId, ...more, ...page };
  };
const ofDay =
  (more: object): MakeCall =>
  async (fixtures: Fixtures) => ({ on: DAY, skuId: (await fixtures.stocked()).skuId, ...more, ...page });

export const costReportSheets: Sheets = {
  'costReport.valuation': { calls: [ofDay({ by: 'sku' })] },
  'costReport.costOfSales': { calls: [ofPeriod({ by: 'sku', account: 'cost_of_sales' })] },
  'costReport.rollForward': { calls: [ofPeriod({ by: 'sku' })] },
  'costReport.ageing': { calls: [ofDay({ by: 'sku', bucketDays: [30, 36_500] })] },
  'costReport.turnover': { calls: [ofPeriod({ by: 'sku' })] },
  'costReport.allocation': { calls: [ofPeriod()] },
  'costReport.journal': { calls: [ofPeriod({ by: 'entry' })] },
  'costAnalysis.variance': { calls: [ofPeriod({ threshold: '0.10', onlyExceeded: false })] },
  'costAnalysis.trend': { calls: [ofPeriod()] },
};
