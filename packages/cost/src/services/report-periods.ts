/** The reports that are made of what periods say of SKUs: cost of sales, roll-forward, turnover, and how the cost of a unit moved. */
import type { TrendInput, TrendRow } from '@granary/contracts/cost-analysis';
import type {
  CostOfSalesInput,
  CostOfSalesRow,
  RollForwardInput,
  RollForwardRow,
  TurnoverInput,
  TurnoverRow,
} from '@granary/contracts/cost-report';
import type { Page, PageInput } from '@granary/contracts/page';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { dayOf } from '@granary/domain/rules/calendar';
import type { PeriodBook } from '../rules/report-period.ts';
import { costOfSalesRows, rollForwardRow, trendRow, turnoverRow } from '../rules/report-rows.ts';
import type { CostEngine } from './cost-engine.ts';
import { type BookQuery, readBooks } from './report-books.ts';
import { reportPage } from './report-page.ts';

interface BookReport<Row> {
  readonly list: string;
  /** The rows of one SKU in one period; `today` in the calendar of the periods. */
  readonly rowsOf: (book: PeriodBook, today: string) => readonly Row[];
  /** What tells the rows of one SKU and period apart; empty where there is only one. */
  readonly part?: (row: Row) => string;
}

export function createPeriodReports(units: UnitOfWork, { config }: CostEngine) {
  const page = async <Row>(input: BookQuery & PageInput, report: BookReport<Row>): Promise<Page<Row>> => {
    const { list, rowsOf, part = () => '' } = report;
    return await reportPage<Row>(units, {
      ...{ list: `${list} ${input.by ?? 'sku'}`, input, parts: 3, groupParts: 2 },
      rows: async function* (tx, place) {
        const today = dayOf(await tx.now(), config.timezone);
        for await (const book of readBooks(tx, input, place))
          for (const row of rowsOf(book, today))
            yield { key: [book.period.startsOn, book.skuId ?? '', part(row)], row };
      },
    });
  };
  return {
    costOfSales: async (input: CostOfSalesInput): Promise<Page<CostOfSalesRow>> =>
      await page<CostOfSalesRow>(input, {
        list: 'costReport.costOfSales',
        rowsOf: (book) => costOfSalesRows(book, input.account),
        part: ({ account }) => account,
      }),
    rollForward: async (input: RollForwardInput): Promise<Page<RollForwardRow>> =>
      await page(input, { list: 'costReport.rollForward', rowsOf: (book) => [rollForwardRow(book)] }),
    turnover: async (input: TurnoverInput): Promise<Page<TurnoverRow>> =>
      await page(input, { list: 'costReport.turnover', rowsOf: (book, today) => [turnoverRow(book, today)] }),
    trend: async (input: TrendInput): Promise<Page<TrendRow>> =>
      await page(input, { list: 'costAnalysis.trend', rowsOf: trendRow }),
  };
}
