/**
 * Of which SKUs a unit of work wrote rows: what was read from them is no longer right. Told by every row that is written,
 * not by those who decide, so that nobody can forget to.
 */
import type { Sources } from '../ports/read-cache.ts';
import type { Table } from './table.ts';

/** Their rows name no SKU, and answers about many are read from them. They change rarely. */
const ABOUT_ALL: ReadonlySet<string> = new Set(['location', 'stock_in_transit']);

export function touchedBy<Row>({ name, columns }: Table<Row>, rows: readonly Row[]): Sources {
  if (ABOUT_ALL.has(name)) return 'everything';
  if (!columns.some(({ property }) => property === 'skuId')) return [];
  return rows.map((row) => String(row['skuId' as keyof Row]));
}

export interface Touched {
  add(sources: Sources): void;
  sources(): Sources;
}

export function createTouched(): Touched {
  const skuIds = new Set<string>();
  let all = false;
  return {
    add: (sources) => {
      if (sources === 'everything') all = true;
      else for (const skuId of sources) skuIds.add(skuId);
    },
    sources: () => (all ? 'everything' : [...skuIds]),
  };
}
