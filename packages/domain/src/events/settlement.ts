/** What became of events that a worker tried to deliver, written under the lock of their subscriber. */
import type { EventDeliveryRow, EventSubscriberRow } from '../entities/event-delivery.ts';
import { readDeliveries, removeDeliveries, replaceRetry, straighten } from '../persistence/event-delivery-store.ts';
import { lockSubscriber, replaceSubscriber } from '../persistence/event-subscriber-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { restAfter, type RetrySchedule } from '../rules/retry-schedule.ts';
import { afterFailure, afterSuccess, shortened } from '../rules/subscriber-state.ts';
import { plusMs } from '../rules/webhook-answer.ts';
import { type Instant, toMicros } from '@granary/contracts/instant';

export type Delivered =
  | { readonly ok: true; readonly eventId: string; readonly aggregate: string }
  | {
      readonly ok: false;
      readonly eventId: string;
      readonly aggregate: string;
      readonly error: string;
      readonly status: number | null;
      readonly retryAfterMs?: number | undefined;
      /** False when it tells nothing of the event: then it is tried again soon, and never dies of it. */
      readonly counts?: boolean;
    };

export interface Settlement {
  readonly subscriber: string;
  readonly holder: string;
  /** The lease goes on for this long. */
  readonly leaseMs: number;
  readonly results: readonly Delivered[];
  readonly schedule: RetrySchedule;
  /** A webhook that has failed for longer, with no success between, is disabled. */
  readonly disableAfterMs?: number;
}

export interface Settled {
  /** False when another worker serves the subscriber now, or it is gone. */
  readonly isOurs: boolean;
  readonly died: readonly { readonly eventId: string; readonly error: string }[];
  /** Why a webhook has to be disabled. */
  readonly disabling?: string;
}

const GONE = 410;
const SOON_MS = 1_000;

export async function settle(tx: Tx, settlement: Settlement): Promise<Settled> {
  const { subscriber, holder, leaseMs, results } = settlement;
  const row = await lockSubscriber(tx, subscriber);
  if (row === undefined) return { isOurs: false, died: [] };
  const now = await tx.now();
  const isOurs = row.holder === holder;
  const taken = results.filter(({ ok }) => ok);
  // What was delivered is delivered, whoever serves now; what failed is then judged by the other one.
  await removeDeliveries(
    tx,
    subscriber,
    taken.map(({ eventId }) => eventId),
  );
  const failures = isOurs ? results.filter((result) => !result.ok) : [];
  const died = await writeFailures(tx, { settlement, failures, now });
  await straighten(tx, { subscriber, aggregates: results.map(({ aggregate }) => aggregate), now });
  const after = failures.reduce(
    (state, { error, status }) => afterFailure(state, { error, status }, now),
    taken.length === 0 ? row : afterSuccess(row, taken.length, now),
  );
  await replaceSubscriber(tx, isOurs ? { ...after, leaseUntil: plusMs(now, leaseMs) } : after);
  return { isOurs, died, ...disabling({ settlement, failures, after, now }) };
}

type Failed = Extract<Delivered, { readonly ok: false }>;

interface Failures {
  readonly settlement: Settlement;
  readonly failures: readonly Failed[];
  readonly now: Instant;
}

async function writeFailures(tx: Tx, { settlement, failures, now }: Failures): Promise<Settled['died']> {
  const ids = failures.map(({ eventId }) => eventId);
  const rows = new Map((await readDeliveries(tx, settlement.subscriber, ids)).map((row) => [row.eventId, row]));
  const died: { readonly eventId: string; readonly error: string }[] = [];
  for (const failure of failures) {
    const row = rows.get(failure.eventId);
    if (row === undefined || row.state === 'dead') continue;
    const next = retried(row, failure, { schedule: settlement.schedule, now });
    if (next.state === 'dead') died.push({ eventId: row.eventId, error: failure.error });
    await replaceRetry(tx, next);
  }
  return died;
}

function retried(
  row: EventDeliveryRow,
  { error, status, retryAfterMs, counts = true }: Failed,
  { schedule, now }: { schedule: RetrySchedule; now: Instant },
): EventDeliveryRow {
  const told = { ...row, lastError: shortened(error), lastStatus: status };
  if (!counts) return { ...told, nextAttemptAt: plusMs(now, SOON_MS) };
  const attempts = row.attempts + 1;
  const rest = restAfter(schedule, { attempts, retryAfterMs, jitter: Math.random() });
  if (rest === undefined) return { ...told, state: 'dead', attempts, nextAttemptAt: null };
  return { ...told, attempts, nextAttemptAt: plusMs(now, rest) };
}

function disabling({
  settlement: { disableAfterMs },
  failures,
  after,
  now,
}: Failures & { readonly after: EventSubscriberRow }): Pick<Settled, 'disabling'> {
  if (failures.some(({ status }) => status === GONE)) return { disabling: 'It answered 410 Gone.' };
  if (disableAfterMs === undefined || after.failingSince === null || failures.length === 0) return {};
  const failedMs = Number((toMicros(now) - toMicros(after.failingSince)) / 1000n);
  return failedMs < disableAfterMs ? {} : { disabling: `It has failed without a success since ${after.failingSince}.` };
}
