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
    const { rows, ready, done, cursors } = await engine.units.read(async (tx) => {
      const found = await readOutbox(tx, round.limit);
      const facts = found.flatMap((row): Pointed[] =>
        row.facts.map((fact: Fact, at) => ({ fact, outboxId: row.outboxId, at })),
      );
      const known = await readCursors(
        tx,
        facts.map(({ fact }) => aggregateId(fact)),
      );
      const plan = publishable(facts, known);
      const events = await buildEvents(
        tx,
        plan.ready.map(({ fact }) => fact),
      );
      return { rows: found, ready: events, done: plan.done, cursors: plan.cursors };
    });
    if (ready.length > 0) await round.publish(ready);
    const finished = rows.filter((row) => row.facts.every((_fact, at) => done.has(`${row.outboxId}/${at}`)));
    if (cursors.size > 0 || finished.length > 0) {
      await engine.units.write(relayCall(), async (tx) => {
        await advanceCursors(tx, cursors);
        await removeOutbox(
          tx,
          finished.map((row) => row.outboxId),
        );
      });
    }
    return { published: ready.length, held: true };
  }

  return { publishOnce };
}

export type Relay = ReturnType<typeof createRelay>;

function relayCall(): Call {
  return { caller: { actor: 'relay', address: null, agent: null, requestId: 'relay' } };
}
