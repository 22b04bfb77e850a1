/** The one way in which goods come in: what was owed is settled first, the rest becomes a layer. */
import { addLayer, type Book, owed, reaverage } from './book.ts';
import type { Instant } from '@granary/contracts/instant';
import type { CostPolicy } from './policy.ts';
import { type CostRecord } from './record.ts';
import { type Rate, share } from './share.ts';

export interface Incoming {
  readonly id: string;
  readonly at: Instant;
  readonly receiptId: string;
  readonly quantity: number;
  /** What it cost, before any standard. */
  readonly value: bigint;
  readonly lot?: string | undefined;
  readonly expiresAt?: Instant | undefined;
  readonly settles?: number | undefined;
}

/** Corrections and variances that come with it; the record of the receipt itself is the caller's. */
export function takeIn(book: Book, incoming: Incoming, policy: CostPolicy): CostRecord[] {
  const { id, at, receiptId, quantity, lot = null, expiresAt = null } = incoming;
  const value = standing(book, incoming);
  const variance = value - incoming.value;
  const records: CostRecord[] =
    variance === 0n
      ? []
      : [{ kind: 'variance', account: 'variance', causeId: id, subjectId: id, quantity: 0, value: variance }];
  const settled = Math.min(incoming.settles ?? quantity, quantity, owed(book));
  const cover = share({ value, quantity }, settled);
  records.push(...settle(book, { id, quantity: settled, value: cover }));
  const remaining = quantity - settled;
  if (remaining > 0) {
    const worth = value - cover;
    const held = book.strategy.value === 'pool' ? 0n : worth;
    addLayer(book, { layerId: id, receiptId, at, quantity, remaining, value: held, lot, expiresAt });
    book.quantity += remaining;
    book.value += worth;
    book.lastCost ??= { value: worth, quantity: remaining };
    reaverage(book, policy);
  }
  return records;
}

/** At the standard cost once there is one: until an accountant names it, goods stand at what they cost. */
function standing(book: Book, { quantity, value }: Incoming): bigint {
  const rate = book.strategy.receipts === 'standard' ? book.standardCost : null;
  return rate === null ? value : share(rate, quantity);
}

/** Oldest first: the goods that were owed cost what came, so their issues are corrected by the difference. */
function settle(book: Book, came: Rate & { id: string }): CostRecord[] {
  const records: CostRecord[] = [];
  let left: Rate = came;
  while (left.quantity > 0) {
    const deficit = book.deficits[0];
    if (deficit === undefined) break;
    const units = Math.min(left.quantity, deficit.quantity);
    const cost = share(left, units);
    const assumed = share(deficit, units);
    if (cost !== assumed) records.push(settlement(came.id, { ...deficit, value: assumed - cost }));
    if (units === deficit.quantity) book.deficits.shift();
    else {
      deficit.quantity -= units;
      deficit.value -= assumed;
    }
    left = { value: left.value - cost, quantity: left.quantity - units };
  }
  return records;
}

function settlement(
  causeId: string,
  { issueId, account, value }: Pick<Book['deficits'][0], 'issueId' | 'account' | 'value'>,
): CostRecord {
  return { kind: 'deficit_correction', account, causeId, subjectId: issueId, quantity: 0, value };
}
