/** Serves queues by hand, one pass after the other, as a worker would. */
import type { StockEvent } from '@granary/contracts/event';
import type { DirectSubscriber, Untaken } from '../events/hand-over.ts';
import type { Delivered } from '../events/settlement.ts';
import type { RetrySchedule } from '../rules/retry-schedule.ts';
import type { TestDomain } from './test-domain.ts';

export interface Pass {
  readonly holder?: string;
  readonly leaseMs?: number;
  readonly schedule?: RetrySchedule;
  readonly disableAfterMs?: number;
  /** What becomes of an event; it is taken when this answers nothing. */
  readonly fate?: (
    event: StockEvent,
  ) => { error: string; status: number | null; counts?: boolean; retryAfterMs?: number } | undefined;
}

export const quickSchedule: RetrySchedule = { delaysMs: [10_000, 100_000] };

export function createDeliveryDesk(at: TestDomain) {
  const got: StockEvent[] = [];
  /** Tries what is due now, once; undefined when somebody else serves the subscriber. */
  const pass = async (subscriber: string, options: Pass = {}): Promise<readonly Delivered[] | undefined> => {
    const { holder = 'desk', leaseMs = 10_000, schedule = quickSchedule, fate, disableAfterMs } = options;
    const { deliveries } = at.domain;
    const taken = await deliveries.take({ holder, leaseMs, limit: 10, among: [subscriber] });
    if (taken.length === 0) return undefined;
    const due = await deliveries.due({ subscriber, lanes: 100, depth: 25 });
    const results = (due?.lanes ?? []).flatMap((lane) => {
      const done: Delivered[] = [];
      for (const row of lane) {
        const event = JSON.parse(row.event) as StockEvent;
        const failure = fate?.(event);
        const { eventId, aggregate } = row;
        if (failure !== undefined) {
          done.push({ ok: false, eventId, aggregate, ...failure });
          break;
        }
        got.push(event);
        done.push({ ok: true, eventId, aggregate });
      }
      return done;
    });
    const limits = disableAfterMs === undefined ? {} : { disableAfterMs };
    await deliveries.settle({ subscriber, holder, leaseMs, results, schedule, ...limits });
    await deliveries.release(holder, [subscriber]);
    return results;
  };
  return {
    got,
    pass,
    idsOf: () => got.splice(0).map(({ id }) => id),
    stateOf: async (subscriber: string) =>
      (await at.domain.deliveries.subscribers()).find((each) => each.subscriber === subscriber),
  };
}

/** Takes what `fails` does not say no to, as a listener does. */
export function refusingListener(name: string, fails: (event: StockEvent) => boolean = () => false) {
  const heard: string[] = [];
  const take: DirectSubscriber['take'] = async (events) => {
    const stuck = new Set<string>();
    return events.flatMap((event): Untaken[] => {
      if (stuck.has(event.aggregate.id)) return [{ event, error: null, counts: false }];
      if (fails(event)) {
        stuck.add(event.aggregate.id);
        return [{ event, error: 'no', counts: true }];
      }
      heard.push(event.id);
      return [];
    });
  };
  return { heard, direct: { name: `listener:${name}`, types: 'all', take } satisfies DirectSubscriber };
}
export interface QueueRow {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  /** 1 for the one that is due first along its aggregate. */
  readonly isFirst: number;
}

/** What waits or is dead, in the order of publication. */
export async function queueRows({ dataSource }: TestDomain, subscriber: string): Promise<readonly QueueRow[]> {
  const rows = (await dataSource.query(
    'SELECT event_id AS id, state, attempts, next_attempt_at IS NOT NULL AS isFirst FROM event_delivery WHERE subscriber = ? ORDER BY position',
    [subscriber],
  )) as QueueRow[];
  return rows.map((row) => ({ ...row, isFirst: Number(row.isFirst) }));
}

/** An engine whose queues are empty. */
export async function emptyQueues({ dataSource, domain }: TestDomain): Promise<void> {
  await dataSource.query('DELETE FROM lease');
  await domain.relay.publishOnce({ holder: 'clean', leaseMs: 1, limit: 500 });
  for (const table of ['lease', 'webhook', 'event_delivery', 'event_subscriber'])
    await dataSource.query(`DELETE FROM ${table}`);
}
