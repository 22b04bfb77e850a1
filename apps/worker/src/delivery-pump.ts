/**
 * Serves one subscriber whose lease this worker has: several aggregates side by side, one event at a time along each, and
 * what became of them written together. It ends when nothing is due, when it is told to stop, or when the lease is lost.
 */
import type { StockEvent } from '@granary/contracts/event';
import type { Domain } from '@granary/domain';
import type { EventDeliveryRow } from '@granary/domain/entities/event-delivery';
import type { Due } from '@granary/domain/events/deliveries';
import type { Delivered, Settled } from '@granary/domain/events/settlement';
import type { RetrySchedule } from '@granary/domain/rules/retry-schedule';

export type Outcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: string;
      readonly status: number | null;
      readonly retryAfterMs?: number | undefined;
      readonly counts?: boolean;
    };

export interface Serving {
  readonly deliveries: Pick<Domain['deliveries'], 'due' | 'settle'>;
  readonly subscriber: string;
  readonly holder: string;
  readonly leaseMs: number;
  readonly schedule: RetrySchedule;
  readonly disableAfterMs?: number;
  /** Aggregates side by side. */
  readonly concurrency: number;
  /** Tries one event; undefined when it was broken off, which says nothing of it. */
  readonly attempt: (row: EventDeliveryRow, webhook: Due['webhook']) => Promise<Outcome | undefined>;
  /** Whether to begin nothing more. */
  readonly isOver: () => boolean;
}

export interface Served {
  readonly delivered: number;
  readonly failed: number;
  readonly died: number;
}

/** Events of one aggregate that are read at once. */
const DEPTH = 25;
/** What was read is read anew after this long: the webhook may have another address by then. */
const STALE_MS = 2_000;
/** Results are written at the latest after this long, which is far within any lease. */
const WRITE_MS = 1_000;
const LOOK_MS = 100;

export async function serve(serving: Serving): Promise<Served> {
  const pump = createPump(serving);
  const beat = setInterval(pump.renew, serving.leaseMs / 3);
  try {
    while (!pump.isOver()) {
      await pump.fill();
      if (pump.active() === 0) break;
      await pump.progress();
    }
  } finally {
    await pump.settled();
    clearInterval(beat);
  }
  if (pump.fault() !== undefined) throw pump.fault();
  return pump.served;
}

interface PumpState {
  isLost: boolean;
  fault: unknown;
  readonly served: { delivered: number; failed: number; died: number };
}

function createPump(serving: Serving) {
  const state: PumpState = { isLost: false, fault: undefined, served: { delivered: 0, failed: 0, died: 0 } };
  const isOver = () => state.isLost || state.fault !== undefined || serving.isOver();
  const failed = (error: unknown) => {
    state.fault ??= error;
  };
  const write = createWriter(serving, state);
  const active = new Map<string, Promise<void>>();
  const next = createBacklog(serving, state);

  return {
    served: state.served,
    isOver,
    fault: () => state.fault,
    active: () => active.size,
    /** An attempt may take longer than a lease, which only silence shall let run out. */
    renew: () => {
      write([]).catch(failed);
    },
    /** Begins as many aggregates as there is room for. */
    fill: async () => {
      while (active.size < serving.concurrency && !isOver()) {
        const found = await next(active);
        if (found === undefined) break;
        const running = runLane({ serving, isOver, write }, found)
          .catch(failed)
          .finally(() => active.delete(found.aggregate));
        active.set(found.aggregate, running);
      }
    },
    /** Until one has ended; with room for more, soon at the latest. */
    progress: async () => {
      const waits: Promise<unknown>[] = [...active.values()];
      if (active.size < serving.concurrency) waits.push(pause(LOOK_MS));
      await Promise.race(waits);
    },
    settled: () => Promise.all(active.values()),
  };
}

interface Lane {
  readonly aggregate: string;
  readonly rows: readonly EventDeliveryRow[];
  readonly webhook: Due['webhook'];
}

interface LaneRun {
  readonly serving: Serving;
  readonly isOver: () => boolean;
  readonly write: (results: readonly Delivered[]) => Promise<void>;
}

/** One event after the other, up to the first that fails. */
async function runLane({ serving, isOver, write }: LaneRun, { rows, webhook }: Lane): Promise<void> {
  let results: Delivered[] = [];
  let since = performance.now();
  for (const row of rows) {
    if (isOver()) break;
    const outcome = await serving.attempt(row, webhook);
    if (outcome === undefined) break;
    results.push({ ...outcome, eventId: row.eventId, aggregate: row.aggregate });
    if (!outcome.ok) break;
    if (performance.now() - since > WRITE_MS) {
      const done = results;
      [results, since] = [[], performance.now()];
      await write(done);
    }
  }
  if (results.length > 0) await write(results);
}

function createWriter(serving: Serving, state: PumpState): LaneRun['write'] {
  const settle = createSettler(serving);
  return async (results) => {
    const { isOurs, died, disabling } = await settle(results);
    state.served.delivered += results.filter(({ ok }) => ok).length;
    state.served.failed += results.filter(({ ok }) => !ok).length;
    state.served.died += results.filter(({ eventId }) => died.some((each) => each.eventId === eventId)).length;
    if (!isOurs || disabling !== undefined) state.isLost = true;
  };
}

/** Aggregates with something due, read many at once; none that was active then, since its rows may be settled by now. */
function createBacklog({ deliveries, subscriber, concurrency }: Serving, state: PumpState) {
  let lanes: (readonly EventDeliveryRow[])[] = [];
  let webhook: Due['webhook'];
  let readAt = Number.NEGATIVE_INFINITY;
  const take = (): Lane | undefined => {
    const rows = lanes.shift();
    const aggregate = rows?.[0]?.aggregate;
    return rows === undefined || aggregate === undefined ? undefined : { aggregate, rows, webhook };
  };
  return async (active: ReadonlyMap<string, unknown>): Promise<Lane | undefined> => {
    const isFresh = performance.now() - readAt < STALE_MS;
    const kept = isFresh ? take() : undefined;
    if (kept !== undefined) return kept;
    const before = new Set(active.keys());
    const due = await deliveries.due({ subscriber, lanes: concurrency * 4, depth: DEPTH });
    if (due === undefined) state.isLost = true;
    [lanes, webhook, readAt] = [
      due?.lanes.filter(([first]) => first !== undefined && !before.has(first.aggregate)) ?? [],
      due?.webhook,
      performance.now(),
    ];
    return take();
  };
}

/** Results that come while others are being written are written together after them. */
function createSettler(serving: Serving): (results: readonly Delivered[]) => Promise<Settled> {
  const { deliveries, subscriber, holder, leaseMs, schedule, disableAfterMs } = serving;
  let waiting: Delivered[] = [];
  let next: Promise<Settled> | undefined;
  let current: Promise<unknown> = Promise.resolve();
  const begin = async (): Promise<Settled> => {
    await current.catch(() => undefined);
    const results = waiting;
    [waiting, next] = [[], undefined];
    const settling = deliveries.settle({
      ...{ subscriber, holder, leaseMs, schedule, results },
      ...(disableAfterMs === undefined ? {} : { disableAfterMs }),
    });
    current = settling;
    return await settling;
  };
  return async (results) => {
    waiting.push(...results);
    next ??= begin();
    return await next;
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The event of a row. */
export function eventOf(row: Pick<EventDeliveryRow, 'event'>): StockEvent {
  return JSON.parse(row.event) as StockEvent; // Written by the relay alone.
}
