/** The reports that list records themselves: the journal, and what was allocated. */
import type {
  AllocationReportInput,
  AllocationReportRow,
  JournalInput,
  JournalRow,
} from '@granary/contracts/cost-report';
import type { Page } from '@granary/contracts/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import type { CostPeriodRow } from '../entities/cost-period.ts';
import { type ReportTerms, termsOf } from '../persistence/period-terms-store.ts';
import { type EntryQuery, readEntries, readParts, sumEntries } from '../persistence/report-entry-store.ts';
import { accountLines, allocationRow, entryLines } from '../rules/report-entry.ts';
import type { CostEngine } from './cost-engine.ts';
import { periodsAsked } from './report-books.ts';
import { type Keyed, numberKey, reportPage, type ReportPlace, type RowKey } from './report-page.ts';

export function createEntryReports(units: UnitOfWork, { config }: CostEngine) {
  return {
    journal: async (input: JournalInput): Promise<Page<JournalRow>> =>
      await reportPage<JournalRow>(units, {
        ...{ list: `costReport.journal ${input.by}`, input, parts: 4, groupParts: 3 },
        rows: (tx, place) =>
          input.by === 'account' ? accountSums(tx, config, { input, place }) : journal(tx, config, { input, place }),
      }),
    allocation: async (input: AllocationReportInput): Promise<Page<AllocationReportRow>> =>
      await reportPage<AllocationReportRow>(units, {
        ...{ list: 'costReport.allocation', input, parts: 3, groupParts: 3 },
        rows: (tx, place) => allocations(tx, { input, place }),
      }),
  };
}

interface Asked {
  readonly input: Pick<AllocationReportInput, 'periodId' | 'skuId'>;
  readonly place: ReportPlace;
}

async function* journal(tx: Tx, configured: ReportTerms, asked: Asked): AsyncGenerator<Keyed<JournalRow>> {
  const terms = await termsOf(tx, configured);
  // Of each entry there are two lines.
  const place = { ...asked.place, atOnce: Math.ceil(asked.place.atOnce / 2) + 1 };
  for await (const { period, entries } of entriesOf(tx, { ...asked, place }, readEntries))
    for (const record of entries)
      for (const [at, row] of entryLines(record, period, terms(period).accounts).entries())
        yield { key: [...keyOf(period, record), String(at)], row };
}

async function* accountSums(
  tx: Tx,
  configured: ReportTerms,
  { input, place }: Asked,
): AsyncGenerator<Keyed<JournalRow>> {
  const { asked } = await periodsAsked(tx, input, place.from?.[0]);
  const terms = await termsOf(tx, configured);
  for (const period of asked) {
    const sums = await sumEntries(tx, { periodId: period.periodId, skuId: input.skuId });
    for (const row of accountLines(sums, period, terms(period).accounts))
      yield { key: [period.startsOn, '', '', row.account], row };
  }
}

async function* allocations(tx: Tx, asked: Asked): AsyncGenerator<Keyed<AllocationReportRow>> {
  for await (const { period, entries } of entriesOf(tx, asked, readParts))
    for (const part of entries) yield { key: keyOf(period, part), row: allocationRow(part, period) };
}

interface Numbered {
  readonly skuId: string;
  readonly recordNo: number;
}

const keyOf = ({ startsOn }: CostPeriodRow, { skuId, recordNo }: Numbered): RowKey => [
  startsOn,
  skuId,
  numberKey(recordNo),
];

type Read<Entry> = (tx: Tx, query: EntryQuery) => Promise<readonly Entry[]>;

/** Period after period, some entries at a time. */
async function* entriesOf<Entry extends Numbered>(tx: Tx, { input, place }: Asked, read: Read<Entry>) {
  const [startsOn, fromSku = '', fromNo = '0'] = place.from ?? [];
  const { asked } = await periodsAsked(tx, input, startsOn);
  const { skuId } = input;
  for (const period of asked) {
    const { periodId } = period;
    let from = period.startsOn === startsOn ? { skuId: fromSku, recordNo: Number(fromNo) } : undefined;
    for (;;) {
      const entries = await read(tx, { periodId, skuId, from, limit: place.atOnce });
      yield { period, entries };
      const last = entries.at(-1);
      if (last === undefined || entries.length < place.atOnce) break;
      from = { skuId: last.skuId, recordNo: last.recordNo + 1 };
    }
  }
}
