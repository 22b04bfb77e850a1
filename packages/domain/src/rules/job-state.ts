/** What may become of a job: queued, run by one worker under a lease, ended once. Pure; the row is locked by whoever asks. */
import type { ErrorAnswer } from '@granary/contracts/error';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { JobKind } from '@granary/contracts/job';
import type { JobRow } from '../entities/job.ts';

/** Begun so often without an end, a chunk is given up: it kills its workers, or never ends in its time. */
export const MAX_ATTEMPTS = 10;
/** A report holds no more findings than this. */
export const MAX_FINDINGS = 1000;

export interface JobRequest {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly input: object;
  readonly requestedBy: string;
  readonly commandId: string;
  readonly now: Instant;
}

export function queuedJob({ jobId, kind, input, requestedBy, commandId, now }: JobRequest): JobRow {
  return {
    ...{ jobId, kind, state: 'queued', isCancelRequested: false, input: JSON.stringify(input) },
    ...{ done: 0, total: null, rows: 0, error: null, report: null, cursor: null, attempts: 0 },
    ...{ holder: null, leaseUntil: null, requestedBy, commandId },
    ...{ requestedAt: now, startedAt: null, progressAt: null, endedAt: null, version: 1 },
  };
}

export interface Taker {
  readonly holder: string;
  readonly leaseMs: number;
  readonly now: Instant;
}

/** Queued, ours, or left behind by a worker that let its lease run out. */
export function mayTake(job: JobRow, { holder, now }: Pick<Taker, 'holder' | 'now'>): boolean {
  return job.state === 'queued' || (job.state === 'running' && (job.holder === holder || isAbandoned(job, now)));
}

export function isAbandoned(job: JobRow, now: Instant): boolean {
  return job.state === 'running' && (job.leaseUntil === null || job.leaseUntil <= now);
}

export function takenJob(job: JobRow, taker: Taker): JobRow {
  const attempts = job.attempts + 1;
  return renewed({ ...job, state: 'running', startedAt: job.startedAt ?? taker.now, attempts }, taker);
}

export function renewed(job: JobRow, { holder, leaseMs, now }: Taker): JobRow {
  return { ...job, holder, leaseUntil: fromMicros(toMicros(now) + BigInt(Math.ceil(leaseMs)) * 1000n) };
}

/** Its worker stops and says so: the next one need not wait for the lease. The attempt was no fault of the chunk. */
export function handedBack(job: JobRow): JobRow {
  return { ...job, holder: null, leaseUntil: null, attempts: 0 };
}

export interface Progress {
  readonly cursor: string;
  readonly done: number;
  readonly total: number;
  readonly rows: number;
  /** Undefined while it says nothing new. */
  readonly report: string | undefined;
}

/** Progress never falls, and what is done is never more than all of it: stock grows while it is looked at. */
export function advancedJob(job: JobRow, progress: Progress, now: Instant): JobRow {
  const { cursor, done, total, rows, report } = progress;
  return {
    ...job,
    cursor,
    done: Math.max(job.done, done),
    total: Math.max(total, done, job.done),
    rows: Math.max(job.rows, rows),
    report: report ?? job.report,
    attempts: 0,
    progressAt: now,
  };
}

export type Ending =
  | { readonly state: 'done' | 'cancelled' }
  | { readonly state: 'failed'; readonly error: ErrorAnswer };

export function endedJob(job: JobRow, ending: Ending, now: Instant): JobRow {
  return {
    ...job,
    state: ending.state,
    error: ending.state === 'failed' ? JSON.stringify(ending.error) : null,
    holder: null,
    leaseUntil: null,
    endedAt: now,
    version: job.version + 1,
  };
}

/** At once unless somebody runs it: then it stops before its next chunk. Undefined when there is nothing to cancel any more. */
export function cancelledJob(job: JobRow, now: Instant): JobRow | undefined {
  switch (job.state) {
    case 'queued':
      return endedJob(job, { state: 'cancelled' }, now);
    case 'running':
      if (isAbandoned(job, now)) return endedJob(job, { state: 'cancelled' }, now);
      return job.isCancelRequested ? job : { ...job, isCancelRequested: true, version: job.version + 1 };
    case 'cancelled':
      return job;
    case 'done':
    case 'failed':
      return undefined;
  }
}
