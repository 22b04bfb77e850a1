/** Copies of the database that answer reading calls. A copy that lacks what it should have answers nothing. */
import type { DataSource } from 'typeorm';

export interface Replica {
  readonly dataSource: DataSource;
  /** Runs on the replica ahead of what is read. */
  readonly catchUp: {
    readonly sql: string;
    readonly parameters: readonly unknown[];
    /** How long an answer of the replica may be kept, in milliseconds. */
    readonly holdsMs: number;
    /** Throws when the replica has not come far enough. */
    check(result: unknown): void;
  };
  succeeded(): void;
  failed(error: unknown): void;
}

export interface Replicas {
  /** One that may be tried now; undefined when only the primary is left. */
  next(): Replica | undefined;
  /** What the primary answered to a COMMIT, undefined if that was lost: from now on a replica must have come that far to answer this process. */
  committed(header: unknown): void;
}

/** The replica has not applied what it must have applied. */
export class ReplicaBehind extends Error {
  override readonly name = 'ReplicaBehind';
}
