/** What is told late of a SKU with a long past: corrected part by part, whoever dies in between, and in the end as if told in time. */
import type { Violation } from '@granary/contracts/system';
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { rowsOf } from '@granary/domain/testing/database-state';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CostCore, createCost, createCostCore } from '../cost.ts';
import { type Bookkeeping, forgotten, longPast, postEvents, unlikeScratch } from '../rehearsal/long-past.ts';
import { recost } from '../testing/recost.ts';
import { openTestCost, testCostConfig, type TestCost } from '../testing/test-cost.ts';

/** A twentieth of what `npm run -s bench -- backdating` does. */
const MOVEMENTS = 5000;

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost({ cost: { eventsAtOnce: 0 } });
});
afterAll(() => at.close());

const ports = testPorts();
const unitsOf = () => createUnitOfWork(at.dataSource, { ...testConfig, requestDeadlineMs: 60_000 }, ports);

function bookkeepingBy(defaultStrategy: string): Bookkeeping & { readonly engine: CostCore } {
  const engine = createCostCore({ config: { ...testCostConfig, defaultStrategy }, ids: ports.ids });
  return { units: unitsOf(), engine, call: at.call };
}

const countOf = async (skuId: string): Promise<number> =>
  Number((await rowsOf(at.dataSource, 'SELECT COUNT(*) AS n FROM cost_record WHERE sku_id = ?', [skuId]))[0]?.['n']);

/** Of the books: these goods were never in stock. */
async function unsound(): Promise<readonly Violation[]> {
  return (await at.cost.verify()).violations.filter(({ detail }) => !detail.endsWith('0 are there'));
}

describe.each(['fifo', 'weighted_average', 'periodic_average'])('by %s', (strategy) => {
  const skuId = `long ${strategy}`;

  test('a receipt before five thousand movements is corrected as previewed, and ends as if it had been told in time', async () => {
    const books = bookkeepingBy(strategy);
    const cost = createCost({ core: books.engine, dataSource: at.dataSource, config: testConfig, ports });
    await at.domain.skus.create({ skuId, name: skuId }, at.call);
    await postEvents(books, skuId, longPast(MOVEMENTS, ports.ids));
    const before = await countOf(skuId);
    const late = forgotten(MOVEMENTS, ports.ids);
    if (late.type !== 'receipt') throw new Error('a receipt was to be forgotten');
    const input = { skuId, type: 'receipt', quantity: late.quantity, unitCost: '4.00', occurredAt: late.at } as const;
    const preview = await cost.preview(input);
    await postEvents(books, skuId, [late]);
    expect(await countOf(skuId)).toBe(before + 1);
    // One worker dies after two parts; the connection of the next one is cut while it appends.
    expect((await recost(at, 2)).map(({ corrections }) => corrections)).toEqual([1000, 1000]);
    expect(await unsound()).toEqual([]);
    const cut = recost(at, 1);
    await killTransactions();
    await cut.catch(() => undefined);
    await recost(at);
    expect(await unlikeScratch(books, skuId)).toEqual([]);
    expect(await unsound()).toEqual([]);
    expect((await countOf(skuId)) - before).toBe(preview.corrections + 1);
    expect(preview.corrections).toBe(await affectedIn(skuId));
    expect(await sumsOf(skuId, before)).toEqual(
      preview.periods.map(({ period, costOfSales, value }) => ({ period, costOfSales, value })),
    );
  });
});

/** As when the server ends a session in the middle of its work; of this database, as others are tested on the same server. */
async function killTransactions(): Promise<void> {
  for (let look = 0; look < 50; look += 1) {
    const rows = await rowsOf(
      at.dataSource,
      `SELECT t.trx_mysql_thread_id AS id FROM information_schema.innodb_trx AS t
       JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id AND p.db = DATABASE()
       WHERE t.trx_rows_modified > 10`,
    );
    for (const { id } of rows) await at.dataSource.query(`KILL CONNECTION ${String(id)}`).catch(() => undefined);
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Entries whose cost is another than it was posted at. */
async function affectedIn(skuId: string): Promise<number> {
  const [row] = await rowsOf(
    at.dataSource,
    `SELECT COUNT(*) AS n FROM (SELECT corrects_id, subject_id, account FROM cost_record
       WHERE sku_id = ? AND corrects_id IS NOT NULL GROUP BY corrects_id, subject_id, account) AS x`,
    [skuId],
  );
  return Number(row?.['n']);
}

async function sumsOf(skuId: string, after: number) {
  const rows = await rowsOf(
    at.dataSource,
    `SELECT p.name AS period, -SUM(IF(r.account = 'cost_of_sales', r.value, 0)) AS sales, SUM(r.value) AS value
     FROM cost_record AS r JOIN cost_period AS p ON p.period_id = r.period_id
     WHERE r.sku_id = ? AND r.record_no > ? GROUP BY p.period_id, p.name, p.starts_on ORDER BY p.starts_on`,
    [skuId, after],
  );
  return rows.map(({ period, sales, value }) => ({ period, costOfSales: short(sales), value: short(value) }));
}

const short = (value: unknown): string =>
  String(value)
    .replace(/(\.\d\d)0000$/, '$1')
    .replace(/(\.\d\d\d*?)0*$/, '$1');
