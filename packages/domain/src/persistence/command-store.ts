/** Commands and the outbox: written last in every transaction, the one as its cause and its answer, the other as its news. */
import type { CommandRow } from '../entities/command.ts';
import type { Fact } from '../entities/outbox.ts';
import type { Instant } from '@granary/contracts/instant';
import { commands, commandSkus, outbox } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows } from './write-rows.ts';

export interface IdempotencyKey {
  readonly actor: string;
  readonly idempotencyKey: string;
}

/** The commands that used some keys. */
export async function findByKeys(tx: Tx, keys: readonly IdempotencyKey[]): Promise<readonly CommandRow[]> {
  const byActor = new Map<string, Set<string>>();
  for (const { actor, idempotencyKey } of keys) {
    const known = byActor.get(actor);
    if (known === undefined) byActor.set(actor, new Set([idempotencyKey]));
    else known.add(idempotencyKey);
  }
  const tail = 'FORCE INDEX (command_key) WHERE t.actor = ? AND t.idempotency_key IN (?)';
  const found = await Promise.all([...byActor].map(([actor, used]) => tx.select(commands, tail, [actor, [...used]])));
  return found.flat();
}

export async function findByKey(tx: Tx, actor: string, idempotencyKey: string): Promise<CommandRow | undefined> {
  return (await findByKeys(tx, [{ actor, idempotencyKey }]))[0];
}

/** A command, and the SKUs that it touched or named, each once and in order. */
export interface RecordedCommand {
  readonly row: CommandRow;
  readonly skuIds: readonly string[];
}

export async function appendCommand(tx: Tx, row: CommandRow, skuIds: readonly string[] = []): Promise<void> {
  await appendCommands(tx, [{ row, skuIds }]);
}

/** One narrow statement more for the SKUs of all of them. */
export async function appendCommands(tx: Tx, recorded: readonly RecordedCommand[]): Promise<void> {
  await appendRows(
    tx,
    commands,
    recorded.map(({ row }) => row),
  );
  await appendRows(
    tx,
    commandSkus,
    recorded.flatMap(({ row: { commandId, recordedAt }, skuIds }) =>
      skuIds.map((skuId) => ({ commandId, skuId, recordedAt })),
    ),
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
