/**
 * How many rows the database reads to serve a small need: as many from ten thousand batches as from a hundred, also when
 * nearly all of them are used up or held. Counted by the session's own counters, on whichever engine the tests run.
 */
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scan } from '../strategies/strategy.ts';
import { openTestDomain, testCall, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';
import { type CandidateQuery, loadCandidates } from './batch-store.ts';
import { toDatabaseTime } from './database-time.ts';
import type { Tx } from './transaction.ts';
import { createUnitOfWork } from './unit-of-work.ts';

const NOW = '2026-11-20T10:00:00.000000Z' as Instant;
/** Far from any day on which this runs, since a whole reservation goes by the database's clock. */
const FIRST_RECEIPT = '2001-01-01T00:00:00.000000Z' as Instant;
const FIRST_EXPIRY = '2201-01-01T00:00:00.000000Z' as Instant;
const EACH = 3;

let at: TestDomain;

/** Batches of one SKU, the oldest first; each is received a second, and will expire a second, after the one before it. */
interface Stock {
  readonly skuId: string;
  readonly depletedOldest?: number;
  readonly heldNext?: number;
  readonly depletedNewest?: number;
  readonly count: number;
  /** All received, and to expire, at one moment. */
  readonly atOnce?: boolean;
}

const stocks: readonly Stock[] = [
  { skuId: 'few', count: 100 },
  { skuId: 'many', count: 10_000 },
  { skuId: 'worn from the oldest', count: 10_000, depletedOldest: 9000, heldNext: 900 },
  { skuId: 'worn from the newest', count: 10_000, depletedNewest: 9900 },
];

/** As many as take several pages. */
const ties: Stock = { skuId: 'ties', count: 100, atOnce: true };

beforeAll(async () => {
  // One connection, so that the counters of the session are those of whatever the engine does.
  at = await openTestDomain({ poolSize: 1 });
  for (const [place, stock] of [...stocks, ties].entries()) await insert(stock, place);
  await at.dataSource.query('ANALYZE TABLE stock_batch, stock_level, sku');
});
afterAll(() => at.close());

async function insert(stock: Stock, place: number): Promise<void> {
  const { skuId, count, depletedOldest = 0, heldNext = 0, depletedNewest = 0, atOnce = false } = stock;
  const moment = (first: Instant, number: number) => toDatabaseTime(plusSeconds(first, atOnce ? 0 : number));
  const rows = Array.from({ length: count }, (_, number) => {
    const isDepleted = number < depletedOldest || number >= count - depletedNewest;
    const isHeld = !isDepleted && number < depletedOldest + heldNext;
    const onHand = isDepleted ? 0 : EACH;
    return [
      `${place}${String(number).padStart(25, '0')}`,
      ...[skuId, 'default', `B${number}`, 'A', 'available', onHand, isHeld ? EACH : 0, 0, '1.000000'],
      ...[moment(FIRST_EXPIRY, number), moment(FIRST_RECEIPT, number), 1],
    ];
  });
  const columns = `batch_id, sku_id, location_id, batch_no, quality_level, status, on_hand, reserved, locked, unit_cost,
    expires_at, received_at, version`;
  for (let from = 0; from < rows.length; from += 2000)
    await at.dataSource.query(`INSERT INTO stock_batch (${columns}) VALUES ?`, [rows.slice(from, from + 2000)]);
  await at.dataSource.query(
    `INSERT INTO sku (sku_id, name, unit, status, serial_tracked, version, created_at, updated_at)
     VALUES (?, 'x', 'unit', 'active', 0, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [skuId],
  );
  await at.dataSource.query(
    `INSERT INTO stock_level (sku_id, location_id, on_hand, reserved, locked, deficit, version, on_hand_version, head_hash,
       is_active, settings_version)
     SELECT sku_id, location_id, SUM(on_hand), SUM(reserved), 0, 0, 0, 0, REPEAT('\\0', 32), 1, 0
     FROM stock_batch WHERE sku_id = ? GROUP BY sku_id, location_id`,
    [skuId],
  );
}

async function reserve(skuId: string, businessId: string, strategy: string) {
  const line = { skuId, quantity: 5, type: 'order', businessId, lineId: '', replace: false, strategy } as const;
  return await at.domain.reservations.reserve(line, at.call);
}

async function counters(rows: Tx['rows']): Promise<number> {
  const found = await rows("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return found.reduce((sum, row) => sum + Number(row['Value']), 0);
}

/** Rows that some work reads; asking for the counters may read some too, which are taken off. */
async function readBy<T>(rows: Tx['rows'], work: () => Promise<T>): Promise<{ answer: T; reads: number }> {
  const first = await counters(rows);
  const second = await counters(rows);
  const answer = await work();
  return { answer, reads: (await counters(rows)) - second - (second - first) };
}

async function load(skuId: string, scan: Scan, need: number) {
  const units = createUnitOfWork(at.dataSource, testConfig, testPorts());
  const query: CandidateQuery = { skuId, locationIds: ['default'], scan, need, now: NOW };
  return await units.write(testCall, (tx) => readBy(tx.rows, () => loadCandidates(tx, query)));
}

const scans = [
  ['fifo', 'oldest'],
  ['lifo', 'newest'],
  ['fefo', 'expiry'],
] as const;

describe.each(scans)('a small need by %s', (_strategy, scan) => {
  test.each([1, 5, 50])(
    'of %i from 10,000 batches reads at most twice the rows that it reads from 100',
    async (need) => {
      const few = await load('few', scan, need);
      expect(few.reads).toBeGreaterThanOrEqual(Math.ceil(need / EACH));
      expect(few.reads).toBeLessThan(110);
      for (const { skuId } of stocks.slice(1)) {
        const many = await load(skuId, scan, need);
        expect(many.answer).toHaveLength(few.answer.length);
        expect({ skuId, reads: many.reads }).toEqual({
          skuId,
          reads: expect.toSatisfy((reads: number) => reads <= 2 * few.reads),
        });
      }
    },
  );

  test('finds the first ones in its order, page after page', async () => {
    const numbers = Array.from({ length: 100 }, (_, number) => `B${number}`);
    const { answer } = await load('few', scan, 100 * EACH);
    expect(answer.map((batch) => batch.batchNo)).toEqual(scan === 'newest' ? numbers.toReversed() : numbers);
    const tied = await load('ties', scan, 100 * EACH);
    expect(tied.answer.map((batch) => batch.batchNo)).toEqual(answer.map((batch) => batch.batchNo));
    const worn = await load('worn from the oldest', scan, 1);
    expect(worn.answer[0]?.batchNo).toBe(scan === 'newest' ? 'B9999' : 'B9900');
    const other = await load('worn from the newest', scan, 1);
    expect(other.answer[0]?.batchNo).toBe(scan === 'newest' ? 'B99' : 'B0');
  });
});

// These take stock, so they come last.
describe.each(scans)('a whole reservation by %s', (strategy) => {
  // The first use of a table reads more than the later ones.
  beforeAll(async () => {
    await reserve('few', `warm-up ${strategy}`, strategy);
  });

  test('with its locks and its writes reads at most twice as many rows too', async () => {
    const rows: Tx['rows'] = (sql, parameters) => at.dataSource.query(sql, [...(parameters ?? [])]);
    const few = await readBy(rows, () => reserve('few', strategy, strategy));
    for (const { skuId } of stocks.slice(1)) {
      const { reads, answer } = await readBy(rows, () => reserve(skuId, strategy, strategy));
      expect(answer.held).toBe(5);
      expect({ skuId, reads }).toEqual({ skuId, reads: expect.toSatisfy((many: number) => many <= 2 * few.reads) });
    }
  });
});
