/** The reports of cost, and its analysis (stock-cost-bundle 3.1: CostReportService, 4.2: CostAnalysisService). */
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { CostEngine } from './cost-engine.ts';
import { createAgeingReport } from './report-ageing.ts';
import { createEntryReports } from './report-entries.ts';
import { createPeriodReports } from './report-periods.ts';
import { createValuationReport } from './report-valuation.ts';
import { createVarianceReport } from './report-variance.ts';

export function createCostReports(units: UnitOfWork, engine: CostEngine) {
  const { costOfSales, rollForward, turnover, trend } = createPeriodReports(units, engine);
  const reports = {
    ...createValuationReport(units, engine),
    ...{ costOfSales, rollForward, turnover },
    ...createAgeingReport(units, engine),
    ...createEntryReports(units, engine),
  };
  return { reports, analysis: { ...createVarianceReport(units, engine), trend } };
}
