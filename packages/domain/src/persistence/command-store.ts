/** Commands and the outbox: written last in every transaction, the one as its cause and its answer, the other as its news. */
import type { CommandRow } from '../entities/command.ts';
import type { Fact } from '../entities/outbox.ts';
import type { Instant } from '@granary/contracts/instant';
import { commands, outbox } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

export async function findByKey(tx: Tx, actor: string, idempotencyKey: string): Promise<CommandRow | undefined> {
  const rows = await tx.select(commands, 'FORCE INDEX (command_key) WHERE t.actor = ? AND t.idempotency_key = ?', [
    actor,
    idempotencyKey,
  ]);
  return rows[0];
}

export async function appendCommand(tx: Tx, row: CommandRow): Promise<void> {
  await appendRows(tx, commands, [row]);
}

/** One row per transaction, pointers in order. */
export async function appendOutbox(
  tx: Tx,
  row: { outboxId: string; facts: readonly Fact[]; createdAt: Instant },
): Promise<void> {
  if (row.facts.length === 0) return;
  await appendRows(tx, outbox, [{ ...row, facts: JSON.stringify(row.facts) }]);
}

export async function readCommands(tx: Tx, commandIds: readonly string[]): Promise<ReadonlyMap<string, CommandRow>> {
  if (commandIds.length === 0) return new Map();
  const rows = await tx.select(commands, 'WHERE t.command_id IN (?)', [[...new Set(commandIds)]]);
  return new Map(rows.map((row) => [row.commandId, row]));
}
