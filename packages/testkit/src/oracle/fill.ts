/** The strategies, written the plain way: in which order the batches of one place serve a request. */
import { expectLeastBatches } from './least-batches.ts';
import type { Take } from './stock-draft.ts';
import type { OracleBatch } from './world.ts';

export interface Filling {
  readonly strategy: string;
  readonly quantity: number;
  /** What Granary took, where SPEC leaves a choice between equals. */
  readonly observed?: readonly Take[] | undefined;
  readonly freeOf: (batch: OracleBatch) => number;
}

export function fill(batches: readonly OracleBatch[], want: Filling): Take[] {
  if (want.strategy === 'least_batches') return fillLeast(batches, want);
  const takes: Take[] = [];
  let missing = want.quantity;
  for (const batch of batches.toSorted(orderOf(want.strategy))) {
    const quantity = Math.min(missing, want.freeOf(batch));
    if (quantity === 0) break;
    takes.push({ batchId: batch.id, quantity });
    missing -= quantity;
  }
  return takes;
}

function fillLeast(batches: readonly OracleBatch[], want: Filling): Take[] {
  const free = new Map(batches.map((batch) => [batch.id, want.freeOf(batch)]));
  if (want.observed !== undefined) return expectLeastBatches(free, want.quantity, want.observed);
  const takes: Take[] = [];
  let missing = want.quantity;
  for (const [batchId, amount] of [...free].toSorted((a, b) => b[1] - a[1])) {
    const quantity = Math.min(missing, amount);
    if (quantity > 0) takes.push({ batchId, quantity });
    missing -= quantity;
  }
  return takes;
}

type Order = (a: OracleBatch, b: OracleBatch) => number;

const byReceipt: Order = (a, b) => compare(a.receivedAt, b.receivedAt) || compare(a.id, b.id);

/** Byte order of ids and moments, which are ASCII; of other identifiers by code point. */
export function compare(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  const differs = left.findIndex((code, index) => code !== right[index]);
  if (differs === -1) return left.length - right.length;
  return right[differs] === undefined ? 1 : (left[differs] ?? 0) - right[differs];
}

function orderOf(strategy: string): Order {
  switch (strategy) {
    case 'fifo':
      return byReceipt;
    case 'lifo':
      return (a, b) => byReceipt(b, a);
    case 'fefo':
      return (a, b) => undatedLast(a, b) || byReceipt(a, b);
    case 'cost_optimized':
      return (a, b) => (a.unitCost < b.unitCost ? -1 : Number(a.unitCost > b.unitCost)) || byReceipt(a, b);
    default:
      throw new Error(`the oracle has no strategy ${strategy}`);
  }
}

function undatedLast(a: OracleBatch, b: OracleBatch): number {
  if (a.expiresAt === null || b.expiresAt === null) return Number(a.expiresAt === null) - Number(b.expiresAt === null);
  return compare(a.expiresAt, b.expiresAt);
}
