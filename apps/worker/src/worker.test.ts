import type { StockEvent } from '@granary/contracts/event';
import type { DirectSubscriber } from '@granary/domain/events/hand-over';
import { afterEach, describe, expect, it } from 'vitest';
import { createWorker, type Worker, type WorkerOptions } from './worker.ts';

type FakeDomain = WorkerOptions['domain'];

const event: StockEvent = {
  id: 'sku:s:1',
  type: 'stock.sku.created',
  schemaVersion: 1,
  aggregate: { kind: 'sku', id: 's' },
  fromVersion: 0,
  toVersion: 1,
  cause: { commandId: 'c', procedure: 'sku.create', actor: 'local' },
  recordedAt: '2026-11-20T10:00:00.000000Z',
  before: null,
  after: null,
};

const rowOf = (each: StockEvent) => ({ eventId: each.id, aggregate: 'sku:s', event: JSON.stringify(each) });

/** A stock engine of which only what a worker asks for exists. */
function fakeDomain(parts: {
  due: number;
  outbox?: StockEvent[];
  held?: boolean;
  failing?: () => boolean;
  chunks?: number;
}) {
  const seen = {
    limits: [] as number[],
    holders: new Set<string>(),
    published: [] as string[],
    handedBack: [] as string[],
  };
  const outbox = parts.outbox ?? [];
  let queue: ReturnType<typeof rowOf>[] = [];
  const domain = {
    reservations: {
      expireDue: ({ limit }: { limit: number }) => {
        seen.limits.push(limit);
        if (parts.failing?.() === true) return Promise.reject(new Error('the database is away'));
        const expired = Math.min(limit, parts.due);
        parts.due -= expired;
        return Promise.resolve({ expired, reservationIds: [] });
      },
    },
    batches: { expireDue: () => Promise.resolve({ expired: 0, batchIds: [] }) },
    locks: { expireDue: () => Promise.resolve({ expired: 0, lockIds: [] }) },
    maintenance: { startDue: () => Promise.resolve(null) },
    checkpoints: { sealDue: () => Promise.resolve(null), archive: () => Promise.resolve(0) },
    snapshotSchedule: { startDue: () => Promise.resolve({ started: false }) },
    alertWatch: {
      follow: () => Promise.resolve(),
      scanOnce: () => Promise.resolve({ held: true, next: null }),
    },
    relay: {
      publishOnce: async ({ holder, subscribers }: { holder: string; subscribers: readonly DirectSubscriber[] }) => {
        seen.holders.add(holder);
        if (parts.held === false) return { published: 0, held: false };
        const batch = outbox.slice(0, 100);
        for (const { take } of subscribers) for (const { event: left } of await take(batch)) queue.push(rowOf(left));
        outbox.splice(0, batch.length);
        return { published: batch.length, held: true };
      },
    },
    deliveries: {
      take: ({ among }: { among: readonly string[] }) => Promise.resolve(queue.length > 0 ? among : []),
      due: () => Promise.resolve({ lanes: queue.map((row) => [row]) }),
      settle: ({ results }: { results: readonly { eventId: string; ok: boolean }[] }) => {
        const taken = new Set(results.filter(({ ok }) => ok).map(({ eventId }) => eventId));
        queue = queue.filter(({ eventId }) => !taken.has(eventId));
        return Promise.resolve({ isOurs: true, died: [] });
      },
      release: () => Promise.resolve(),
    },
    jobRunner: {
      runOnce: () => {
        const chunks = Math.min(parts.chunks ?? 0, 1);
        parts.chunks = (parts.chunks ?? 0) - chunks;
        return Promise.resolve({ chunks });
      },
      handBack: (holder: string) => Promise.resolve(void seen.handedBack.push(holder)),
    },
  };
  return { domain: domain as unknown as FakeDomain, seen, outbox };
}

let worker: Worker | undefined;
afterEach(() => worker?.stop());

function run(domain: FakeDomain, more: Partial<WorkerOptions> = {}): Worker {
  worker = createWorker({ domain, log: () => undefined, intervalMs: 20, pollMs: 10, leaseMs: 50, ...more });
  worker.start();
  return worker;
}

describe('the worker', () => {
  it('sweeps in batches of 100 until nothing is due, then looks again every interval', async () => {
    const { domain, seen } = fakeDomain({ due: 250 });
    const running = run(domain, { intervalMs: 60_000 });
    await expect.poll(() => running.counters().expired, { timeout: 5_000 }).toBe(250);
    await expect.poll(() => seen.limits.length, { timeout: 5_000 }).toBe(4);
    expect(new Set(seen.limits)).toEqual(new Set([100]));
  });

  it('goes on after the database was away', async () => {
    let failures = 2;
    const { domain } = fakeDomain({ due: 5, failing: () => failures-- > 0 });
    const running = run(domain);
    await expect.poll(() => running.counters().expired, { timeout: 5_000 }).toBe(5);
    expect(running.counters().failures).toBe(2);
  });

  it('relays events to its listeners, and again to one that failed', async () => {
    const { domain, outbox } = fakeDomain({ due: 0, outbox: [event] });
    const heard: string[] = [];
    let tries = 0;
    const handle = ({ id }: StockEvent) => {
      tries += 1;
      if (tries === 1) throw new Error('not now');
      heard.push(id);
    };
    const running = run(domain, { listeners: [{ name: 'test', types: ['stock.sku.created'], handle }] });
    await expect.poll(() => running.counters().published, { timeout: 5_000 }).toBe(1);
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['sku:s:1']);
    expect(outbox).toEqual([]);
    expect(running.relaying()).toBe(true);
  });

  it('stands by while another one holds the lease', async () => {
    const { domain, outbox } = fakeDomain({ due: 0, outbox: [event], held: false });
    const running = run(domain);
    await expect.poll(() => running.counters().relayRounds, { timeout: 5_000 }).toBeGreaterThan(2);
    expect(running.relaying()).toBe(false);
    expect(outbox).toHaveLength(1);
  });

  it('runs jobs chunk by chunk while it sweeps and relays, and looks again every interval', async () => {
    const { domain, outbox } = fakeDomain({ due: 250, outbox: [event], chunks: 30 });
    const running = run(domain, { jobPollMs: 60_000 });
    await expect.poll(() => running.counters().jobChunks, { timeout: 5_000 }).toBe(30);
    expect(running.counters()).toMatchObject({ expired: 250, published: 1, failures: 0 });
    expect(outbox).toEqual([]);
  });

  it('hands a job that it was at back when it stops, and otherwise bothers nobody', async () => {
    const idle = fakeDomain({ due: 0 });
    const resting = run(idle.domain, { jobPollMs: 1 });
    await expect.poll(() => resting.counters().sweepRounds, { timeout: 5_000 }).toBeGreaterThan(1);
    await resting.stop();
    expect(idle.seen.handedBack).toEqual([]);
    const busy = fakeDomain({ due: 0, chunks: 1_000_000 });
    const working = run(busy.domain);
    await expect.poll(() => working.counters().jobChunks, { timeout: 5_000 }).toBeGreaterThan(1);
    await working.stop();
    expect(busy.seen.handedBack).toHaveLength(1);
  });

  it('stops after the rounds under way and does nothing more', async () => {
    const { domain, seen } = fakeDomain({ due: 0 });
    const running = run(domain, { intervalMs: 1, pollMs: 1 });
    await expect.poll(() => seen.limits.length, { timeout: 5_000 }).toBeGreaterThan(3);
    await running.stop();
    const { sweepRounds, relayRounds } = running.counters();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(running.counters()).toMatchObject({ sweepRounds, relayRounds });
  });

  it('may be stopped without having been started', async () => {
    await expect(
      createWorker({ domain: fakeDomain({ due: 0 }).domain, log: () => undefined }).stop(),
    ).resolves.toBeUndefined();
  });
});
