/** Commands and the outbox: written last in every transaction, the one as its cause and its answer, the other as its news. */
import type { CommandRow } from '../entities/command.ts';
import type { Fact } from '../entities/outbox.ts';
import type { Instant } from '@granary/contracts/instant';
import { commands, commandSkus, outbox } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

export async function findByKey(tx: Tx, actor: string, idempotencyKey: string): Promise<CommandRow | undefined> {
  const rows = await tx.select(commands, 'FORCE INDEX (command_key) WHERE t.actor = ? AND t.idempotency_key = ?', [
    actor,
    idempotencyKey,
  ]);
  return rows[0];
}

/** With the SKUs that it touched or named, each once and in order: one narrow statement more. */
export async function appendCommand(tx: Tx, row: CommandRow, skuIds: readonly string[] = []): Promise<void> {
  await appendRows(tx, commands, [row]);
  const { commandId, recordedAt } = row;
  if (skuIds.length > 0)
    await appendRows(
      tx,
      commandSkus,
      skuIds.map((skuId) => ({ commandId, skuId, recordedAt })),
    );
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
