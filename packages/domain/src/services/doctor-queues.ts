/** The doctor looks at work that was begun and that nobody does. */
import type { Ailment } from '@granary/contracts/doctor';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import { jobKinds } from '@granary/contracts/job';
import type { JobRow } from '../entities/job.ts';
import type { WebhookRow } from '../entities/webhook.ts';
import {
  type Lane,
  readDeadLetters,
  readEmptyTransfers,
  readLateSubscribers,
  readStuckLanes,
  readWorkedImports,
} from '../persistence/doctor-store.ts';
import { straighten } from '../persistence/event-delivery-store.ts';
import { lockSubscriber } from '../persistence/event-subscriber-store.ts';
import { findOpenJob, listJobs, readOpenJobs } from '../persistence/job-store.ts';
import { nextTaking } from '../persistence/snapshot-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { listWebhooks } from '../persistence/webhook-store.ts';
import { atOnce, type Cure, type Examination, type Sign } from '../ports/examination.ts';
import { accepted } from '../refusal.ts';
import { attributeExaminations } from './attribute-resealing.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { createJobService } from './job-service.ts';
import { createMaintenance } from './maintenance.ts';
import { hasOldCommands } from './prune.ts';
import { createSnapshotSchedule } from './snapshot-service.ts';
import { resealSecrets } from './webhook-resealing.ts';
import { secretPlace } from './webhook-secret.ts';

const DEADLINE_MS = 600_000;
/** A worker takes a job, or takes one over, in seconds. */
const JOB_GRACE_SECONDS = 60;
/** What is due is tried within a second. */
const DELIVERY_GRACE_SECONDS = 600;
/** Workers prune once a day. */
const PRUNE_GRACE_SECONDS = 2 * 86_400;
const WEBHOOKS_A_PART = 100;

export function queueExaminations(engine: Engine): readonly Examination[] {
  const look = (ailment: Ailment, signsIn: (tx: Tx, now: Instant) => Promise<readonly Sign[]>): Examination => ({
    finds: [ailment],
    look: async () => atOnce(await engine.units.read(async (tx) => await signsIn(tx, await tx.now()), DEADLINE_MS)),
  });
  return [
    look('deadLetters', deadLetters),
    look('stuckDeliveries', async (tx) => (await readStuckLanes(tx)).map((lane) => stuck(engine, lane))),
    look('lateDeliveries', lateDeliveries),
    look('jobs', async (tx, now) => (await readOpenJobs(tx, jobKinds)).flatMap((job) => jobSign(engine, job, now))),
    look('snapshots', (tx) => leftSnapshots(tx, engine)),
    look('imports', leftImports),
    look('transfers', emptyTransfers),
    { finds: ['secrets'], look: async (after) => await lookAtSecrets(engine, after) },
    ...attributeExaminations(engine),
    look('oldKeys', (tx, now) => oldKeys(tx, engine, now)),
  ];
}

async function deadLetters(tx: Tx): Promise<readonly Sign[]> {
  return (await readDeadLetters(tx)).map(({ subscriber, count, lastError }) => ({
    ...{ ailment: 'deadLetters', where: subscriber },
    detail: `${count} events were given up; the last error: ${lastError}`,
  }));
}

function stuck(engine: Engine, { subscriber, aggregate, waiting }: Lane): Sign {
  const detail = `${waiting} events wait, and none of them will ever be tried`;
  const cure: Cure = async (call) =>
    await execute(engine, {
      ...{ procedure: 'system.doctor', input: { repair: 'stuckDeliveries', subscriber, aggregate } as object, call },
      lock: { scope: 'document', keys: [] },
      decide: async (tx) => {
        await lockSubscriber(tx, subscriber);
        const draft = await draftNow(tx, engine);
        const write = async () => await straighten(tx, { subscriber, aggregates: [aggregate], now: draft.now });
        return { draft, outcome: accepted(waiting), after: { subscriber, aggregate, waiting }, write };
      },
    });
  return { ailment: 'stuckDeliveries', where: `${subscriber} / ${aggregate}`, detail, cure };
}

async function lateDeliveries(tx: Tx, now: Instant): Promise<readonly Sign[]> {
  const late = await readLateSubscribers(tx, { before: plusSeconds(now, -DELIVERY_GRACE_SECONDS), now });
  return late.map(({ subscriber, late: count }) => ({
    ...{ ailment: 'lateDeliveries', where: subscriber },
    detail: `${count} aggregates have events that were due more than ${DELIVERY_GRACE_SECONDS} seconds ago`,
  }));
}

const AWAITED = 'A worker takes it up where it stands: start one.';

/** One that was told to stop can be ended; the others are a worker's. */
function jobSign(engine: Engine, job: JobRow, now: Instant): readonly Sign[] {
  const quietSince = job.leaseUntil ?? job.progressAt ?? job.requestedAt;
  if (quietSince > plusSeconds(now, -JOB_GRACE_SECONDS)) return [];
  const where = `job ${job.kind} ${job.jobId}`;
  const detail = `is ${job.state}, and no worker has said anything of it since ${quietSince}`;
  if (!job.isCancelRequested) return [{ ailment: 'jobs', where, detail, why: AWAITED }];
  const cure: Cure = async (call) => await createJobService(engine).cancelJob({ id: job.jobId }, call);
  return [{ ailment: 'jobs', where, detail: `${detail}; it was told to stop`, cure }];
}

async function leftSnapshots(tx: Tx, engine: Engine): Promise<readonly Sign[]> {
  const head = await nextTaking(tx);
  if (head === undefined || (await findOpenJob(tx, 'snapshot')) !== undefined) return [];
  const cure: Cure = async (call) => await createSnapshotSchedule(engine).startDue(call);
  const detail = `is being taken since ${head.createdAt}, and no job works at it`;
  return [{ ailment: 'snapshots', where: `snapshot ${head.snapshotId}`, detail, cure }];
}

async function leftImports(tx: Tx): Promise<readonly Sign[]> {
  return (await readWorkedImports(tx)).map(({ importId, state }) => ({
    ...{ ailment: 'imports', where: `import ${importId}`, detail: `is ${state}, and no job works at it` },
  }));
}

async function emptyTransfers(tx: Tx): Promise<readonly Sign[]> {
  return (await readEmptyTransfers(tx)).map(({ transferNo, state }) => ({
    ...{
      ailment: 'transfers',
      where: `transfer ${transferNo}`,
      detail: `is ${state}, and nothing of it is on its way`,
    },
  }));
}

const UNOPENED = 'No key at hand opens it: put the one that it names into ENCRYPTION_KEYS, or webhook.rotateSecret.';

async function lookAtSecrets(engine: Engine, after: string) {
  const before = after === '' ? undefined : after;
  const rows = await engine.units.read((tx) => listWebhooks(tx, { before, limit: WEBHOOKS_A_PART }));
  const next = rows.length < WEBHOOKS_A_PART ? undefined : rows.at(-1)?.webhookId;
  return { signs: rows.flatMap((row) => secretSign(engine, row)), next, looked: rows.length };
}

function secretSign(engine: Engine, row: WebhookRow): readonly Sign[] {
  const { secretBox: box } = engine.ports;
  // Without a key there are no webhooks, and whoever makes one is told.
  if (box?.isReady !== true) return [];
  const where = `webhook ${row.webhookId}`;
  const kept = [
    { sealed: row.secretSealed, version: row.secretVersion },
    { sealed: row.previousSealed, version: row.previousVersion },
  ];
  const cure: Cure = async () => await resealSecrets(engine);
  try {
    const isOld = kept.some(({ sealed, version }) => {
      if (sealed === null || version === null) return false;
      box.open(sealed, secretPlace(row.webhookId, version));
      return box.needsReseal(sealed);
    });
    return isOld ? [{ ailment: 'secrets', where, detail: 'its secret is sealed with an older key', cure }] : [];
  } catch {
    return [{ ailment: 'secrets', where, detail: 'its secret does not open', why: UNOPENED }];
  }
}

async function oldKeys(tx: Tx, engine: Engine, now: Instant): Promise<readonly Sign[]> {
  const [newest] = await listJobs(tx, { input: { kind: 'prune', limit: 1 }, before: undefined, limit: 1 });
  const since = newest?.requestedAt ?? 'never';
  if (since !== 'never' && since > plusSeconds(now, -PRUNE_GRACE_SECONDS)) return [];
  if (!(await hasOldCommands(tx, engine))) return [];
  const cure: Cure = async (call) => await createMaintenance(engine).startDue(call);
  const detail = `keys and answers are older than ${engine.config.idempotencyDays} days; they were last taken away: ${since}`;
  return [{ ailment: 'oldKeys', where: 'command', detail, cure }];
}
