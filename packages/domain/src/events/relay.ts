/**
 * The relay: reads the outbox, builds the events, hands them over, and only then forgets the rows: at least once. One relay
 * is active by a lease in the database. Order is kept per aggregate by succession of versions: a row that commits late
 * has a gap before it, and waits for it; ids are never trusted for order.
 */
import type { StockEvent } from '@granary/contracts/event';
import type { Fact } from '../entities/outbox.ts';
import { advanceCursors, readCursors, readOutbox, removeOutbox, takeLease } from '../persistence/outbox-store.ts';
import { aggregateId, type Pointed, publishable } from '../rules/succession.ts';
import type { Call } from '../call.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { Engine } from '../services/execution.ts';
import { buildEvents } from './build-events.ts';

export interface RelayRound {
  /** Names this relay among others. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Outbox rows a round. */
  readonly limit: number;
  readonly publish: (events: readonly StockEvent[]) => Promise<void>;
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
    const { ready, finished, cursors } = await engine.units.read((tx) => nextPublishable(tx, round.limit));
    if (ready.length > 0) await round.publish(ready);
    if (cursors.size > 0 || finished.length > 0) {
      await engine.units.write(relayCall(), async (tx) => {
        await advanceCursors(tx, cursors);
        await removeOutbox(tx, finished);
      });
    }
    return { published: ready.length, held: true };
  }

  return { publishOnce };
}

export type Relay = ReturnType<typeof createRelay>;

interface Publishable {
  readonly ready: readonly StockEvent[];
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
      const events = await buildEvents(
        tx,
        ready.map(({ fact }) => fact),
      );
      return { ready: events, finished, cursors };
    }
    after = last.outboxId;
  }
}

function relayCall(): Call {
  return { caller: { actor: 'relay', address: null, agent: null, requestId: 'relay' } };
}
