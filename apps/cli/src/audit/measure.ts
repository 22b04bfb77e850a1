/** Asks the audit and watches the server: how many rows it read for every page, and which index it chose. */
import type { AuditEntry } from '@granary/contracts/audit';
import type { Domain } from '@granary/domain';
import { readAuditKeys } from '@granary/domain/persistence/audit-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import type { openDatabase } from '@granary/platform/database';
import type { Search } from './searches.ts';

type DataSource = Awaited<ReturnType<typeof openDatabase>>;

/** Its pool has one connection, so that the counters of the session are those of the search. */
export interface Measured {
  readonly dataSource: DataSource;
  readonly domain: Pick<Domain, 'audit'>;
}

export interface SearchFigures {
  readonly name: string;
  readonly index: string;
  readonly pages: number;
  readonly found: number;
  /** The most that the server read for one page, by its own counters. */
  readonly rowsRead: number;
  readonly bound: number;
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

export const LIMIT = 50;
/** As services/audit.ts looks at them: commands a page at most. */
const MOST_LOOKED_AT = 5000;
/** Of the one SKU that each of these has: found, and looked past. */
const STEPS_A_SKU = 3;
/** The server counts a step to the key, past it, to the row and past it. */
const STEPS_A_COMMAND = 4;
/** Enough to see that a later page costs what the first one does. */
const PAGES = 30;

function boundOf({ isExact }: Search): number {
  const lookedAt = isExact ? LIMIT + 1 : MOST_LOOKED_AT + 1000;
  return STEPS_A_COMMAND * lookedAt + STEPS_A_SKU * LIMIT + 100;
}

export async function measureSearch(at: Measured, search: Search): Promise<SearchFigures> {
  const bound = boundOf(search);
  const problems = [...(await planProblems(at.dataSource, search))];
  const found: AuditEntry[] = [];
  const seen = { pages: 0, rowsRead: 0, slowestMs: 0 };
  let cursor: string | undefined;
  do {
    const startedAt = performance.now();
    const before = await rowsRead(at.dataSource);
    const page = await at.domain.audit.search({ ...search.filter, limit: LIMIT, cursor });
    const read = (await rowsRead(at.dataSource)) - before - (await ownCost(at.dataSource));
    seen.slowestMs = Math.max(seen.slowestMs, performance.now() - startedAt);
    seen.rowsRead = Math.max(seen.rowsRead, read);
    found.push(...page.items);
    seen.pages += 1;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && (search.truth !== undefined || seen.pages < PAGES));
  if (seen.rowsRead > bound) problems.push(`read ${seen.rowsRead} rows for one page, more than ${bound}`);
  if (new Set(found.map(({ commandId }) => commandId)).size !== found.length) problems.push('told a command twice');
  if (search.truth !== undefined) problems.push(...(await truthProblems(at.dataSource, search.truth, found)));
  const { name, index } = search;
  return { name, index, ...seen, slowestMs: Math.round(seen.slowestMs), found: found.length, bound, problems };
}

type Row = Readonly<Record<string, unknown>>;

/** What the optimiser says of the statement that finds the keys: its index, and that nothing is sorted. */
async function planProblems(dataSource: DataSource, { filter, index }: Search): Promise<readonly string[]> {
  const problems: string[] = [];
  const ask = async (sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await dataSource.query(sql, [...parameters])) as readonly Row[];
  const rows: Tx['rows'] = async (sql, parameters) => {
    for (const plan of await ask(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, parameters)) {
      if (plan['key'] !== index) problems.push(`goes by ${String(plan['key'])} instead of ${index}`);
      if (/filesort|temporary/i.test(String(plan['Extra']))) problems.push(`sorts: ${String(plan['Extra'])}`);
    }
    return await ask(sql, parameters);
  };
  // Only the one method is used by a reading store.
  const tx = { rows } as Tx;
  const input = { ...filter, limit: LIMIT };
  const first = await readAuditKeys(tx, { input, after: undefined, limit: LIMIT });
  await readAuditKeys(tx, { input, after: first.at(-1), limit: LIMIT });
  return problems;
}

async function rowsRead(dataSource: DataSource): Promise<number> {
  const rows = await dataSource.query<Row[]>(`SHOW SESSION STATUS LIKE 'Handler\\_read%'`);
  return rows.reduce((sum, row) => sum + Number(row['Value']), 0);
}

/** Asking for the counters reads rows as well, on some servers. */
async function ownCost(dataSource: DataSource): Promise<number> {
  const before = await rowsRead(dataSource);
  return (await rowsRead(dataSource)) - before;
}

async function truthProblems(dataSource: DataSource, truth: string, found: readonly AuditEntry[]): Promise<string[]> {
  const [row] = await dataSource.query<Row[]>(`SELECT COUNT(*) AS wanted FROM command AS c WHERE ${truth}`);
  const wanted = Number(row?.['wanted']);
  const isOrdered = found.every((entry, at) => at === 0 || entry.recordedAt <= (found[at - 1]?.recordedAt ?? ''));
  return [
    ...(wanted === found.length ? [] : [`found ${found.length} commands instead of ${wanted}`]),
    ...(isOrdered ? [] : ['is not newest first']),
  ];
}
