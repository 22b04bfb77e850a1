/** The report of variances: what SKUs cost in a period against the standard that somebody stated for them. */
import type { VarianceInput, VarianceRow } from '@granary/contracts/cost-analysis';
import { parseMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { endOfDay } from '@granary/domain/rules/calendar';
import { bySku } from '../persistence/cost-state-store.ts';
import { termsOf } from '../persistence/period-terms-store.ts';
import { readStandards, sumAtStandard } from '../persistence/report-variance-store.ts';
import { present } from '@granary/domain/refusal';
import { varianceRow } from '../rules/report-variance.ts';
import type { CostEngine } from './cost-engine.ts';
import { readBookChunks } from './report-books.ts';
import { type Keyed, reportPage, type ReportPlace } from './report-page.ts';

export function createVarianceReport(units: UnitOfWork, engine: CostEngine) {
  return {
    variance: async (input: VarianceInput): Promise<Page<VarianceRow>> =>
      await reportPage<VarianceRow>(units, {
        ...{ list: 'costAnalysis.variance', input, parts: 2, groupParts: 2 },
        rows: (tx, place) => varianceRows(tx, engine, { input, place }),
      }),
  };
}

interface Asked {
  readonly input: VarianceInput;
  readonly place: ReportPlace;
}

async function* varianceRows(
  tx: Tx,
  { config }: CostEngine,
  { input, place }: Asked,
): AsyncGenerator<Keyed<VarianceRow>> {
  const { threshold, onlyExceeded } = input;
  const terms = await termsOf(tx, config);
  for await (const books of readBookChunks(tx, input, place)) {
    const [first] = books;
    if (first === undefined) continue;
    const { period } = first;
    const most = threshold === undefined ? BigInt(terms(period).varianceThresholdMillionths) : parseMoney(threshold);
    const skuIds = books.map(({ skuId }) => present(skuId, 'the SKU of a book'));
    const standards = await readStandards(tx, skuIds, endOfDay(period.endsOn, config.timezone));
    const moved = bySku(await sumAtStandard(tx, [...standards.keys()], period.periodId));
    for (const [at, book] of books.entries()) {
      const skuId = present(skuIds[at], 'the SKU of a book');
      const parts = { book, skuId, standard: standards.get(skuId), moved: moved.get(skuId) ?? [] };
      const row = varianceRow(parts, most);
      if (row !== undefined && (row.isExceeded || !onlyExceeded)) yield { key: [period.startsOn, skuId], row };
    }
  }
}
