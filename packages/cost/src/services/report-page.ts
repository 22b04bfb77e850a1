/** A report in pages: rows made group after group in one order, cut where the page is full, and taken up again behind the last one. */
import type { Page, PageInput } from '@granary/contracts/page';
import { pageOf } from '@granary/domain/persistence/page';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { UnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { compareBytes } from '@granary/domain/rules/byte-order';
import { present } from '@granary/domain/refusal';

/** Reports look at everything there is. */
const REPORT_DEADLINE_MS = 60_000;
/** How many SKUs are looked at at once. */
export const SKUS_AT_ONCE = 500;

/** The key of a row: whose group it is, and the parts that tell it from others there, in the order of their bytes. */
export type RowKey = readonly string[];

export interface Keyed<Row> {
  readonly key: RowKey;
  readonly row: Row;
}

/** Where an earlier page ended, and how many SKUs this one needs at most. */
export interface ReportPlace {
  readonly from: RowKey | undefined;
  readonly atOnce: number;
}

export interface Report<Row> {
  /** Names the list in its cursors. */
  readonly list: string;
  readonly input: PageInput;
  /** How many parts a key has, and how many of them name the group. */
  readonly parts: number;
  readonly groupParts: number;
  /** From the group of `from` on, that one included and complete. */
  readonly rows: (tx: Tx, place: ReportPlace) => AsyncIterable<Keyed<Row>>;
}

export async function reportPage<Row>(units: UnitOfWork, report: Report<Row>): Promise<Page<Row>> {
  const { list, input, parts, rows } = report;
  const load = async (tx: Tx, after: RowKey | undefined, limit: number) => {
    const found: Keyed<Row>[] = [];
    for await (const each of rows(tx, { from: after, atOnce: Math.min(limit, SKUS_AT_ONCE) })) {
      if (after !== undefined && isPast(report, each.key, after)) continue;
      found.push(each);
      if (found.length === limit) break;
    }
    return found;
  };
  const page = await units.read(
    (tx) =>
      pageOf<Keyed<Row>>({
        ...{ list, input, parts },
        keyOf: ({ key }) => key,
        load: (after, limit) => load(tx, after, limit),
      }),
    REPORT_DEADLINE_MS,
  );
  return { ...page, items: page.items.map(({ row }) => row) };
}

/** Whether a row was on an earlier page: only rows of the group at which that ended can have been. */
function isPast({ groupParts }: { readonly groupParts: number }, key: RowKey, after: RowKey): boolean {
  for (const [at, part] of key.entries()) {
    const other = present(after[at], 'a part of a key');
    if (part === other) continue;
    return at >= groupParts && compareBytes(part, other) < 0;
  }
  return true;
}

/** A number as a part of a key, in whose characters it sorts like a number. */
export const numberKey = (value: number): string => String(value).padStart(16, '0');
