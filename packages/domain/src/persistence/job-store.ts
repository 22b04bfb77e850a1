/** Rows of jobs: found by kind while open, by id, in lists; changed under the lock of the row alone. */
import type { JobKind, JobListInput } from '@granary/contracts/job';
import type { JobRow } from '../entities/job.ts';
import { replaceRow } from './replace-row.ts';
import { jobs } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

/** Reports may be large; whoever looks at several jobs does without, and gets null for it. */
const withoutReport: typeof jobs = {
  ...jobs,
  select: jobs.columns
    .filter(({ property }) => property !== 'report')
    .map(({ name, property }) => `t.${name} AS \`${property}\``)
    .join(', '),
};

export async function findOpenJob(tx: Tx, kind: JobKind): Promise<JobRow | undefined> {
  const rows = await tx.select(withoutReport, 'FORCE INDEX (job_open) WHERE t.kind = ? AND t.open = 1', [kind]);
  return rows[0];
}

/** What workers look at: the queue and what runs, oldest first. */
export async function readOpenJobs(tx: Tx, kinds: readonly JobKind[]): Promise<readonly JobRow[]> {
  return await tx.select(withoutReport, 'FORCE INDEX (job_open) WHERE t.kind IN (?) AND t.open = 1 ORDER BY t.job_id', [
    kinds,
  ]);
}

export async function findJob(tx: Tx, jobId: string): Promise<JobRow | undefined> {
  const rows = await tx.select(jobs, 'WHERE t.job_id = ?', [jobId]);
  return rows[0];
}

export async function lockJob(tx: Tx, jobId: string): Promise<JobRow | undefined> {
  const rows = await tx.select(jobs, 'WHERE t.job_id = ? FOR UPDATE', [jobId]);
  return rows[0];
}

/** Newest first; there are as many as people and timers started, so the primary key will do for every filter. */
export async function listJobs(
  tx: Tx,
  { input, before, limit }: { input: JobListInput; before: string | undefined; limit: number },
): Promise<readonly JobRow[]> {
  const filters: readonly (readonly [condition: string, value: string | undefined])[] = [
    ['t.job_id < ?', before],
    ['t.kind = ?', input.kind],
    ['t.state = ?', input.state],
  ];
  const given = filters.filter(([, value]) => value !== undefined);
  const where = given.length === 0 ? '' : `WHERE ${given.map(([condition]) => condition).join(' AND ')}`;
  return await tx.select(
    withoutReport,
    `FORCE INDEX (PRIMARY) ${where} ORDER BY t.job_id DESC LIMIT ${limit}`,
    given.map(([, value]) => value),
  );
}

export async function appendJob(tx: Tx, row: JobRow): Promise<void> {
  await appendRows(tx, jobs, [row]);
}

/** The row is locked; `before` only tells what is left as it is. The report may be large, so it is written when it grew. */
export async function replaceJob(tx: Tx, before: JobRow, row: JobRow): Promise<void> {
  const changed = jobs.columns
    .map(({ property }) => property as keyof JobRow)
    .filter((property) => before[property] !== row[property]);
  if (changed.length > 0)
    await replaceRow(tx, { table: jobs, keys: ['jobId'], row, from: before.version, set: changed });
}
