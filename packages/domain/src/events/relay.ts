/**
 * The relay: reads the outbox, builds the events, hands them over, and only then forgets the rows: at least once. One relay
 * is active by a lease in the database. Order is kept per aggregate by succession of versions: a row that commits late
 * has a gap before it, and waits for it; ids are never trusted for order. No subscriber holds it up: what one does not take
 * is queued for it in the transaction that advances the cursors, and so is all that webhooks want.
 */
import type { StockEvent } from '@granary/contracts/event';
import type { Fact } from '../entities/outbox.ts';
import { readBlocked } from '../persistence/event-delivery-store.ts';
import {
  advanceCursors,
  lockLease,
  readCursors,
  readOutbox,
  removeOutbox,
  takeLease,
} from '../persistence/outbox-store.ts';
import { aggregateId, aggregateOf, type Pointed, publishable } from '../rules/succession.ts';
import { nearSchedule, type RetrySchedule } from '../rules/retry-schedule.ts';
import { readTouched } from '../persistence/touched-store.ts';
import type { Call } from '../call.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { Engine } from '../services/execution.ts';
import { buildEvents } from './build-events.ts';
import { type DirectSubscriber, type Handed, handOver } from './hand-over.ts';
import { queueEvents } from './queueing.ts';

export interface RelayRound {
  /** Names this relay among others. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Outbox rows a round. */
  readonly limit: number;
  /** Each gets what it wants; what it does not take is queued for it. */
  readonly subscribers?: readonly DirectSubscriber[];
  /** When what they failed at is brought again. */
  readonly schedule?: RetrySchedule;
  /** Gets everything; when it fails nothing is forgotten, and the same events come again with the next round. */
  readonly publish?: (events: readonly StockEvent[]) => Promise<void>;
}

export interface RelayResult {
  readonly published: number;
  /** False when another relay has the lease. */
  readonly held: boolean;
}

export function createRelay(engine: Engine) {
  async function publishOnce(round: RelayRound): Promise<RelayResult> {
    const held = await engine.units.write(relayCall(), (tx) => takeLease(tx, round));
    if (!held) return { published: 0, held: false };
    const subscribers = round.subscribers ?? [];
    const { next, blocked, touched } = await engine.units.read(async (tx) => {
      const found = await nextPublishable(tx, round.limit);
      const names = subscribers.map(({ name }) => name);
      return {
        next: found,
        touched: await readTouched(tx, found.told),
        blocked: await readBlocked(tx, { subscribers: names, aggregates: found.ready.map(aggregateOf) }),
      };
    });
    if (next.cursors.size === 0 && next.finished.length === 0) return { published: 0, held: true };
    engine.ports.onChanged?.(touched);
    const handed = await handOver(subscribers, next.ready, blocked);
    if (next.ready.length > 0) await round.publish?.(next.ready);
    await engine.units.write(relayCall(), (tx) => advance(tx, { engine, round, next, handed }));
    return { published: next.ready.length, held: true };
  }

  return { publishOnce };
}

/**
 * A relay that lost its lease while it handed over may come here after the next one has gone on. Both pass one after the
 * other, by the lock of the lease, and the second queues nothing that the first one's cursors have passed.
 */
async function advance(
  tx: Tx,
  { engine, round, next, handed }: { engine: Engine; round: RelayRound; next: Publishable; handed: readonly Handed[] },
): Promise<void> {
  await lockLease(tx);
  const now = await tx.now();
  const passed = await readCursors(tx, next.ready.map(aggregateOf));
  const events = next.ready.filter((event) => event.toVersion > (passed.get(aggregateOf(event)) ?? 0));
  const { schedule = nearSchedule } = round;
  await queueEvents(tx, { events, handed, schedule, ids: engine.ports.ids, now });
  await advanceCursors(tx, next.cursors);
  await removeOutbox(tx, next.finished);
}

export type Relay = ReturnType<typeof createRelay>;

interface Publishable {
  readonly ready: readonly StockEvent[];
  /** What they were built from. */
  readonly told: readonly Fact[];
  /** Rows of which everything is published once `ready` is. */
  readonly finished: readonly string[];
  readonly cursors: ReadonlyMap<string, number>;
}

/** Of the first page that has any: all rows of a page may wait for one that lies behind it, since ids are no order. */
async function nextPublishable(tx: Tx, limit: number): Promise<Publishable> {
  for (let after = ''; ;) {
    const rows = await readOutbox(tx, { after, limit });
    const facts = rows.flatMap((row): Pointed[] =>
      row.facts.map((fact: Fact, at) => ({ fact, outboxId: row.outboxId, at })),
    );
    const known = await readCursors(
      tx,
      facts.map(({ fact }) => aggregateId(fact)),
    );
    const { ready, done, cursors } = publishable(facts, known);
    const finished = rows
      .filter((row) => row.facts.every((_fact, at) => done.has(`${row.outboxId}/${at}`)))
      .map((row) => row.outboxId);
    const last = rows.at(-1);
    if (ready.length > 0 || finished.length > 0 || last === undefined || rows.length < limit) {
      const told = ready.map(({ fact }) => fact);
      return { ready: await buildEvents(tx, told), told, finished, cursors };
    }
    after = last.outboxId;
  }
}

function relayCall(): Call {
  return { caller: { actor: 'relay', address: null, agent: null, requestId: 'relay' } };
}
