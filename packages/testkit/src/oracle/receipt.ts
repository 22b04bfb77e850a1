/** Goods that come in: on top of the batch that stands for their number at the place, or into one that is opened there. */
import type { InboundLine } from '@granary/contracts/document';
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import { formatMoney } from '@granary/contracts/money';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { expiryInstant, plusDays } from './calendar.ts';
import { move, settleDeficit } from './ledger.ts';
import type { Origin } from './originals.ts';
import { assemblyOf } from './making.ts';
import { expectSome } from './piece-answer.ts';
import { isTracked, movePieces } from './piece.ts';
import { met } from './sometimes.ts';
import { expectEqual, Mismatch, type Refusals } from './verdict.ts';
import { keyOf, levelAt, standingFor, UNBORN, type OracleBatch, type World } from './world.ts';

/** What makes two receipts of one number the same batch. */
export interface Identity {
  readonly qualityLevel: string;
  readonly producedOn: CalendarDate | null;
  readonly expiresAt: Instant | null;
}

export interface Receipt {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
  /** Millionths. */
  readonly unitCost: bigint;
  readonly batchNo: string;
  readonly identity: Identity;
  /** Index of the line of the request. */
  readonly at: number;
  /** When goods that only changed their place were first received. */
  readonly receivedAt?: Instant;
  /** What the goods come back from. */
  readonly origin?: Origin;
  /** Of a tracked SKU: the pieces that may be meant. */
  readonly serials?: readonly string[] | undefined;
}

/** Where goods may come in: SKUs are made on the way; receiving at a place that is switched off is not settled. */
export function checkReceiver(world: World, of: { skuId: string; locationId: string }, refusals: Refusals): void {
  if (!world.skus.has(of.skuId) && !world.settings.autoCreateSku) refusals.must.set('INV_001', `no SKU ${of.skuId}`);
  if (assemblyOf(world, of.skuId) !== undefined) refusals.must.set('INV_010', `${of.skuId} has no stock of its own`);
  const location = world.locations.get(of.locationId);
  if (location === undefined) refusals.must.set('INV_007', `no location ${of.locationId}`);
  if (location?.isActive === false || world.levels.get(keyOf(of.skuId, of.locationId))?.isActive === false)
    refusals.may.add('INV_010');
}

export function identityOf(
  world: World,
  line: Pick<InboundLine, 'skuId' | 'producedOn' | 'expiresAt'> & { readonly qualityLevel: string },
): Identity {
  const { qualityLevel, producedOn, expiresAt } = line;
  const shelfLife = world.skus.get(line.skuId)?.shelfLifeDays ?? null;
  const derived =
    producedOn !== undefined && shelfLife !== null ? plusDays(producedOn as CalendarDate, shelfLife) : undefined;
  const given = expiresAt ?? derived;
  return {
    qualityLevel,
    producedOn: (producedOn as CalendarDate | undefined) ?? null,
    expiresAt: given === undefined ? null : expiryInstant(given, world.settings.timezone),
  };
}

/** What is wrong with receipts as they meet the batches of their numbers: other goods, goods held still, too many. */
export function checkReceipts(world: World, receipts: readonly Receipt[], refusals: Refusals): void {
  checkIdentities(world, receipts, refusals);
  checkCapacity(world, receipts, refusals);
  for (const { skuId, batchNo, locationId } of receipts) {
    for (const batch of ofNumber(world, skuId, batchNo)) {
      const standing = standingFor(world, batch.id);
      const frozenBy = standing?.frozenBy ?? null;
      if (frozenBy === null) continue;
      const isRecalled = world.locks.get(frozenBy)?.type === 'recall';
      if (isRecalled || batch.locationId === locationId) refusals.must.set('INV_016', `batch ${batchNo} is held still`);
      if (isRecalled && batch.locationId !== locationId) met(world, 'a recalled number arrives at another place');
    }
  }
}

function ofNumber(world: World, skuId: string, batchNo: string): OracleBatch[] {
  return [...world.batches.values()].filter((batch) => batch.skuId === skuId && batch.batchNo === batchNo);
}

function checkIdentities(world: World, receipts: readonly Receipt[], refusals: Refusals): void {
  const inThisCall = new Map<string, string>();
  for (const { skuId, batchNo, identity } of receipts) {
    const own = textOf(identity);
    const [known] = ofNumber(world, skuId, batchNo);
    const before = known === undefined ? inThisCall.get(keyOf(skuId, batchNo)) : textOf(known);
    if (before !== undefined && before !== own) refusals.must.set('INV_009', `batch ${batchNo} has another identity`);
    inThisCall.set(keyOf(skuId, batchNo), before ?? own);
  }
}

function textOf({ qualityLevel, producedOn, expiresAt }: Identity): string {
  return keyOf(qualityLevel, producedOn, expiresAt);
}

export function checkCapacity(
  world: World,
  lines: readonly { skuId: string; locationId: string; quantity: number }[],
  refusals: Refusals,
): void {
  const sums = new Map<string, number>();
  for (const line of lines) {
    const key = keyOf(line.skuId, line.locationId);
    const sum = (sums.get(key) ?? world.levels.get(key)?.onHand ?? 0) + line.quantity;
    sums.set(key, sum);
    if (sum > MAX_QUANTITY) refusals.must.set('INV_010', `more than a level can count at ${line.locationId}`);
  }
}

export interface ReceiptAnswer {
  readonly batchId: string;
  readonly occurredAt: Instant;
  /** Where no document is told, the pieces are those that were named. */
  readonly documentId?: string | null;
  readonly serials?: readonly string[] | undefined;
}

/** The batch that the goods go into is checked where it is known, and learned where it is opened; a deficit of the level is paid at once. */
export function receive(world: World, receipt: Receipt, answered: ReceiptAnswer): OracleBatch {
  const { skuId, locationId, batchNo, quantity, unitCost, serials = [] } = receipt;
  makeSku(world, skuId);
  const named = ofNumber(world, skuId, batchNo);
  const here = named.find((batch) => batch.locationId === locationId);
  const same = here === undefined ? undefined : standingFor(world, here.id);
  if (same !== undefined) {
    expectEqual(`the batch topped up by ${batchNo}`, answered.batchId, same.id);
    if (same.id !== here?.id) met(world, 'a receipt of a merged number');
    if (same.onHand > 0 && same.unitCost !== unitCost) met(world, 'a batch topped up at another cost');
    same.unitCost = meanWith(same, { quantity, unitCost });
  } else if (named.length > 0) met(world, 'a number opened at another place');
  const batch = same ?? open(world, receipt, answered);
  move(world, batch, { onHand: quantity });
  settleDeficit(world, batch, quantity);
  if (isTracked(world, skuId)) {
    const told = answered.serials ?? serials;
    expectSome({ quantity, serials: [...told] }, serials);
    movePieces(world, told, { state: 'inStock', batch, documentId: answered.documentId });
  }
  return batch;
}

function open(world: World, receipt: Receipt, answered: ReceiptAnswer): OracleBatch {
  const { skuId, locationId, batchNo, unitCost, identity } = receipt;
  if (world.batches.has(answered.batchId))
    throw new Mismatch('a new batch has the id of an earlier one', { expected: 'a new id', actual: answered.batchId });
  const opened: OracleBatch = {
    ...{ ...UNBORN, ...identity, id: answered.batchId, skuId, locationId, batchNo },
    ...{ receivedAt: receipt.receivedAt ?? answered.occurredAt, unitCost },
  };
  world.batches.set(opened.id, opened);
  levelAt(world, skuId, locationId);
  return opened;
}

export function makeSku(world: World, skuId: string): void {
  if (world.skus.has(skuId)) return;
  const plain = { spuId: null, shelfLifeDays: null, defaultStrategy: null, serialTracked: false };
  world.skus.set(skuId, { skuId, status: 'active', ...plain });
}

/** The mean weighted by what is on hand, with these units more (or, with a minus, less); half up at the sixth decimal. */
export function meanWith(batch: OracleBatch, added: { quantity: number; unitCost: bigint }): bigint {
  const [had, more] = [BigInt(batch.onHand), BigInt(added.quantity)];
  const value = batch.unitCost * had + added.unitCost * more;
  // Nothing is left, or the mean is no longer theirs to change.
  if (had + more <= 0n || value < 0n) return batch.unitCost;
  return divide(value, had + more);
}

export function divide(value: bigint, by: bigint): bigint {
  const whole = value / by;
  return 2n * (value - whole * by) >= by ? whole + 1n : whole;
}

export function costText(batch: OracleBatch): string {
  return formatMoney(batch.unitCost);
}
