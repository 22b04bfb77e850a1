/** A job as callers see it, and the event that tells of it. */
import { type Job, jobError, type JobSummary } from '@granary/contracts/job';
import type { JobRow } from '../entities/job.ts';
import type { Fact } from '../entities/outbox.ts';

export function toJobSummary(row: JobRow): JobSummary {
  return {
    id: row.jobId,
    kind: row.kind,
    state: row.state,
    isCancelRequested: row.isCancelRequested,
    input: parsedObject(row.input) ?? {},
    done: row.done,
    total: row.total,
    rows: row.rows,
    error: row.error === null ? null : jobError.parse(JSON.parse(row.error)),
    requestedBy: row.requestedBy,
    commandId: row.commandId,
    requestedAt: row.requestedAt,
    startedAt: row.startedAt,
    progressAt: row.progressAt,
    endedAt: row.endedAt,
  };
}

export function toJob(row: JobRow): Job {
  return { ...toJobSummary(row), report: parsedObject(row.report) };
}

/** Without the report: events travel, and whoever wants it asks for the job. */
export function jobFact(before: JobRow | undefined, after: JobRow, commandId: string): Fact {
  return {
    type:
      before === undefined ? 'stock.job.started' : after.endedAt === null ? 'stock.job.cancelled' : 'stock.job.ended',
    kind: 'job',
    id: after.jobId,
    from: before?.version ?? 0,
    to: after.version,
    commandId,
    before: before === undefined ? null : toJobSummary(before),
    after: toJobSummary(after),
  };
}

function parsedObject(json: string | null): Record<string, unknown> | null {
  const value: unknown = json === null ? null : JSON.parse(json);
  return typeof value === 'object' && value !== null ? { ...value } : null;
}
