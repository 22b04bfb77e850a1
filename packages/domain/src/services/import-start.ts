/** Starting the job of an import, to check it or to apply it as well: one import at a time. */
import type { GranaryError } from '@granary/contracts/error';
import type { Import, ImportStartInput, ImportState } from '@granary/contracts/import';
import type { Call } from '../call.ts';
import type { ImportHeadRow } from '../entities/import.ts';
import type { JobRow } from '../entities/job.ts';
import { lockImport, replaceImport } from '../persistence/import-store.ts';
import { appendJob, findOpenJob } from '../persistence/job-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidState, notFound, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { toImport } from '../rules/import-answer.ts';
import { jobFact } from '../rules/job-answer.ts';
import { queuedJob } from '../rules/job-state.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { changed, type ImportTask, taskOf } from './import-task.ts';

interface Start {
  readonly mode: ImportTask['mode'];
  readonly input: ImportStartInput;
  readonly call: Call;
}

export async function startImport(engine: Engine, { mode, input, call }: Start): Promise<Import> {
  const { importId } = input;
  return await execute(engine, {
    ...{ procedure: `import.${mode}`, input, call },
    lock: { scope: 'document', keys: ['job:import'] },
    decide: async (tx): Promise<Decision<Import>> => {
      const before = await lockImport(tx, importId);
      const open = await findOpenJob(tx, 'import');
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('import', importId)) };
      const running = open === undefined ? undefined : taskOf(open);
      // A run checks as well.
      if (running?.importId === importId && (running.mode === mode || mode === 'check'))
        return { draft, outcome: accepted(toImport(before)) };
      const refusal = refusesStart(before, mode) ?? (open === undefined ? undefined : busy(open));
      if (refusal !== undefined) return { draft, outcome: refused(refusal) };
      const isChecked = mode === 'run' && CHECKED.has(before.state);
      const job = newJob(tx, { engine, draft, call, task: { importId, mode, isChecked } });
      const row: ImportHeadRow = {
        ...before,
        ...{ state: isChecked ? 'applying' : 'checking', jobId: job.jobId, errorCount: 0 },
        ...{ updatedAt: draft.now, version: before.version + 1 },
      };
      const write = async () => {
        await appendJob(tx, job);
        await replaceImport(tx, before, row);
      };
      return changed(tx, { draft, before, row, write });
    },
  });
}

/** Every row was read and found sound, so what is left is to apply them. */
const CHECKED: ReadonlySet<ImportState> = new Set(['checked', 'applying', 'incomplete']);
const UNCHECKED: ReadonlySet<ImportState> = new Set(['uploading', 'checking', 'rejected']);

/** A state in which a job works is met here when that job was cancelled or given up: whoever starts it again goes on. */
function refusesStart(row: ImportHeadRow, mode: ImportTask['mode']): GranaryError | undefined {
  const may = UNCHECKED.has(row.state) || (mode === 'check' ? row.state === 'checked' : CHECKED.has(row.state));
  if (!may)
    return inState(
      row,
      `cannot be ${mode === 'check' ? 'checked' : 'applied'} any more`,
      'A file is sent, checked, and applied once.',
    );
  return row.partCount === 0 ? inState(row, 'has no parts yet', 'Send the file with import.upload first.') : undefined;
}

function busy(open: JobRow): GranaryError {
  const { importId } = taskOf(open);
  return invalidState({
    ...{ noun: 'job', id: open.jobId, state: open.state },
    message: `Import ${importId} is being checked or applied, and imports run one at a time.`,
    hint: 'Try again when system.job says that it has ended, or cancel it.',
  });
}

interface Making {
  readonly engine: Engine;
  readonly draft: Draft;
  readonly call: Call;
  readonly task: ImportTask;
}

function newJob(tx: Tx, { engine, draft, call, task }: Making): JobRow {
  const { commandId } = tx;
  const asked = { requestedBy: call.caller.actor, commandId, now: draft.now };
  const job = queuedJob({ jobId: engine.ports.ids(), kind: 'import', input: task, ...asked });
  draft.facts.push(jobFact(undefined, job, commandId));
  return job;
}

export function inState({ importId, state }: ImportHeadRow, what: string, hint: string): GranaryError {
  return invalidState({ noun: 'import', id: importId, state, message: `Import ${importId} (${state}) ${what}.`, hint });
}
