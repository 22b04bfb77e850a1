/** How the reports and the analysis of cost are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const CLOSED =
  'Of a closed period it is the same bytes whenever it is asked: late costs, other strategies and other settings show in the open one.';
const PAGED = 'Page by page, or whole as CSV (`Accept: text/csv`).';
const PERIOD = { periodId: SOME_ID };
const MADE = { periodId: 'period.create#/periodId' };

export const costReportGuide: Guide = {
  'costReport.valuation': {
    summary: 'What stock is worth, now or at the end of any day',
    description: `Held less owed, as the accounts have it; what is worth nothing has no row. By place and by location it is the value of each SKU by quantity, the last place taking the residue and goods on their way standing last. ${PAGED} A day in a closed period is always answered alike; for one consistent list of stock that moves ask for a day that is over.`,
    examples: [
      { name: 'now, by SKU', input: { limit: 20 } },
      { name: 'at the end of a month, in all', input: { on: '2026-10-31', by: 'total' } },
      { name: 'by location', input: { by: 'location' } },
    ],
  },
  'costReport.costOfSales': {
    summary: 'What was consumed, by SKU or period and by account',
    description: `Cost of sales, and what else stock was charged to: adjustments, write-downs, variances. ${PAGED} ${CLOSED}`,
    examples: [
      { name: 'of a period', input: { by: 'period', account: 'cost_of_sales' } },
      { name: 'of a SKU', input: { skuId: 'MUG' } },
    ],
  },
  'costReport.rollForward': {
    summary: 'From the opening of a period to its closing',
    description: `opening + inbound + adjusted - outbound = closing in quantity, of the value also + allocated + revalued; the closing is the opening of the next period. Books that do not add up are refused (COST_001). ${PAGED} ${CLOSED}`,
    examples: [
      ...example(PERIOD, MADE),
      { name: 'a SKU through all periods', input: { skuId: 'MUG' } },
      { name: 'totals', input: { by: 'period' } },
    ],
  },
  'costReport.ageing': {
    summary: 'How long ago what is held came in',
    description: `By the day on which each layer was received, in buckets of your own. The past is costed again from the first event of each SKU, so a day of long ago takes longer than now. ${PAGED}`,
    examples: [
      { name: 'in three buckets', input: { bucketDays: [30, 90], by: 'total' } },
      { name: 'at the end of a month', input: { on: '2026-10-31' } },
    ],
  },
  'costReport.turnover': {
    summary: 'How often stock turned over, and how long it lasts',
    description: `Cost of sales by average inventory (half of opening and closing), and days by that. ${PAGED} ${CLOSED}`,
    examples: example({ by: 'period' }),
  },
  'costReport.allocation': {
    summary: 'What was shared out, part by part',
    description: `Parts of rules with their source, method and total, and costs that came late to one receipt; each with what went onto the stock and into the cost of sales. ${PAGED} ${CLOSED}`,
    examples: example({ skuId: 'MUG' }),
  },
  'costReport.journal': {
    summary: 'Debits and credits',
    description: `Two lines for each entry, inventory against its account, or the sums of each account; debits equal credits. STOCK_COST_ACCOUNTS gives the accounts their codes. ${PAGED} ${CLOSED}`,
    examples: [
      { name: 'of a SKU', input: { skuId: 'MUG', limit: 20 } },
      { name: 'by account', input: { by: 'account' } },
    ],
  },
  'costAnalysis.variance': {
    summary: 'Actual against standard',
    description: `What was bought and consumed in each period against the standard cost that held at the time; positive is unfavourable. Beyond the threshold (STOCK_COST_VARIANCE_THRESHOLD, or your own) it is exceeded. ${PAGED} ${CLOSED}`,
    examples: example({ threshold: '0.05', onlyExceeded: false }),
  },
  'costAnalysis.trend': {
    summary: 'How the cost of a unit moves from period to period',
    description: `When the period began, bought, consumed, when it ended, and by which share it changed. ${PAGED} ${CLOSED}`,
    examples: example({ skuId: 'MUG' }),
  },
};
