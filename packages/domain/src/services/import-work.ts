/**
 * An import as a job. Checking reads the file part by part into rows, looks at them together, and then decides every row
 * as if it were applied, in transactions that are rolled back. Applying marks a row in the very transaction that applies
 * it: so each has one effect, whoever dies on the way and whoever goes on.
 */
import type { Caller } from '@granary/contracts/command';
import type { ImportState } from '@granary/contracts/import';
import type { Call } from '../call.ts';
import type { ImportHeadRow } from '../entities/import.ts';
import {
  findImport,
  lockImport,
  countOutcomes,
  removeErrors,
  removeLeftovers,
  removeLines,
  replaceImport,
} from '../persistence/import-store.ts';
import { accepted } from '../refusal.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { keepErrors } from './import-errors.ts';
import { compareRows, readPart, verifyFile } from './import-reading.ts';
import { changed, CHUNK_DEADLINE_MS, type ImportCursor, type Importing, type ImportTask } from './import-task.ts';
import { settleNext } from './import-units.ts';
import type { Chunk, LongWork } from './job-work.ts';

const LINES_A_REMOVAL = 5000;

export interface ImportReport {
  readonly importId: string;
  readonly mode: ImportTask['mode'];
  readonly rows: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly errors: number;
}

type ImportChunk = Chunk<ImportCursor, never>;

export function importWork(
  engine: Engine,
  task: ImportTask,
  requester: Caller,
): LongWork<ImportCursor, never, ImportReport> {
  const { importId, mode } = task;
  const call: Call = { caller: requester, deadlineMs: CHUNK_DEADLINE_MS };
  return {
    start: {
      ...{ phase: 'clear', part: 1, carry: '', header: null, row: 0, lines: 0, after: null },
      ...{ done: 0, applied: 0, unchanged: 0, errors: 0 },
    },
    total: async () => {
      const head = await engine.units.read((tx) => findImport(tx, importId));
      return head === undefined ? 0 : totalOf(task, head);
    },
    chunk: async (from) => {
      const head = await engine.units.read((tx) => findImport(tx, importId));
      if (head === undefined) return { next: from, isLast: true, findings: [] };
      const isGivenUp = head.state === 'cancelled' && from.phase !== 'remove';
      return await chunkOf({ engine, task, head, call }, isGivenUp ? { ...from, phase: 'remove' } : from);
    },
    progress: ({ done, lines }) => ({ done, rows: lines }),
    report: ({ lines, applied, unchanged, errors }) => ({ importId, mode, rows: lines, applied, unchanged, errors }),
  };
}

async function chunkOf(at: Importing, from: ImportCursor): Promise<ImportChunk> {
  switch (from.phase) {
    case 'clear':
      return goingOn(await clear(at, from));
    case 'verify':
      return goingOn(await verifyFile(at, from));
    case 'read':
      return goingOn(await readPart(at, from));
    case 'compare':
      return goingOn(await compareRows(at, from));
    case 'rehearse':
    case 'apply': {
      const next = await settleNext(at, from);
      await keepErrors(at, { from: from.errors, errors: next.errors });
      const cursor = { ...from, ...next.cursor, errors: from.errors + next.errors.length };
      if (!next.isLast) return goingOn(cursor);
      const goesOn = from.phase === 'rehearse' && at.task.mode === 'run' && cursor.errors === 0;
      if (!goesOn) return goingOn({ ...cursor, phase: 'end' });
      await move(at, { state: 'applying', rowCount: cursor.lines });
      return goingOn({ ...cursor, phase: 'apply', after: null });
    }
    case 'end': {
      const isApplied = at.head.state === 'applying';
      const state = stateAfter(isApplied, from.errors);
      await move(at, { state, errorCount: from.errors, ...(!isApplied && { rowCount: from.lines }) });
      return goingOn({ ...from, phase: 'remove', done: totalOf(at.task, at.head) });
    }
    case 'remove': {
      const went = await at.engine.units.write(at.call, (tx) => removeLeftovers(tx, LINES_A_REMOVAL));
      return { next: from, isLast: went === 0, findings: [] };
    }
  }
}

function goingOn(next: ImportCursor): ImportChunk {
  return { next, isLast: false, findings: [] };
}

/** Whatever an earlier check left behind. */
async function clear({ engine, task, call }: Importing, from: ImportCursor): Promise<ImportCursor> {
  const isCheck = !task.isChecked;
  const went = await engine.units.write(call, async (tx) => {
    await removeErrors(tx, task.importId);
    return isCheck ? await removeLines(tx, task.importId, LINES_A_REMOVAL) : 0;
  });
  if (went > 0) return from;
  return { ...from, phase: isCheck ? 'verify' : 'apply' };
}

type Move = Partial<Pick<ImportHeadRow, 'state' | 'rowCount' | 'errorCount'>>;

/** Under the name of whoever asked; an import that was cancelled meanwhile stays so. */
async function move({ engine, task, call, head }: Importing, to: Move): Promise<void> {
  const { importId, mode } = task;
  await execute(engine, {
    ...{ procedure: `import.${mode}`, input: { importId } as object, call },
    lock: { scope: 'document', keys: [`import:${importId}`] },
    decide: async (tx) => {
      const before = await lockImport(tx, importId);
      const draft = await draftNow(tx, engine);
      if (before === undefined || before.state !== head.state) return { draft, outcome: accepted(null), isIdle: true };
      const outcomes = before.state === 'applying' ? await countOutcomes(tx, importId) : {};
      const row: ImportHeadRow = { ...before, ...to, ...outcomes, updatedAt: draft.now, version: before.version + 1 };
      const decision = changed(tx, { draft, before, row, write: () => replaceImport(tx, before, row) });
      return { ...decision, outcome: accepted(null) };
    },
  });
}

function stateAfter(isApplied: boolean, errors: number): ImportState {
  if (isApplied) return errors === 0 ? 'done' : 'incomplete';
  return errors === 0 ? 'checked' : 'rejected';
}

/** Each row is read, rehearsed, applied: as far as the task goes. */
function totalOf({ mode, isChecked }: ImportTask, { lineCount }: Pick<ImportHeadRow, 'lineCount'>): number {
  if (isChecked) return lineCount;
  return lineCount * (mode === 'check' ? 2 : 3);
}
