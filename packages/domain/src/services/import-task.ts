/** What the parts of an import share: the task of its job, where the job stands, and how a head is changed. */
import type { Import } from '@granary/contracts/import';
import type { Call } from '../call.ts';
import type { ImportHeadRow } from '../entities/import.ts';
import type { JobRow } from '../entities/job.ts';
import type { LineKey } from '../persistence/import-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { importFact, toImport } from '../rules/import-answer.ts';
import type { Decision, Engine } from './execution.ts';

export const CHUNK_DEADLINE_MS = 60_000;

export interface ImportTask {
  readonly importId: string;
  /** To find what is wrong; or to apply the rows as well, when nothing is. */
  readonly mode: 'check' | 'run';
  /** Every row was read and found sound before. */
  readonly isChecked: boolean;
}

export interface ImportCursor {
  readonly phase: 'clear' | 'verify' | 'read' | 'compare' | 'rehearse' | 'apply' | 'end' | 'remove';
  /** The part to be read next, and what of the one before it was no whole row yet. */
  readonly part: number;
  readonly carry: string;
  readonly header: readonly string[] | null;
  /** Rows read, the header and empty lines among them. */
  readonly row: number;
  readonly lines: number;
  readonly after: LineKey | null;
  /** As `total` counts: rows read, rehearsed and applied. */
  readonly done: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly errors: number;
}

export function taskOf(job: Pick<JobRow, 'input'>): ImportTask {
  return JSON.parse(job.input) as ImportTask;
}

/** What every phase is given. */
export interface Importing {
  readonly engine: Engine;
  readonly task: ImportTask;
  readonly head: ImportHeadRow;
  readonly call: Call;
}

interface Changing {
  readonly draft: Draft;
  readonly before: ImportHeadRow;
  readonly row: ImportHeadRow;
  readonly write: () => Promise<void>;
}

export function changed(tx: Tx, { draft, before, row, write }: Changing): Decision<Import> {
  draft.facts.push(importFact(before, row, tx.commandId));
  return { draft, outcome: accepted(toImport(row)), before: toImport(before), after: toImport(row), write };
}
