/** Transfers: planned, shipped as any other goods that leave, and told. */
import type { Document } from '@granary/contracts/document';
import type {
  OutboundTransferInput,
  Transfer,
  TransferCreateInput,
  TransferListInput,
  TransferMove,
  TransferShipInput,
  TransferSummary,
} from '@granary/contracts/transfer';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { checkOccurred, learnDocument, toldNow } from './documents.ts';
import { checkPlace, checkStrategy } from './hold-request.ts';
import { assemblyOf } from './making.ts';
import { met } from './sometimes.ts';
import { applyTaking } from './taking-answer.ts';
import { criteriaOf, decide, demandsOf } from './taking.ts';
import type { TakingLine } from './taking-line.ts';
import type { OracleTransfer, OracleTransferPart } from './transfer-row.ts';
import {
  canonical,
  createRefusals,
  expectEqual,
  expectNow,
  expectShortLines,
  settle,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import { allowExpiry } from './way.ts';
import type { World } from './world.ts';

type Plan = TransferCreateInput | OutboundTransferInput;

export function transferOf(world: World, of: { transferId?: string | undefined; transferNo?: string | undefined }) {
  return [...world.transfers.values()].find((each) =>
    of.transferId === undefined ? each.transferNo === of.transferNo : each.id === of.transferId,
  );
}

export function judgeTransferCreate(world: World, input: TransferCreateInput, outcome: Outcome<Transfer>): void {
  const refusals = createRefusals();
  const known = transferOf(world, { transferNo: input.transferNo });
  if (known === undefined) {
    checkPlan(world, input, refusals);
    checkPlannedBatches(world, input, refusals);
  }
  if (known !== undefined && known.content !== contentOf(input))
    refusals.must.set('INV_008', 'the number has other content');
  if (!settle(outcome, refusals)) return;
  if (known === undefined) learnTransfer(world, input, outcome.answer);
  else expectTransfer(outcome.answer, known);
}

function contentOf(plan: Plan): string {
  return canonical({ ...plan, idempotencyKey: undefined, occurredAt: undefined, serials: undefined });
}

function checkPlan(world: World, plan: Plan, refusals: Refusals): void {
  for (const place of [plan.fromLocationId, plan.toLocationId])
    if (!world.locations.has(place)) refusals.must.set('INV_007', `no location ${place}`);
  for (const { skuId, strategy } of plan.lines) {
    if (!world.skus.has(skuId)) refusals.must.set('INV_001', `no SKU ${skuId}`);
    checkStrategy(world, strategy, refusals);
    if (assemblyOf(world, skuId) !== undefined) refusals.must.set('INV_010', `${skuId} lies on no shelf`);
  }
}

/** Where they lie is asked when they leave. */
function checkPlannedBatches(world: World, { lines }: TransferCreateInput, refusals: Refusals): void {
  for (const { skuId, batchId } of lines) {
    if (batchId === undefined) continue;
    const batch = world.batches.get(batchId);
    if (batch === undefined) refusals.must.set('INV_007', `no batch ${batchId}`);
    else if (batch.skuId !== skuId) refusals.must.set('INV_005', `batch ${batchId} is of another SKU`);
  }
}

function learnTransfer(world: World, plan: Plan, answer: Transfer): OracleTransfer {
  const made = planned(plan, answer.id);
  world.transfers.set(made.id, made);
  expectNow('createdAt', answer.createdAt, world);
  expectTransfer(answer, made);
  return made;
}

function planned(plan: Plan, id: string): OracleTransfer {
  const { transferNo, fromLocationId, toLocationId, expectedAt = null, operator = null, reason = null, lines } = plan;
  return {
    ...{ id, transferNo, fromLocationId, toLocationId, expectedAt, operator, reason, lines, content: contentOf(plan) },
    ...{ state: 'draft', version: 1, documentId: null, shippedAt: null, endReason: null, parts: [] },
  };
}

export function judgeShip(world: World, input: TransferShipInput, outcome: Outcome<TransferMove>): void {
  const refusals = createRefusals();
  const transfer = transferOf(world, input);
  if (transfer === undefined) {
    refusals.must.set('INV_007', 'no such transfer');
    settle(outcome, refusals);
    return;
  }
  ship(world, { transfer, occurredAt: input.occurredAt, outcome, refusals });
}

export function judgeOutboundTransfer(
  world: World,
  input: OutboundTransferInput,
  outcome: Outcome<TransferMove>,
): void {
  const refusals = createRefusals();
  const known = transferOf(world, { transferNo: input.transferNo });
  if (known === undefined) checkPlan(world, input, refusals);
  else if (known.content !== contentOf(input)) refusals.must.set('INV_008', 'the number has other content');
  if (refusals.must.size > 0) {
    checkOccurred(world, input, refusals);
    settle(outcome, refusals);
    return;
  }
  const transfer = known ?? planned(input, outcome.ok ? outcome.answer.transfer.id : '');
  if (ship(world, { transfer, occurredAt: input.occurredAt, outcome, refusals }))
    world.transfers.set(transfer.id, transfer);
}

interface Shipping {
  readonly transfer: OracleTransfer;
  readonly occurredAt: string | undefined;
  readonly outcome: Outcome<TransferMove>;
  readonly refusals: Refusals;
}

/** True when it was shipped now. */
function ship(world: World, { transfer, occurredAt, outcome, refusals }: Shipping): boolean {
  if (transfer.state === 'cancelled') refusals.must.set('INV_010', 'it was cancelled');
  else if (transfer.documentId !== null) {
    if (settle(outcome, refusals)) expectRepeat(world, { transfer, documentId: transfer.documentId }, outcome.answer);
    return false;
  }
  const lines = transfer.lines.map((line): TakingLine => ({ ...line, locationId: transfer.fromLocationId }));
  const skuIds = new Set(lines.map((line) => line.skuId));
  checkOccurred(world, { occurredAt }, refusals);
  for (const line of lines) {
    checkPlace(world, line, refusals);
    if (assemblyOf(world, line.skuId) !== undefined) refusals.must.set('INV_010', `${line.skuId} lies on no shelf`);
  }
  const criteria = lines.map((line) => criteriaOf(world, { type: 'transferOut', line, origin: undefined }, refusals));
  if (refusals.must.size > 0) {
    allowExpiry(world, skuIds);
    settle(outcome, refusals);
    return false;
  }
  const answered = outcome.ok ? outcome.answer.document.lines : undefined;
  const demands = demandsOf({ lines, criteria, fromHolds: [], answered });
  const result = decide(world, { type: 'transferOut', demands, told: [] });
  if (result.short !== undefined) refusals.must.set('INV_002', 'short');
  if (!settle(outcome, refusals) || result.short !== undefined) {
    if (result.short !== undefined) expectShortLines(outcome, result.short);
    return false;
  }
  const { document } = outcome.answer;
  const { transferNo, operator, reason } = transfer;
  const said = { operator: operator ?? undefined, reason: reason ?? undefined, occurredAt };
  const header = { type: 'transferOut' as const, documentNo: transferNo, content: '' };
  transfer.shippedAt = learnDocument(world, header, { input: said, answer: document, orderNo: null });
  const plans = result.takes.map((free) => ({ fromHolds: new Map(), free, origin: undefined }));
  applyTaking(world, { lines, plans, owed: [], answer: document });
  transfer.parts = document.lines.map(partOf);
  Object.assign(transfer, {
    state: 'shipped',
    documentId: document.id,
    version: transfer.version + (transfer.state === 'draft' ? 1 : 0),
  });
  expectTransfer(outcome.answer.transfer, transfer);
  return true;
}

function partOf(row: Document['lines'][number]): OracleTransferPart {
  const { line, skuId, batchId, batchNo, quantity } = row;
  const whereabouts = { received: 0, inTransit: quantity, writtenOff: 0, returned: 0 };
  return { line, skuId, batchId, batchNo, unitCost: parseMoney(row.unitCost), shipped: quantity, ...whereabouts };
}

/** Shipping once more, or receiving a receipt once more: the transfer as it stands now, and the document of the first time. */
export function expectRepeat(
  world: World,
  repeat: { transfer: OracleTransfer; documentId: string | null },
  answer: TransferMove,
): void {
  met(world, 'a step of a transfer repeated');
  const { transfer, documentId } = repeat;
  expectTransfer(answer.transfer, transfer);
  const known = [...world.documents.values()].find((each) => each.id === documentId);
  if (known !== undefined) expectEqual('the document of a repeated step', answer.document, toldNow(known));
}

export function expectTransfer(actual: Transfer, expected: OracleTransfer): void {
  const { id, transferNo, fromLocationId, toLocationId, expectedAt, operator, reason } = expected;
  const { createdAt: _createdAt, endedAt, ...told } = actual;
  const { state, shippedAt, endReason, version, lines } = expected;
  const hasEnded = state === 'done' || state === 'cancelled';
  expectEqual(
    `transfer ${transferNo}`,
    { ...told, expectedAt: told.expectedAt?.slice(0, 19) },
    {
      ...{ id, transferNo, fromLocationId, toLocationId, operator, reason, state, shippedAt, endReason, version },
      expectedAt: expectedAt?.slice(0, 19),
      lines: lines.map(({ skuId, quantity }, at) => {
        const own = expected.parts.filter((part) => part.line === at + 1);
        const batches = own.map(({ batchId, batchNo, unitCost, line: _line, skuId: _sku, ...where }) => ({
          ...{ batchId, batchNo, unitCost: formatMoney(unitCost), ...where },
        }));
        return { line: at + 1, skuId, quantity, ...sumOf(own), batches };
      }),
    },
  );
  expectEqual(`whether transfer ${transferNo} has ended`, endedAt !== null, hasEnded);
}

function sumOf(parts: readonly OracleTransferPart[]) {
  const sum = (of: (part: OracleTransferPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    ...{ shipped: sum((part) => part.shipped), received: sum((part) => part.received) },
    ...{ inTransit: sum((part) => part.inTransit), writtenOff: sum((part) => part.writtenOff) },
    returned: sum((part) => part.returned),
  };
}

export function judgeTransferList(
  world: World,
  input: TransferListInput,
  outcome: Outcome<{ readonly items: readonly TransferSummary[] }>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.transfers.values()].filter(
    (each) =>
      (input.state === undefined || each.state === input.state) &&
      (input.fromLocationId === undefined || each.fromLocationId === input.fromLocationId) &&
      (input.toLocationId === undefined || each.toLocationId === input.toLocationId) &&
      (input.skuId === undefined || each.lines.some((line) => line.skuId === input.skuId)),
  );
  const told = outcome.answer.items.map((row) => `${row.id} ${row.state} ${row.version} ${row.lineCount}`);
  const expected = fits.map((each) => `${each.id} ${each.state} ${each.version} ${each.lines.length}`);
  expectEqual('the transfers listed', told.toSorted(), expected.toSorted());
}
