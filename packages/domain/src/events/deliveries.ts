/**
 * The queues of subscribers as a worker serves them: it takes one by a lease, reads what is due, and says what became of
 * each event. Order is kept per aggregate and subscriber: behind an event that failed nothing of its aggregate is due.
 */
import type { DeliveryReport } from '@granary/contracts/webhook';
import type { Call } from '../call.ts';
import type { EventDeliveryRow } from '../entities/event-delivery.ts';
import {
  countDeliveries,
  readDead,
  readDueLanes,
  reviveDeliveries,
  straighten,
} from '../persistence/event-delivery-store.ts';
import {
  lockFreeSubscriber,
  lockSubscriber,
  readServable,
  readSubscribers,
  releaseSubscribers,
  replaceSubscriber,
  webhookOf,
  webhookSubscriber,
} from '../persistence/event-subscriber-store.ts';
import { findWebhook, readActiveWebhooks } from '../persistence/webhook-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { deliveryReport, emptyQueue, plusMs } from '../rules/webhook-answer.ts';
import type { Addressed } from './webhook-message.ts';
import type { Engine } from '../services/execution.ts';
import { disableWebhook } from '../services/webhook-disabling.ts';
import { openSecrets } from '../services/webhook-secret.ts';
import { type Settlement, settle, type Settled } from './settlement.ts';

export interface Taking {
  /** Names this worker among others. */
  readonly holder: string;
  readonly leaseMs: number;
  /** At most this many. */
  readonly limit: number;
  /** All active webhooks, or the subscribers named. */
  readonly among: 'webhooks' | readonly string[];
  /** Those that this worker serves already. */
  readonly except?: ReadonlySet<string>;
}

export interface DueQuery {
  readonly subscriber: string;
  /** Aggregates at most. */
  readonly lanes: number;
  /** Events of one aggregate at most. */
  readonly depth: number;
}

export interface Due {
  /** Each has events of one aggregate in their order; the first is due, the others follow it. */
  readonly lanes: readonly (readonly EventDeliveryRow[])[];
  /** Where a webhook's events go, or why they cannot. */
  readonly webhook?: Addressed | { readonly problem: string };
}

export interface SubscriberReport extends DeliveryReport {
  readonly subscriber: string;
}

export function createDeliveries(engine: Engine) {
  return {
    /** The subscribers that have something due and are this worker's now. */
    take: (taking: Taking) => take(engine, taking),
    /** Undefined for a webhook that is gone or disabled. */
    due: (query: DueQuery) => readDue(engine, query),
    settle: (settlement: Settlement) => settleAndJudge(engine, settlement),
    /** Lets another worker serve them at once. */
    release: (holder: string, subscribers: readonly string[]) =>
      engine.units.write(workerCall(), (tx) => releaseSubscribers(tx, holder, subscribers)),
    /** How every subscriber fares. */
    subscribers: () => report(engine),
    /** Sends dead events of a listener or of the stream again, from the start and in order; answers how many. */
    replay: (input: { subscriber: string; eventIds?: readonly string[] }) => replayDirect(engine, input),
  };
}

export type Deliveries = ReturnType<typeof createDeliveries>;

async function take(engine: Engine, taking: Taking): Promise<readonly string[]> {
  const { holder, leaseMs, limit, among, except } = taking;
  const found = await engine.units.read(async (tx) => {
    const all =
      among === 'webhooks' ? (await readActiveWebhooks(tx)).map((each) => webhookSubscriber(each.webhookId)) : among;
    const names = all.filter((name) => except?.has(name) !== true);
    return names.length === 0 ? [] : await readServable(tx, { names, holder, now: await tx.now(), limit });
  });
  const taken: string[] = [];
  for (const subscriber of found) {
    const isOurs = await engine.units.write(workerCall(), async (tx) => {
      const row = await lockFreeSubscriber(tx, subscriber);
      const now = await tx.now();
      if (row === undefined) return false;
      if (row.holder !== null && row.holder !== holder && row.leaseUntil !== null && row.leaseUntil > now) return false;
      await replaceSubscriber(tx, { ...row, holder, leaseUntil: plusMs(now, leaseMs) });
      return true;
    });
    if (isOurs) taken.push(subscriber);
  }
  return taken;
}

async function readDue(engine: Engine, { subscriber, lanes, depth }: DueQuery): Promise<Due | undefined> {
  return await engine.units.read(async (tx) => {
    const webhookId = webhookOf(subscriber);
    const row = webhookId === undefined ? undefined : await findWebhook(tx, webhookId);
    if (webhookId !== undefined && row?.isActive !== true) return undefined;
    const now = await tx.now();
    const due = await readDueLanes(tx, { subscriber, now, lanes, depth });
    return row === undefined ? { lanes: due } : { lanes: due, webhook: openSecrets(engine.ports, row, now) };
  });
}

async function settleAndJudge(engine: Engine, settlement: Settlement): Promise<Settled> {
  const settled = await engine.units.write(workerCall(), (tx) => settle(tx, settlement));
  for (const { eventId, error } of settled.died)
    engine.ports.log('error', 'an event is given up; it can be replayed', {
      subscriber: settlement.subscriber,
      eventId,
      error,
    });
  const webhookId = webhookOf(settlement.subscriber);
  if (webhookId === undefined || settled.disabling === undefined) return settled;
  await disableWebhook(engine, webhookId, settled.disabling);
  engine.ports.log('error', 'a webhook is disabled', { webhookId, reason: settled.disabling });
  return settled;
}

async function report(engine: Engine): Promise<readonly SubscriberReport[]> {
  return await engine.units.read(async (tx) => {
    const rows = await readSubscribers(tx);
    const counts = await countDeliveries(
      tx,
      rows.map(({ subscriber }) => subscriber),
    );
    return rows.map((row) => ({
      subscriber: row.subscriber,
      ...deliveryReport(row, counts.get(row.subscriber) ?? emptyQueue),
    }));
  });
}

async function replayDirect(
  engine: Engine,
  { subscriber, eventIds }: { subscriber: string; eventIds?: readonly string[] },
): Promise<number> {
  return await engine.units.write(workerCall(), async (tx) => (await revive(tx, { subscriber, eventIds })).length);
}

/** One call's worth: whoever has more dead events than this calls again. */
const MOST_REVIVED = 5_000;

/** Makes dead events pending, as if never tried, each before what waits of its aggregate; answers their ids. */
export async function revive(
  tx: Tx,
  { subscriber, eventIds }: { subscriber: string; eventIds: readonly string[] | undefined },
): Promise<readonly string[]> {
  await lockSubscriber(tx, subscriber);
  const dead = await readDead(tx, { subscriber, eventIds, limit: MOST_REVIVED });
  const ids = dead.map(({ eventId }) => eventId);
  await reviveDeliveries(tx, subscriber, ids);
  await straighten(tx, { subscriber, aggregates: dead.map(({ aggregate }) => aggregate), now: await tx.now() });
  return ids;
}

function workerCall(): Call {
  return { caller: { actor: 'worker', address: null, agent: 'granary-worker', requestId: 'deliveries' } };
}
