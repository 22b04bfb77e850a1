/** Where the time of one transaction goes: the server's own times of each statement, from its log of slow ones with no limit. */
import type { Granary } from '@granary/platform/granary';
import { rounded } from '../bench.ts';
import { reserving } from '../load/arms.ts';
import { closedLoop, type Loop } from '../load/closed-loop.ts';
import type { Stage } from '../load/stage.ts';
import { demandFor } from '../load/stock.ts';
import { median } from '../rounds.ts';

export interface StatementTime {
  readonly statement: string;
  readonly times: number;
  readonly medianUs: number;
  /** Of the time that the load took. */
  readonly share: number;
}

type Row = Readonly<Record<'took' | 'text', string>>;

const ROWS = 20_000;

/** Settings of logging hold for sessions that begin afterwards, so an engine of its own is measured. */
export async function profileFlushes(
  stage: Stage,
  skuIds: readonly string[],
  loop: Loop,
): Promise<readonly StatementTime[]> {
  const { dataSource } = stage.granary;
  const set = (global: string) => dataSource.query(`SET GLOBAL ${global}`);
  await set(`log_output = 'TABLE'`);
  await set('long_query_time = 0');
  await set('slow_query_log = 1');
  const granary = await stage.openEngine({});
  try {
    // What it asked while it opened is no part of the load.
    await dataSource.query('TRUNCATE mysql.slow_log');
    const { seconds } = await loaded(granary, skuIds, loop);
    await set('slow_query_log = 0');
    return statementTimes(await logged(stage), seconds);
  } finally {
    await set('slow_query_log = 0');
    await set('long_query_time = 10');
    await dataSource.query('TRUNCATE mysql.slow_log');
    await granary.close();
  }
}

async function loaded(granary: Granary, skuIds: readonly string[], loop: Loop): Promise<{ seconds: number }> {
  const { perSecond, calls } = await closedLoop(reserving(granary, demandFor(skuIds)), loop);
  return { seconds: calls / perSecond };
}

async function logged({ granary }: Stage): Promise<readonly Row[]> {
  return await granary.dataSource.query(
    `SELECT TIME_TO_SEC(query_time) + MICROSECOND(query_time) / 1000000 AS took, CONCAT(LEFT(CONVERT(sql_text USING utf8mb4), 2000), ' ', RIGHT(CONVERT(sql_text USING utf8mb4), 2000)) AS text
     FROM mysql.slow_log LIMIT ${ROWS}`,
  );
}

function statementTimes(rows: readonly Row[], seconds: number): readonly StatementTime[] {
  const times = new Map<string, number[]>();
  for (const { took, text } of rows) {
    const name = nameOf(text);
    const own = times.get(name);
    if (own === undefined) times.set(name, [Number(took)]);
    else own.push(Number(took));
  }
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return [...times]
    .map(([statement, each]) => ({
      ...{ statement, times: each.length, medianUs: rounded(median(each) * 1_000_000, 0) },
      share: rounded(sum(each) / seconds, 3),
    }))
    .toSorted((a, b) => b.share - a.share);
}

const TABLE = /\b(?:FROM|INTO|JOIN|UPDATE)\s+(?!JSON_TABLE)`?([a-z_]+)/;

/** A name for people: the verb and the product's table, which may stand after long values. */
function nameOf(text: string): string {
  const verb = /^\s*\(?\s*([A-Za-z]+)/.exec(text)?.[1]?.toUpperCase() ?? '?';
  const table = TABLE.exec(text)?.[1];
  if (table === undefined) return /UTC_TIMESTAMP/.test(text) ? 'SELECT the time' : verb;
  return `${verb} ${table}${/FOR UPDATE\s*$/.test(text) ? ', locked' : ''}`;
}
