/** Transfers: planned, shipped as any other goods that leave, and told. */
import type { Document } from '@granary/contracts/document';
import type {
  OutboundTransferInput,
  Transfer,
  TransferCreateInput,
  TransferMove,
  TransferShipInput,
} from '@granary/contracts/transfer';
import { parseMoney } from '@granary/contracts/money';
import { learnDocument } from './documents.ts';
import { checkPlace, checkStrategy } from './hold-request.ts';
import { assemblyOf } from './making.ts';
import { expectShortLines } from './short-lines.ts';
import { checkOccurred } from './occurrence.ts';
import { leavePieces } from './piece-answer.ts';
import { applyTaking } from './taking-answer.ts';
import { decide, demandsOf, plansOf, wishesOf } from './taking.ts';
import type { TakingLine } from './taking-line.ts';
import type { OracleTransfer, OracleTransferPart } from './transfer-row.ts';
import { expectRepeat, expectTransfer } from './transfer-told.ts';
import { canonical, createRefusals, expectNow, settle, type Outcome, type Refusals } from './verdict.ts';
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
  ship(world, { transfer, input, outcome, refusals });
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
    checkOccurred(world, { occurredAt: input.occurredAt, skuIds: input.lines.map((line) => line.skuId) }, refusals);
    settle(outcome, refusals);
    return;
  }
  const transfer = known ?? planned(input, outcome.ok ? outcome.answer.transfer.id : '');
  if (ship(world, { transfer, input, outcome, refusals })) world.transfers.set(transfer.id, transfer);
}

interface Shipping {
  readonly transfer: OracleTransfer;
  readonly input: Pick<TransferShipInput, 'occurredAt' | 'serials'>;
  readonly outcome: Outcome<TransferMove>;
  readonly refusals: Refusals;
}

/** True when it was shipped now. */
function ship(world: World, { transfer, input, outcome, refusals }: Shipping): boolean {
  const { occurredAt } = input;
  if (transfer.state === 'cancelled') refusals.must.set('INV_010', 'it was cancelled');
  else if (transfer.documentId !== null) {
    if (settle(outcome, refusals)) expectRepeat(world, { transfer, documentId: transfer.documentId }, outcome.answer);
    return false;
  }
  const lines = transfer.lines.map((line, at): TakingLine => ({
    ...line,
    locationId: transfer.fromLocationId,
    serials: input.serials?.find((named) => named.line === at + 1)?.serials,
  }));
  checkChosen(input, lines.length, refusals);
  const skuIds = new Set(lines.map((line) => line.skuId));
  checkOccurred(world, { occurredAt, skuIds }, refusals);
  for (const line of lines) {
    checkPlace(world, line, refusals);
    if (assemblyOf(world, line.skuId) !== undefined) refusals.must.set('INV_010', `${line.skuId} lies on no shelf`);
  }
  const wishes = wishesOf(world, { type: 'transferOut', lines, origins: [] }, refusals);
  if (refusals.must.size > 0) {
    allowExpiry(world, skuIds);
    settle(outcome, refusals);
    return false;
  }
  const answered = outcome.ok ? outcome.answer.document.lines : undefined;
  const demands = demandsOf({ wishes, fromHolds: [], answered });
  const result = decide(world, { type: 'transferOut', demands, told: [] });
  if (result.short !== undefined) refusals.must.set('INV_002', 'short');
  if (!settle(outcome, refusals) || result.short !== undefined) {
    if (result.short !== undefined) expectShortLines(world, outcome, result.short);
    return false;
  }
  const { document } = outcome.answer;
  const { transferNo, operator, reason } = transfer;
  const said = { operator: operator ?? undefined, reason: reason ?? undefined, occurredAt };
  const header = { type: 'transferOut' as const, documentNo: transferNo, content: '' };
  transfer.shippedAt = learnDocument(world, header, { input: said, answer: document, orderNo: null });
  const plans = plansOf({ lines, wishes, fromHolds: [], takes: result.takes, origins: [] });
  applyTaking(world, { lines, plans, owed: [], answer: document });
  leavePieces(world, { lines, rows: document.lines, state: 'inTransit', documentId: document.id });
  transfer.parts = document.lines.map(partOf);
  Object.assign(transfer, {
    state: 'shipped',
    documentId: document.id,
    version: transfer.version + (transfer.state === 'draft' ? 1 : 0),
  });
  expectTransfer(outcome.answer.transfer, transfer);
  return true;
}

/** Each line says once which pieces it means. */
function checkChosen({ serials = [] }: Pick<TransferShipInput, 'serials'>, lines: number, refusals: Refusals): void {
  if (new Set(serials.map((named) => named.line)).size < serials.length)
    refusals.must.set('INV_005', 'pieces of a line said twice');
  if (serials.some((named) => named.line > lines))
    for (const code of ['INV_005', 'INV_007']) refusals.must.set(code, 'no such line');
}

function partOf(row: Document['lines'][number]): OracleTransferPart {
  const { line, skuId, batchId, batchNo, quantity } = row;
  const whereabouts = { received: 0, inTransit: quantity, writtenOff: 0, returned: 0 };
  const pieces = row.serials ?? [];
  return {
    line,
    skuId,
    batchId,
    batchNo,
    unitCost: parseMoney(row.unitCost),
    shipped: quantity,
    pieces,
    ...whereabouts,
  };
}
