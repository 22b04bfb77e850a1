/** Jobs as callers see them: started, looked at, cancelled. The workers run them (job-runner.ts). */
import type {
  Job,
  JobCancelInput,
  JobKind,
  JobListInput,
  JobStarted,
  JobStartInput,
  JobSummary,
} from '@granary/contracts/job';
import type { DoctorInput } from '@granary/contracts/doctor';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import type { JobRow } from '../entities/job.ts';
import { appendJob, findJob, findOpenJob, listJobs, lockJob, replaceJob } from '../persistence/job-store.ts';
import { pageOf } from '../persistence/page.ts';
import { accepted, invalidState, notFound, refused } from '../refusal.ts';
import { jobFact, toJob, toJobSummary } from '../rules/job-answer.ts';
import { cancelledJob, queuedJob } from '../rules/job-state.ts';
import { draftNow, type Engine, execute } from './execution.ts';

export function createJobService(engine: Engine) {
  return {
    verify: (input: JobStartInput, call: Call) => startJob(engine, { kind: 'verify', input, call }),
    rebuild: (input: JobStartInput, call: Call) => startJob(engine, { kind: 'rebuild', input, call }),
    doctor: (input: DoctorInput, call: Call) => startJob(engine, { kind: 'doctor', input, call }),
    prune: (input: JobStartInput, call: Call) => startJob(engine, { kind: 'prune', input, call }),
    cancelJob: (input: JobCancelInput, call: Call) => cancel(engine, input, call),
    get: (input: { id: string }) => get(engine, input),
    list: (input: JobListInput) => list(engine, input),
  };
}

/** Two that start one at the same time meet at the unique key; the one that comes second runs again and finds the first one's. */
export async function startJob(
  engine: Engine,
  { kind, input, call }: { kind: JobKind; input: JobStartInput & object; call: Call },
): Promise<JobStarted> {
  return await execute(engine, {
    procedure: kind === 'audit' ? 'audit.verify' : `system.${kind}`,
    input,
    call,
    lock: { scope: 'document', keys: [`job:${kind}`] },
    decide: async (tx) => {
      const open = await findOpenJob(tx, kind);
      const draft = await draftNow(tx, engine);
      const { idempotencyKey: _key, ...settings } = input;
      if (open !== undefined) {
        if (open.input !== JSON.stringify(settings)) return { draft, outcome: refused(isBusy(open)) };
        return { draft, outcome: accepted<JobStarted>({ id: open.jobId, isNew: false }) };
      }
      const { commandId } = tx;
      const row = queuedJob({
        jobId: engine.ports.ids(),
        kind,
        input: settings,
        requestedBy: call.caller.actor,
        commandId,
        now: draft.now,
      });
      await appendJob(tx, row);
      draft.facts.push(jobFact(undefined, row, commandId));
      return { draft, outcome: accepted<JobStarted>({ id: row.jobId, isNew: true }), after: toJobSummary(row) };
    },
  });
}

async function cancel(engine: Engine, input: JobCancelInput, call: Call): Promise<JobSummary> {
  const { id } = input;
  return await execute(engine, {
    procedure: 'system.cancelJob',
    input,
    call,
    lock: { scope: 'document', keys: [`job:${id}`] },
    decide: async (tx) => {
      const before = await lockJob(tx, id);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('job', id)) };
      const after = cancelledJob(before, draft.now);
      if (after === undefined) return { draft, outcome: refused(hasEnded(id, before.state)) };
      await replaceJob(tx, before, after);
      if (after.version !== before.version) draft.facts.push(jobFact(before, after, tx.commandId));
      const answer = toJobSummary(after);
      return { draft, outcome: accepted(answer), before: toJobSummary(before), after: answer };
    },
  });
}

function isBusy({ jobId: id, kind, state }: JobRow) {
  return invalidState({
    ...{ noun: 'job', id, state },
    message: `Job ${id} of kind ${kind} is ${state} with other settings.`,
    hint: 'Wait for its end with system.job, or cancel it with system.cancelJob.',
  });
}

function hasEnded(id: string, state: string) {
  return invalidState({
    ...{ noun: 'job', id, state },
    message: `Job ${id} has ended (${state}) and cannot be cancelled.`,
    hint: 'Look at its report with system.job; start a new one if it is needed again.',
  });
}

async function get(engine: Engine, { id }: { id: string }): Promise<Job> {
  return await engine.units.read(async (tx) => {
    const row = await findJob(tx, id);
    if (row === undefined) throw notFound('job', id);
    return toJob(row);
  });
}

async function list(engine: Engine, input: JobListInput): Promise<Page<JobSummary>> {
  const page = await engine.units.read((tx) =>
    pageOf({
      list: 'jobs',
      input,
      load: (after, limit) => listJobs(tx, { input, before: after?.[0], limit }),
      keyOf: (row) => [row.jobId],
    }),
  );
  return { items: page.items.map(toJobSummary), nextCursor: page.nextCursor };
}
