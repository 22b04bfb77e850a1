/** Events from pointers: a level's from its movements, the others' from what the outbox says of them. */
import { EVENT_SCHEMA_VERSION, type StockEvent } from '@granary/contracts/event';
import type { MovementRow } from '../entities/movement.ts';
import type { Fact } from '../entities/outbox.ts';
import { readCommands } from '../persistence/command-store.ts';
import { readMovements } from '../persistence/movement-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { CommandRow } from '../entities/command.ts';
import { aggregateId } from '../rules/succession.ts';

export async function buildEvents(tx: Tx, facts: readonly Fact[]): Promise<readonly StockEvent[]> {
  const commands = await readCommands(
    tx,
    facts.map((fact) => fact.commandId),
  );
  const events: StockEvent[] = [];
  for (const fact of facts) {
    const told =
      fact.kind === 'level' ? await toldByLedger(tx, fact) : { before: fact.before ?? null, after: fact.after ?? null };
    events.push(eventOf(fact, commands.get(fact.commandId), told));
  }
  return events;
}

function eventOf(fact: Fact, command: CommandRow | undefined, told: { before: unknown; after: unknown }): StockEvent {
  const id = aggregateId(fact);
  return {
    id: `${id}:${fact.to}`,
    type: fact.type,
    schemaVersion: EVENT_SCHEMA_VERSION,
    aggregate: { kind: fact.kind, id: id.slice(fact.kind.length + 1) },
    fromVersion: fact.from,
    toVersion: fact.to,
    cause: {
      commandId: fact.commandId,
      procedure: command?.procedure ?? 'unknown',
      actor: command?.actor ?? 'unknown',
    },
    recordedAt: command?.recordedAt ?? '',
    ...told,
  };
}

/** Balances before the first and after the last movement, and the movements between. */
async function toldByLedger(tx: Tx, fact: Fact): Promise<{ before: unknown; after: unknown }> {
  const [skuId = '', locationId = ''] = typeof fact.id === 'string' ? [fact.id] : fact.id;
  const movements = await readMovements(tx, { skuId, locationId, from: fact.from, to: fact.to });
  const [first] = movements;
  const last = movements.at(-1);
  const before = first === undefined ? null : balancesBefore(first);
  const after =
    last === undefined
      ? null
      : { skuId, locationId, ...balances(last), version: last.version, movements: movements.map(briefly) };
  return { before, after };
}

function balances({ onHand, reserved, locked, deficit }: MovementRow) {
  return { onHand, reserved, locked, deficit };
}

function balancesBefore(movement: MovementRow) {
  return {
    onHand: movement.onHand - movement.onHandDelta,
    reserved: movement.reserved - movement.reservedDelta,
    locked: movement.locked - movement.lockedDelta,
    deficit: movement.deficit - movement.deficitDelta,
    version: movement.version - 1,
  };
}

function briefly(movement: MovementRow) {
  const { version, kind, batchId, onHandDelta, reservedDelta, reservationId, documentId, occurredAt, recordedAt } =
    movement;
  return { version, kind, batchId, onHandDelta, reservedDelta, reservationId, documentId, occurredAt, recordedAt };
}
