/**
 * Long work in chunks: each chunk says where the next one begins, so that whoever has the cursor can go on. The command
 * line runs it through in its own process; a job saves the cursor after every chunk, and goes on there after its worker died.
 */
import { present } from '../refusal.ts';
import { MAX_FINDINGS } from '../rules/job-state.ts';

export interface Chunk<Cursor, Finding> {
  readonly next: Cursor;
  /** Nothing is left behind `next`. */
  readonly isLast: boolean;
  readonly findings: readonly Finding[];
}

/** A cursor and a report are plain JSON; a cursor carries the counters of all that lies before it. */
export interface LongWork<Cursor, Finding, Report> {
  readonly start: Cursor;
  /** How much there is to do, counted as `progress` counts what is done. */
  total(): Promise<number>;
  /** Doing a chunk twice does no harm: a worker may die between doing and saving it. */
  chunk(from: Cursor): Promise<Chunk<Cursor, Finding>>;
  progress(cursor: Cursor): { readonly done: number; readonly rows: number };
  report(cursor: Cursor, findings: readonly Finding[]): Report;
  /** What a report that is kept between two steps has found; left out by work that finds nothing. */
  readonly findings?: (report: Report) => readonly Finding[];
  /** A finding as it is kept in the report of a job, where space is limited; as it is when left out. */
  readonly brief?: (finding: Finding) => Finding;
}

export async function* chunksOf<Cursor, Finding, Report>(
  work: LongWork<Cursor, Finding, Report>,
  signal?: AbortSignal,
): AsyncGenerator<Chunk<Cursor, Finding>> {
  for (let from = work.start; ;) {
    signal?.throwIfAborted();
    const chunk = await work.chunk(from);
    yield chunk;
    if (chunk.isLast) return;
    from = chunk.next;
  }
}

/** From the beginning to the end in this process, with all that was found. */
export async function runThrough<Cursor, Finding, Report>(
  work: LongWork<Cursor, Finding, Report>,
  { onChunk, signal }: { onChunk?: (at: Cursor) => void; signal?: AbortSignal | undefined },
): Promise<Report> {
  const findings: Finding[] = [];
  let at = work.start;
  for await (const chunk of chunksOf(work, signal)) {
    at = chunk.next;
    for (const finding of chunk.findings) findings.push(finding);
    onChunk?.(at);
  }
  return work.report(at, findings);
}

/** What a job's row keeps between two chunks. */
export interface Saved {
  readonly cursor: string | null;
  readonly report: string | null;
}

export interface Step {
  readonly cursor: string;
  /** Undefined while it says nothing new. */
  readonly report: string | undefined;
  readonly done: number;
  readonly rows: number;
  readonly isLast: boolean;
}

/** The same work, one chunk a call, between two states of a row. */
export interface Stepper {
  total(): Promise<number>;
  step(saved: Saved): Promise<Step>;
}

export function stepperOf<Cursor, Finding, Report>(work: LongWork<Cursor, Finding, Report>): Stepper {
  const { brief = (finding: Finding) => finding } = work;
  return {
    total: () => work.total(),
    step: async (saved) => {
      const from = saved.cursor === null ? work.start : (JSON.parse(saved.cursor) as Cursor);
      const kept = saved.report === null ? [] : present(work.findings, 'findings')(JSON.parse(saved.report) as Report);
      const { next, isLast, findings } = await work.chunk(from);
      const all = [...kept, ...findings.slice(0, MAX_FINDINGS - kept.length).map(brief)];
      const saysMore = isLast || all.length > kept.length;
      return {
        cursor: JSON.stringify(next),
        report: saysMore ? JSON.stringify(work.report(next, all)) : undefined,
        ...work.progress(next),
        isLast,
      };
    },
  };
}
