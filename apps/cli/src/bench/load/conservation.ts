/** That nothing was lost and nothing given twice: levels, batches, reservations and ledger say the same, and so do REF's three tables. */
import type { Granary } from '@granary/platform/granary';
import type { Pool } from 'mysql2/promise';
import type { BenchContext, Goal } from '../bench.ts';
import { slimSums } from '../reference/slim-reference.ts';

export interface Conserved {
  readonly granary: Pick<Granary, 'domain' | 'dataSource'>;
  readonly references: Pool;
}

const SUMS = `SELECT (SELECT SUM(reserved) FROM stock_level) AS levels, (SELECT SUM(reserved) FROM stock_batch) AS batches,
  (SELECT COALESCE(SUM(held), 0) FROM reservation_line) AS held,
  (SELECT COALESCE(SUM(reserved_delta), 0) FROM stock_movement) AS ledger`;

/** How many units are out of place between the places that must agree. */
export async function unbalanced({ granary, references }: Conserved): Promise<number> {
  const [row] = await granary.dataSource.query<readonly Readonly<Record<string, string>>[]>(SUMS);
  return spread(Object.values(row ?? {}).map(Number)) + spread(await slimSums(references));
}

const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

/** The product's own proof: every invariant and every link of the chains, of what REF-FULL wrote as well. */
export async function proven({ granary }: Conserved, { progress, signal }: BenchContext): Promise<Goal> {
  const bar = progress('verifying');
  const report = await granary.domain.verify({ signal, onProgress: ({ movements }) => bar.at(movements, 'movements') });
  bar.end(`${report.movements} movements, ${report.violations.length} violations`);
  const [first] = report.violations;
  const told = first === undefined ? '' : `, the first: ${first.invariant} ${first.row} ${first.detail}`;
  return { name: `rows that break an invariant${told}`, measured: report.violations.length, limit: 0 };
}
