/** What several batches are as one. */
import type { Instant } from '@granary/contracts/instant';
import type { BatchRow } from '../entities/batch.ts';
import { invariant } from '../refusal.ts';

/** The earliest of their dates; expired when they are, which all of them or none must be. */
export function blend(batches: readonly BatchRow[], now: Instant) {
  const [first] = batches;
  const expiresAt = earliest(batches.map((batch) => batch.expiresAt));
  const receivedAt = earliest(batches.map((batch) => batch.receivedAt));
  invariant(first !== undefined && expiresAt !== undefined && receivedAt !== undefined, 'there is nothing to merge');
  const producedOn = earliest(batches.flatMap((batch) => batch.producedOn ?? [])) ?? null;
  return { status: isPast(first, now) ? 'expired' : 'available', producedOn, expiresAt, receivedAt } as const;
}

function earliest<T extends string>(dates: readonly T[]): T | undefined {
  return dates.toSorted()[0];
}

/** By its date or because it was marked. */
export function isPast({ status, expiresAt }: Pick<BatchRow, 'status' | 'expiresAt'>, now: Instant): boolean {
  return status === 'expired' || expiresAt <= now;
}
