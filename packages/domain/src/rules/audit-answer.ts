/** What one command changed, as the ledger tells it: per level the balances before and after, per batch the sums. */
import type { AuditBatch, AuditLevel } from '@granary/contracts/audit';
import type { CommandRow } from '../entities/command.ts';
import { levelKey, type LevelKey } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';

export interface LedgerChange {
  readonly levels: readonly AuditLevel[];
  readonly batches: readonly AuditBatch[];
  readonly reservationIds: readonly string[];
  readonly documentIds: readonly string[];
}

/** `movements` are all of one command, along each level in the order of versions. */
export function ledgerChange(movements: readonly MovementRow[]): LedgerChange {
  const levels = new Map<LevelKey, AuditLevel>();
  const batches = new Map<string, AuditBatch>();
  for (const movement of movements) {
    const { skuId, locationId } = movement;
    const key = levelKey(movement);
    const before = levels.get(key)?.before ?? balancesBefore(movement);
    levels.set(key, { skuId, locationId, before, after: balances(movement) });
    if (movement.batchId !== null) batches.set(movement.batchId, added(batches.get(movement.batchId), movement));
  }
  return {
    levels: [...levels.values()],
    batches: [...batches.values()],
    reservationIds: distinct(movements.map((movement) => movement.reservationId)),
    documentIds: distinct(movements.map((movement) => movement.documentId)),
  };
}

function balances({ onHand, reserved, locked, deficit, version }: MovementRow): AuditLevel['after'] {
  return { onHand, reserved, locked, deficit, version };
}

function balancesBefore(movement: MovementRow): AuditLevel['before'] {
  return {
    onHand: movement.onHand - movement.onHandDelta,
    reserved: movement.reserved - movement.reservedDelta,
    locked: movement.locked - movement.lockedDelta,
    deficit: movement.deficit - movement.deficitDelta,
    version: movement.version - 1,
  };
}

function added(sum: AuditBatch | undefined, movement: MovementRow): AuditBatch {
  const { skuId, locationId, batchId } = movement;
  return {
    ...{ skuId, locationId, batchId: batchId ?? '' },
    onHandDelta: (sum?.onHandDelta ?? 0) + movement.onHandDelta,
    reservedDelta: (sum?.reservedDelta ?? 0) + movement.reservedDelta,
    lockedDelta: (sum?.lockedDelta ?? 0) + movement.lockedDelta,
  };
}

function distinct(ids: readonly (string | null)[]): readonly string[] {
  return [...new Set(ids.flatMap((id) => id ?? []))].toSorted();
}

/** Old and new wherever the facts are: what the command says itself, else the balances that it moved. */
export function beforeAndAfter(
  { before, after }: Pick<CommandRow, 'before' | 'after'>,
  levels: readonly AuditLevel[],
): { readonly before: unknown; readonly after: unknown } {
  if (before !== null || after !== null) return { before: parsed(before), after: parsed(after) };
  if (levels.length === 0) return { before: null, after: null };
  const side = (of: 'before' | 'after') =>
    levels.map(({ skuId, locationId, ...level }) => ({ skuId, locationId, ...level[of] }));
  return { before: { levels: side('before') }, after: { levels: side('after') } };
}

export function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
