/** What has to be done every day without anybody asking: workers look for it, and one of them starts the job. */
import type { JobStarted } from '@granary/contracts/job';
import { plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import { appendJob, findOpenJob, listJobs } from '../persistence/job-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted } from '../refusal.ts';
import { jobFact, toJobSummary } from '../rules/job-answer.ts';
import { queuedJob } from '../rules/job-state.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { hasOldCommands } from './prune.ts';
import { type Resealed, resealSecrets } from './webhook-resealing.ts';

const DAY_SECONDS = 86_400;

export function createMaintenance(engine: Engine) {
  return {
    /** Starts the daily prune if the last one is a day old and something is old enough; answers null otherwise. Any number of workers may ask. */
    startDue: (call: Call): Promise<JobStarted | null> => startDue(engine, call),
    /** Moves the secrets of webhooks to the first key. Any number of workers may ask. */
    resealSecrets: (): Promise<Resealed> => resealSecrets(engine),
  };
}

async function startDue(engine: Engine, call: Call): Promise<JobStarted | null> {
  return await execute<JobStarted | null>(engine, {
    procedure: 'system.prune',
    input: {},
    call,
    lock: { scope: 'document', keys: ['job:prune'] },
    decide: (tx) => decide(tx, engine, call),
  });
}

/** Two that ask at once meet at the unique key of open jobs, and the second finds the first one's job. */
async function decide(tx: Tx, engine: Engine, call: Call): Promise<Decision<JobStarted | null>> {
  const open = await findOpenJob(tx, 'prune');
  const [newest] = await listJobs(tx, { input: { kind: 'prune', limit: 1 }, before: undefined, limit: 1 });
  const draft = await draftNow(tx, engine);
  const isDue = newest === undefined || plusSeconds(newest.requestedAt, DAY_SECONDS) <= draft.now;
  if (open !== undefined || !isDue || !(await hasOldCommands(tx, engine)))
    return { draft, outcome: accepted(null), isIdle: true };
  const { commandId } = tx;
  const row = queuedJob({
    ...{ jobId: engine.ports.ids(), kind: 'prune', input: {}, commandId },
    ...{ requestedBy: call.caller.actor, now: draft.now },
  });
  await appendJob(tx, row);
  draft.facts.push(jobFact(undefined, row, commandId));
  return { draft, outcome: accepted({ id: row.jobId, isNew: true }), after: toJobSummary(row) };
}
