/** What a recall is about: the batches of a number and all that their goods went into, the recall under way, and its next round. */
import { RECALL } from '@granary/contracts/lock';
import type { BatchRow } from '../entities/batch.ts';
import type { Lock } from '../entities/lock.ts';
import { findLocks } from '../persistence/lock-store.ts';
import { countHoldsOn, findHoldsOn } from '../persistence/holds-on-store.ts';
import { readKin } from '../persistence/trace-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { reachOf } from '../rules/family.ts';

/** Holds of one round: one transaction, which keeps the levels of the SKU for about a second. */
export const HOLDS_A_ROUND = 500;

export interface Lot {
  readonly batches: readonly BatchRow[];
  /** Of the recall under way; undefined before the first round. */
  readonly lockId: string | undefined;
  readonly progress: string | null;
}

/** Undefined when the SKU has no such batch. Part of the lot that another recall holds already is left to that one. */
export async function findLot(
  tx: Tx,
  { skuId, batchNo }: { skuId: string; batchNo: string },
): Promise<Lot | undefined> {
  const members = membersOf(await readKin(tx, skuId), batchNo);
  if (members.length === 0) return undefined;
  const lockIds = [...new Set(members.flatMap((batch) => batch.frozenBy ?? []))];
  const recalls = (await findLocks(tx, lockIds)).filter((lock) => lock.type === RECALL);
  const own = recalls.find((lock) => isOf(lock, members, batchNo));
  const others = new Set(recalls.filter((lock) => lock !== own).map((lock) => lock.lockId));
  return {
    batches: members.filter((batch) => !others.has(batch.frozenBy ?? '')),
    lockId: own?.lockId,
    progress: own?.progress ?? null,
  };
}

/** A merged batch has nothing left; what took it over is a descendant. */
function membersOf(batches: readonly BatchRow[], batchNo: string): readonly BatchRow[] {
  const start = batches.filter((batch) => batch.batchNo === batchNo).map((batch) => batch.batchId);
  const reached = reachOf(batches, start);
  return batches.filter(({ batchId, status }) => status !== 'merged' && reached.has(batchId));
}

/** Whether it froze the number itself; when that is all merged away, what its goods went into. */
function isOf(lock: Lock, members: readonly BatchRow[], batchNo: string): boolean {
  const named = members.filter((batch) => batch.batchNo === batchNo);
  const own = new Set((named.length > 0 ? named : members).map((batch) => batch.batchId));
  return lock.lines.some((line) => own.has(line.batchId));
}

export interface Round {
  readonly holdIds: readonly string[];
  /** The last hold that rounds have looked at; null when this one ends with the last of all. */
  readonly progress: string | null;
  readonly remaining: number;
}

/** The next holds in the order of their ids; past the last one rounds begin again with what could not be moved. */
export async function findRound(tx: Tx, { batches, progress }: Lot): Promise<Round> {
  const batchIds = batches.map((batch) => batch.batchId);
  const holdIds = await findHoldsOn(tx, { batchIds, after: progress ?? '', limit: HOLDS_A_ROUND });
  const last = holdIds.at(-1);
  const remaining = last === undefined ? 0 : await countHoldsOn(tx, { batchIds, after: last });
  return { holdIds, progress: remaining === 0 || last === undefined ? null : last, remaining };
}
