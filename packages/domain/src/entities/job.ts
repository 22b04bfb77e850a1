/** A job: long work that workers do chunk by chunk. Its row is the queue, the lease of the one worker that runs it, and the place where it goes on. */
import type { JobKind, JobState } from '@granary/contracts/job';
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import {
  countColumn,
  flagColumn,
  generatedFlag,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface JobRow {
  readonly jobId: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly isCancelRequested: boolean;
  /** JSON. */
  readonly input: string;
  readonly done: number;
  readonly total: number | null;
  readonly rows: number;
  /** JSON of an ErrorAnswer. */
  readonly error: string | null;
  /** JSON, bounded; grows while it runs. */
  readonly report: string | null;
  /** JSON of a ChunkCursor: where the next chunk begins; null before the first. */
  readonly cursor: string | null;
  /** How often the chunk at the cursor was begun: one that kills its workers must not be tried for ever. */
  readonly attempts: number;
  /** Who runs it, until when; both null unless it runs. */
  readonly holder: string | null;
  readonly leaseUntil: Instant | null;
  readonly requestedBy: string;
  /** The command that started it. */
  readonly commandId: string;
  readonly requestedAt: Instant;
  readonly startedAt: Instant | null;
  readonly progressAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Of its events; progress raises none. */
  readonly version: number;
}

export const jobEntity = new EntitySchema<JobRow & { open: boolean }>({
  name: 'job',
  tableName: 'job',
  columns: {
    jobId: { ...ulidColumn, name: 'job_id', primary: true },
    kind: wordColumn(32),
    state: wordColumn(16),
    isCancelRequested: { ...flagColumn, name: 'is_cancel_requested' },
    input: { ...textColumn, name: 'input_json' },
    done: versionColumn,
    total: { ...versionColumn, nullable: true },
    rows: { ...versionColumn, name: 'row_count' },
    error: { ...textColumn, name: 'error_json', nullable: true },
    report: { ...textColumn, name: 'report_json', nullable: true },
    cursor: { ...textColumn, name: 'cursor_json', nullable: true },
    attempts: countColumn,
    holder: { ...nameColumn(100), nullable: true },
    leaseUntil: { ...instantColumn, name: 'lease_until', nullable: true },
    requestedBy: { ...nameColumn(64), name: 'requested_by' },
    commandId: { ...ulidColumn, name: 'command_id' },
    requestedAt: { ...instantColumn, name: 'requested_at' },
    startedAt: { ...instantColumn, name: 'started_at', nullable: true },
    progressAt: { ...instantColumn, name: 'progress_at', nullable: true },
    endedAt: { ...instantColumn, name: 'ended_at', nullable: true },
    version: versionColumn,
    open: generatedFlag(`if(state in ('queued', 'running'), 1, null)`),
  },
  uniques: [{ name: 'job_open', columns: ['kind', 'open'] }],
});
