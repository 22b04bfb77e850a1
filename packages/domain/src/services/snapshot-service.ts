/** Snapshots as callers and workers ask for them: made here, taken by the job (snapshot-work.ts), read and compared. */
import type { Instant } from '@granary/contracts/instant';
import type { Page } from '@granary/contracts/page';
import type {
  Snapshot,
  SnapshotCompareInput,
  SnapshotCreateInput,
  SnapshotDifference,
  SnapshotListInput,
  SnapshotRow,
  SnapshotRowsInput,
} from '@granary/contracts/snapshot';
import type { Call } from '../call.ts';
import type { SnapshotHeadRow } from '../entities/snapshot.ts';
import { readLocations, readSkus } from '../persistence/catalog-store.ts';
import { appendJob, findOpenJob } from '../persistence/job-store.ts';
import { pageOf } from '../persistence/page.ts';
import {
  appendSnapshot,
  findDailySnapshot,
  findSnapshot,
  listSnapshots,
  nextTaking,
} from '../persistence/snapshot-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, notFound, refused, unknownSku } from '../refusal.ts';
import { dayOf, startOfDay } from '../rules/calendar.ts';
import type { Draft } from '../rules/draft.ts';
import { jobFact } from '../rules/job-answer.ts';
import { queuedJob } from '../rules/job-state.ts';
import { snapshotFact, toSnapshot } from '../rules/snapshot-answer.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { compareSnapshots, readSnapshotRows } from './snapshot-reader.ts';
import { outdated } from './snapshot-work.ts';

export function createSnapshotService(engine: Engine) {
  return {
    create: (input: SnapshotCreateInput, call: Call) => create(engine, input, call),

    get: async ({ snapshotId }: { snapshotId: string }): Promise<Snapshot> =>
      await engine.units.read(async (tx) => toSnapshot(await known(tx, snapshotId))),

    list: async (input: SnapshotListInput): Promise<Page<Snapshot>> =>
      await engine.units.read(async (tx) => {
        const page = await pageOf({
          ...{ list: 'snapshots', input },
          load: (after, limit) => listSnapshots(tx, { kind: input.kind, before: after?.[0], limit }),
          keyOf: (row) => [row.snapshotId],
        });
        return { items: page.items.map(toSnapshot), nextCursor: page.nextCursor };
      }),

    rows: async (input: SnapshotRowsInput): Promise<Page<SnapshotRow>> =>
      await engine.units.read(async (tx) => {
        await known(tx, input.snapshotId);
        return await readSnapshotRows(tx, input);
      }),

    compare: async (input: SnapshotCompareInput): Promise<Page<SnapshotDifference>> =>
      await engine.units.read(async (tx) => {
        for (const snapshotId of [input.fromId, input.toId]) await known(tx, snapshotId);
        return await compareSnapshots(tx, input);
      }),
  };
}

/** What workers ask for. */
export function createSnapshotSchedule(engine: Engine) {
  return {
    /** Makes the snapshot of the day if it is not there, and starts the job if there is work for one. Any number of workers may ask. */
    startDue: (call: Call) => startDue(engine, call),
  };
}

async function known(tx: Tx, snapshotId: string): Promise<SnapshotHeadRow> {
  const row = await findSnapshot(tx, snapshotId);
  if (row === undefined) throw notFound('snapshot', snapshotId);
  return row;
}

/** The instant is now; the rows follow, as of it. */
async function create(engine: Engine, input: SnapshotCreateInput, call: Call): Promise<Snapshot> {
  return await execute(engine, {
    ...{ procedure: 'snapshot.create', input, call },
    lock: { scope: 'document', keys: ['job:snapshot'] },
    decide: async (tx): Promise<Decision<Snapshot>> => {
      const skuIds = input.skuIds === undefined ? null : [...new Set(input.skuIds)];
      const skus = await readSkus(tx, skuIds ?? []);
      const locations = await readLocations(tx);
      const open = await findOpenJob(tx, 'snapshot');
      const draft = await draftNow(tx, engine);
      const unknown = skuIds?.find((skuId) => !skus.has(skuId));
      if (unknown !== undefined) return { draft, outcome: refused(unknownSku(unknown)) };
      const { locationId = null, name = null } = input;
      if (locationId !== null && !locations.has(locationId))
        return { draft, outcome: refused(notFound('location', locationId)) };
      const what = { kind: 'manual', name, day: null, at: draft.now, locationId } as const;
      const row = headRow(tx, { engine, draft, call, what: { ...what, skuIds: skuIds && JSON.stringify(skuIds) } });
      await appendSnapshot(tx, row);
      if (open === undefined) await startJob(tx, { engine, draft, call });
      return { draft, outcome: accepted(toSnapshot(row)), after: toSnapshot(row) };
    },
  });
}

interface Making {
  readonly engine: Engine;
  readonly draft: Draft;
  readonly call: Call;
}

type What = Pick<SnapshotHeadRow, 'kind' | 'name' | 'day' | 'at' | 'skuIds' | 'locationId'>;

function headRow(tx: Tx, { engine, draft, call, what }: Making & { readonly what: What }): SnapshotHeadRow {
  const row: SnapshotHeadRow = {
    ...what,
    ...{ snapshotId: engine.ports.ids(), state: 'taking', levelCount: 0, batchCount: 0 },
    ...{ requestedBy: call.caller.actor, createdAt: draft.now, completedAt: null, version: 1, commandId: tx.commandId },
  };
  const { commandId } = tx;
  draft.facts.push(snapshotFact('stock.snapshot.created', { before: undefined, after: row, commandId }));
  return row;
}

async function startJob(tx: Tx, { engine, draft, call }: Making): Promise<void> {
  const { commandId } = tx;
  const asked = { requestedBy: call.caller.actor, commandId, now: draft.now };
  const job = queuedJob({ jobId: engine.ports.ids(), kind: 'snapshot', input: {}, ...asked });
  await appendJob(tx, job);
  draft.facts.push(jobFact(undefined, job, commandId));
}

/** Looked at first without anything written: most rounds find nothing to do. */
async function startDue(engine: Engine, call: Call): Promise<{ readonly started: boolean }> {
  const { snapshotRetentionDays: days } = engine.config;
  const hasOld = days > 0 && (await outdated(engine, days)) !== undefined;
  const isDue = await engine.units.read(async (tx) => {
    const day = await dueDay(tx, engine);
    if (day !== undefined) return true;
    return (hasOld || (await nextTaking(tx)) !== undefined) && (await findOpenJob(tx, 'snapshot')) === undefined;
  });
  if (!isDue) return { started: false };
  return await execute(engine, {
    ...{ procedure: 'snapshot.create', input: {}, call },
    lock: { scope: 'document', keys: ['job:snapshot'] },
    decide: async (tx) => {
      const due = await dueDay(tx, engine);
      const hasWork = hasOld || due !== undefined || (await nextTaking(tx)) !== undefined;
      const isOpen = (await findOpenJob(tx, 'snapshot')) !== undefined;
      const draft = await draftNow(tx, engine);
      if (due !== undefined) {
        const what = { kind: 'daily', name: null, ...due, skuIds: null, locationId: null } as const;
        await appendSnapshot(tx, headRow(tx, { engine, draft, call, what }));
      }
      if (hasWork && !isOpen) await startJob(tx, { engine, draft, call });
      const started = draft.facts.length > 0;
      return { draft, outcome: accepted({ started }), isIdle: !started };
    },
  });
}

/** Today, if it has no snapshot yet. It stands for the first instant of the day, whenever it is made. */
async function dueDay(
  tx: Tx,
  { config }: Engine,
): Promise<{ day: NonNullable<SnapshotHeadRow['day']>; at: Instant } | undefined> {
  if (!config.snapshotDaily) return undefined;
  const day = dayOf(await tx.now(), config.timezone);
  if ((await findDailySnapshot(tx, day)) !== undefined) return undefined;
  return { day, at: startOfDay(day, config.timezone) };
}
