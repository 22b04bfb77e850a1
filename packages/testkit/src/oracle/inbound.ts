/** inbound.purchase and inbound.return: goods come in, into new batches or on top of equal ones. */
import type { Document, InboundInput, InboundLine, InboundType } from '@granary/contracts/document';
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { MAX_QUANTITY } from '@granary/contracts/quantity';
import { expiryInstant, plusDays } from './calendar.ts';
import { checkOccurred, contentOfDocument, judgeKnown, learnDocument } from './documents.ts';
import { move } from './ledger.ts';
import { met } from './sometimes.ts';
import {
  createRefusals,
  expectEqual,
  Mismatch,
  settle,
  wasRefusedFreely,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import { keyOf, levelAt, type OracleBatch, type World } from './world.ts';

/** What makes two receipts of one number the same batch. */
export interface Identity {
  readonly qualityLevel: string;
  readonly producedOn: CalendarDate | null;
  readonly expiresAt: Instant | null;
}

export function judgeInbound(
  world: World,
  call: { type: InboundType; input: InboundInput },
  outcome: Outcome<Document>,
): void {
  const { type, input } = call;
  const refusals = createRefusals();
  const header = { type, documentNo: input.documentNo, content: contentOfDocument(input) };
  checkOccurred(world, input, refusals);
  for (const line of input.lines) checkReceiver(world, line, refusals);
  if (judgeKnown(world, header, { outcome, refusals })) return;
  checkIdentities(world, input, refusals);
  checkCapacity(world, input.lines, refusals);
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  const occurredAt = learnDocument(world, header, { input, answer: outcome.answer, orderNo: null });
  if (outcome.answer.lines.length !== input.lines.length)
    throw new Mismatch('the number of lines differs', { expected: input.lines, actual: outcome.answer.lines });
  for (const [index, line] of input.lines.entries()) {
    const answered = outcome.answer.lines[index];
    if (answered === undefined) continue;
    const batchNo = line.batchNo ?? `${input.documentNo}-${index + 1}`;
    expectEqual(
      `line ${index + 1}`,
      { ...answered, batchId: undefined },
      {
        line: index + 1,
        skuId: line.skuId,
        locationId: line.locationId,
        batchNo,
        quantity: line.quantity,
        unitCost: line.unitCost,
        reservationId: null,
      },
    );
    receive(world, { line, batchNo, batchId: answered.batchId, occurredAt });
  }
}

/** Where goods may come in: SKUs are made on the way; receiving at a place that is switched off is not settled. */
export function checkReceiver(world: World, of: { skuId: string; locationId: string }, refusals: Refusals): void {
  if (!world.skus.has(of.skuId) && !world.settings.autoCreateSku) refusals.must.set('INV_001', `no SKU ${of.skuId}`);
  const location = world.locations.get(of.locationId);
  if (location === undefined) refusals.must.set('INV_007', `no location ${of.locationId}`);
  if (location?.isActive === false || world.levels.get(keyOf(of.skuId, of.locationId))?.isActive === false)
    refusals.may.add('INV_010');
}

export function identityOf(
  world: World,
  line: Pick<InboundLine, 'skuId' | 'qualityLevel' | 'producedOn' | 'expiresAt'>,
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

function checkIdentities(world: World, input: InboundInput, refusals: Refusals): void {
  const inThisCall = new Map<string, string>();
  for (const [index, line] of input.lines.entries()) {
    const batchNo = line.batchNo ?? `${input.documentNo}-${index + 1}`;
    const own = keyOf(...Object.values(identityOf(world, line)));
    const known = [...world.batches.values()].find((batch) => batch.skuId === line.skuId && batch.batchNo === batchNo);
    const before =
      known === undefined
        ? inThisCall.get(keyOf(line.skuId, batchNo))
        : keyOf(known.qualityLevel, known.producedOn, known.expiresAt);
    if (before !== undefined && before !== own) refusals.must.set('INV_009', `batch ${batchNo} has another identity`);
    inThisCall.set(keyOf(line.skuId, batchNo), before ?? own);
  }
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

type Receipt = {
  readonly line: Pick<
    InboundLine,
    'skuId' | 'locationId' | 'quantity' | 'unitCost' | 'qualityLevel' | 'producedOn' | 'expiresAt'
  >;
  readonly batchNo: string;
  readonly batchId: string;
  readonly occurredAt: Instant;
};

/** Tops up the equal batch that is at the location, or opens one there. */
export function receive(world: World, receipt: Receipt): OracleBatch {
  const { line, batchNo, batchId, occurredAt } = receipt;
  if (!world.skus.has(line.skuId)) {
    world.skus.set(line.skuId, {
      skuId: line.skuId,
      spuId: null,
      status: 'active',
      shelfLifeDays: null,
      defaultStrategy: null,
    });
  }
  const cost = parseMoney(line.unitCost);
  const same = [...world.batches.values()].find(
    (batch) => batch.skuId === line.skuId && batch.batchNo === batchNo && batch.locationId === line.locationId,
  );
  if (same !== undefined) {
    expectEqual(`the batch topped up by ${batchNo}`, batchId, same.id);
    if (same.onHand > 0 && same.unitCost !== cost) met(world, 'a batch topped up at another cost');
    same.unitCost = meanCost(same, { quantity: line.quantity, cost });
    move(world, same, { onHand: line.quantity });
    return same;
  }
  if (world.batches.has(batchId))
    throw new Mismatch('a new batch has the id of an earlier one', { expected: 'a new id', actual: batchId });
  const opened: OracleBatch = {
    ...{ id: batchId, skuId: line.skuId, locationId: line.locationId, batchNo, ...identityOf(world, line) },
    ...{ receivedAt: occurredAt, unitCost: cost, onHand: 0, reserved: 0 },
  };
  const elsewhere = [...world.batches.values()].some((each) => each.skuId === line.skuId && each.batchNo === batchNo);
  if (elsewhere) met(world, 'a number opened at another place');
  world.batches.set(batchId, opened);
  levelAt(world, line.skuId, line.locationId);
  move(world, opened, { onHand: line.quantity });
  return opened;
}

/** Weighted by what is on hand; half up at the sixth decimal. */
function meanCost(batch: OracleBatch, added: { quantity: number; cost: bigint }): bigint {
  const [had, more] = [BigInt(batch.onHand), BigInt(added.quantity)];
  if (had + more === 0n) return batch.unitCost;
  const value = batch.unitCost * had + added.cost * more;
  const whole = value / (had + more);
  return 2n * (value - whole * (had + more)) >= had + more ? whole + 1n : whole;
}

export function costText(batch: OracleBatch): string {
  return formatMoney(batch.unitCost);
}
