/**
 * Runs jobs, a chunk at a time, under a lease in the database: of two workers one runs a job, and when it dies another
 * one goes on at the cursor once the lease has run out. What is saved is guarded by the holder, so a worker that was
 * given up and wakes again changes nothing.
 */
import { type ErrorAnswer, GranaryError } from '@granary/contracts/error';
import { type JobKind, jobKinds } from '@granary/contracts/job';
import type { Instant } from '@granary/contracts/instant';
import type { Caller } from '@granary/contracts/command';
import type { Call } from '../call.ts';
import type { JobRow } from '../entities/job.ts';
import { findCommand } from '../persistence/audit-store.ts';
import { appendCommand, appendOutbox } from '../persistence/command-store.ts';
import { lockJob, readOpenJobs, replaceJob } from '../persistence/job-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { jobFact, toJobSummary } from '../rules/job-answer.ts';
import {
  advancedJob,
  type Ending,
  endedJob,
  handedBack,
  MAX_ATTEMPTS,
  mayTake,
  renewed,
  takenJob,
} from '../rules/job-state.ts';
import { type DoctorTask, doctorWork } from './doctor.ts';
import { type Engine, sha256 } from './execution.ts';
import { taskOf } from './import-task.ts';
import { importWork } from './import-work.ts';
import { auditWork } from './audit-verify.ts';
import { pruneWork } from './prune.ts';
import { rebuildWork } from './rebuild.ts';
import { snapshotWork } from './snapshot-work.ts';
import { type Step, stepperOf, type Stepper } from './job-work.ts';
import { verifyWork } from './verification.ts';

export interface JobRound {
  /** Names this worker among others. */
  readonly holder: string;
  readonly leaseMs: number;
}

export function createJobRunner(engine: Engine) {
  const deps = { engine };

  /** One chunk of every job that may be had; answers how many there were. */
  async function runOnce(round: JobRound): Promise<{ readonly chunks: number }> {
    const open = await engine.units.read(async (tx) => {
      const jobs = await readOpenJobs(tx, jobKinds);
      const now = jobs.length === 0 ? undefined : await tx.now();
      return jobs.filter((job) => now !== undefined && mayTake(job, { holder: round.holder, now }));
    });
    let chunks = 0;
    for (const { jobId } of open) if (await runChunk({ ...deps, round, jobId })) chunks += 1;
    return { chunks };
  }

  /** For a worker that stops: another one may go on at once. */
  async function handBack(holder: string): Promise<void> {
    const mine = await engine.units.read(async (tx) =>
      (await readOpenJobs(tx, jobKinds)).filter((job) => job.holder === holder),
    );
    for (const { jobId } of mine) {
      await changeOwn({ engine, jobId, holder }, async (tx, job) => await replaceJob(tx, job, handedBack(job)));
    }
  }

  return { runOnce, handBack };
}

interface Running {
  readonly engine: Engine;
  readonly round: JobRound;
  readonly jobId: string;
}

async function runChunk(running: Running): Promise<boolean> {
  const { engine, round, jobId } = running;
  const job = await engine.units.write(runnerCall(), (tx) => take(tx, { engine, round, jobId }));
  if (job === undefined) return false;
  const beat = keepLease(running);
  try {
    const stepper = await stepperFor(engine, job);
    const total = job.total ?? (await stepper.total());
    await save(running, { step: await stepper.step(job), total });
  } catch (error) {
    // What may pass is tried again with the next round, by us or by whoever takes over.
    if (error instanceof GranaryError && error.retryable) throw error;
    engine.ports.log('error', 'a job failed', { jobId, kind: job.kind, error });
    await end(running, { state: 'failed', error: answerOf(error, jobId) });
  } finally {
    clearInterval(beat);
  }
  return true;
}

/** The job as it is now ours; undefined when it is not, or has ended here. */
async function take(tx: Tx, { engine, round, jobId }: Running): Promise<JobRow | undefined> {
  const job = await lockJob(tx, jobId);
  const now = await tx.now();
  if (job === undefined || !mayTake(job, { holder: round.holder, now })) return undefined;
  if (job.isCancelRequested) return await close(tx, job, { ending: { state: 'cancelled' }, now });
  if (job.attempts >= MAX_ATTEMPTS) {
    engine.ports.log('error', 'a job is given up', { jobId, kind: job.kind, attempts: job.attempts });
    return await close(tx, job, { ending: { state: 'failed', error: givenUp(jobId) }, now });
  }
  const taken = takenJob(job, { ...round, now });
  await replaceJob(tx, job, taken);
  return taken;
}

async function save(running: Running, { step, total }: { step: Step; total: number }): Promise<void> {
  const isOurs = await changeOwn(ownerOf(running), async (tx, job, now) => {
    const next = advancedJob(job, { ...step, total }, now);
    if (step.isLast) await close(tx, job, { next, ending: { state: 'done' }, now });
    else if (job.isCancelRequested) await close(tx, job, { next, ending: { state: 'cancelled' }, now });
    else await replaceJob(tx, job, next);
  });
  if (!isOurs) running.engine.ports.log('warn', 'a job is run by another worker now', { jobId: running.jobId });
}

async function end(running: Running, ending: Ending): Promise<void> {
  await changeOwn(ownerOf(running), async (tx, job, now) => {
    await close(tx, job, { ending, now });
  });
}

/** The one way in which a worker ends a job: its row, a command under its requester's name, and the event. */
async function close(
  tx: Tx,
  before: JobRow,
  { next = before, ending, now }: { next?: JobRow; ending: Ending; now: Instant },
): Promise<undefined> {
  const after = endedJob(next, ending, now);
  await replaceJob(tx, before, after);
  const request = JSON.stringify({ id: before.jobId });
  await appendCommand(tx, {
    commandId: tx.commandId,
    procedure: procedureOf(before),
    ...(await requesterOf(tx, before)),
    ...{ idempotencyKey: null, requestHash: sha256(request), request, outcome: 'done', answer: null },
    before: JSON.stringify(toJobSummary(before)),
    after: JSON.stringify(toJobSummary(after)),
    recordedAt: now,
  });
  const facts = [jobFact(before, after, tx.commandId)];
  await appendOutbox(tx, { outboxId: tx.commandId, facts, createdAt: now });
  return undefined;
}

/** The call that such a job is started by. */
function procedureOf(job: JobRow): string {
  if (job.kind === 'import') return `import.${taskOf(job).mode}`;
  if (job.kind === 'audit') return 'audit.verify';
  return job.kind === 'snapshot' ? 'snapshot.create' : `system.${job.kind}`;
}

interface Owner {
  readonly engine: Engine;
  readonly jobId: string;
  readonly holder: string;
}

function ownerOf({ engine, jobId, round }: Running): Owner {
  return { engine, jobId, holder: round.holder };
}

/** Changes the row while it is run by this holder, and answers whether it was. */
async function changeOwn(
  { engine, jobId, holder }: Owner,
  change: (tx: Tx, job: JobRow, now: Instant) => Promise<void>,
): Promise<boolean> {
  return await engine.units.write(runnerCall(), async (tx) => {
    const job = await lockJob(tx, jobId);
    const now = await tx.now();
    if (job === undefined || job.state !== 'running' || job.holder !== holder) return false;
    await change(tx, job, now);
    return true;
  });
}

/** One SKU may have millions of movements: while a chunk runs the lease is renewed, and only silence lets it run out. */
function keepLease(running: Running): NodeJS.Timeout {
  const { round, jobId } = running;
  const renew = () =>
    changeOwn(ownerOf(running), async (tx, job, now) => await replaceJob(tx, job, renewed(job, { ...round, now })));
  return setInterval(() => {
    renew().catch((error: unknown) =>
      running.engine.ports.log('warn', 'the lease of a job could not be renewed', { jobId, error }),
    );
  }, round.leaseMs / 3).unref();
}

async function stepperFor(engine: Engine, job: JobRow): Promise<Stepper> {
  const kind: JobKind = job.kind;
  switch (kind) {
    case 'verify':
      return stepperOf(verifyWork(engine));
    case 'rebuild':
      return stepperOf(rebuildWork(engine, await engine.units.read((tx) => requesterOf(tx, job))));
    case 'doctor':
      return stepperOf(
        doctorWork(engine, JSON.parse(job.input) as DoctorTask, await engine.units.read((tx) => requesterOf(tx, job))),
      );
    case 'audit':
      return stepperOf(auditWork(engine));
    case 'prune':
      return stepperOf(pruneWork(engine));
    case 'import':
      return stepperOf(importWork(engine, taskOf(job), await engine.units.read((tx) => requesterOf(tx, job))));
    case 'snapshot':
      return stepperOf(snapshotWork(engine, await engine.units.read((tx) => requesterOf(tx, job))));
  }
}

/** What a worker does for somebody stands under their name and the address from which they asked. */
async function requesterOf(tx: Tx, job: JobRow): Promise<Caller> {
  const asked = await findCommand(tx, job.commandId);
  const address = asked?.address ?? null;
  return { actor: job.requestedBy, address, agent: 'granary-worker', requestId: job.jobId };
}

/** What Granary refuses on purpose says so itself; of anything else the causes and stacks are in the log only. */
function answerOf(error: unknown, jobId: string): ErrorAnswer {
  if (error instanceof GranaryError) return error.toAnswer();
  return failure(jobId, 'The job ran into a fault of Granary or of its database.');
}

function givenUp(jobId: string): ErrorAnswer {
  return failure(jobId, `The job was begun ${MAX_ATTEMPTS} times at the same place and did not get past it.`);
}

function failure(jobId: string, message: string): ErrorAnswer {
  const hint = 'The log of the workers tells the cause under the id of the job; mend it and start the job again.';
  return new GranaryError('databaseFailure', { message, hint, details: { requestId: jobId } }).toAnswer();
}

function runnerCall(): Call {
  return { caller: { actor: 'worker', address: null, agent: 'granary-worker', requestId: 'jobs' } };
}
