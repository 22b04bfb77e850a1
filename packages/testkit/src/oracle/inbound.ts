/** Documents that bring goods in: purchases, production, returns and opening balances. */
import type {
  Document,
  InboundInput,
  OpeningInput,
  ProductionInput,
  ReturnInput,
  ReturnLine,
} from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { contentOfDocument, judgeKnown, learnDocument } from './documents.ts';
import { arrive, expectedOf } from './in-transit.ts';
import { checkEntering } from './piece-names.ts';
import { isTracked } from './piece.ts';
import { checkOccurred } from './occurrence.ts';
import { originPartsOf, toldOrigin, type Origin } from './originals.ts';
import { checkReceipts, checkReceiver, identityOf, receive, type Receipt } from './receipt.ts';
import { partsOfHold } from './hold-return.ts';
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
import type { BroughtBack } from './document-row.ts';
import { batchOf, standingFor, type World } from './world.ts';

export type Inbound =
  | { readonly type: 'purchase'; readonly input: InboundInput }
  | { readonly type: 'production'; readonly input: ProductionInput }
  | { readonly type: 'return'; readonly input: ReturnInput }
  | { readonly type: 'opening'; readonly input: OpeningInput };

export function judgeInbound(world: World, call: Inbound, outcome: Outcome<Document>): void {
  const { type, input } = call;
  const refusals = createRefusals();
  const header = { type, documentNo: input.documentNo, content: contentOfDocument(input) };
  const happened = 'asOf' in input ? { ...input, occurredAt: input.asOf } : input;
  const { occurredAt: saidAt } = happened;
  checkOccurred(world, { occurredAt: saidAt, skuIds: input.lines.map((line) => line.skuId) }, refusals);
  for (const line of input.lines) checkReceiver(world, line, refusals);
  if (judgeKnown(world, header, { outcome, refusals })) return;
  if (type === 'opening') checkUnmoved(world, call.input, refusals);
  const expected = type === 'purchase' ? expectedOf(world, call.input, refusals) : undefined;
  const receipts = receiptsOf(world, call, refusals);
  checkReceipts(world, receipts, refusals);
  checkEntering(world, { lines: input.lines, mayHaveLeft: type === 'return' }, refusals);
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  const { answer } = outcome;
  const brought = receipts.flatMap(({ origin, quantity }): BroughtBack[] =>
    origin === undefined ? [] : [{ by: 'return', id: origin.id, line: origin.line, quantity }],
  );
  const occurredAt = learnDocument(world, header, { input: happened, answer, orderNo: null, brought });
  if (answer.lines.length !== receipts.length)
    throw new Mismatch('the number of lines differs', { expected: receipts.length, actual: answer.lines });
  for (const [index, receipt] of receipts.entries()) receiveLine(world, { answer, index, receipt, occurredAt });
  if (expected !== undefined) arrive(world, expected, answer.lines);
}

interface Received {
  readonly answer: Document;
  readonly index: number;
  readonly receipt: Receipt;
  readonly occurredAt: Instant;
}

function receiveLine(world: World, { answer, index, receipt, occurredAt }: Received): void {
  const told = answer.lines[index];
  if (told === undefined) return;
  const { batchId, serials } = told;
  const batch = receive(world, receipt, { batchId, occurredAt, serials, documentId: answer.id });
  if (!isTracked(world, receipt.skuId)) expectEqual('the pieces of goods without names', serials, undefined);
  const { skuId, locationId, quantity, unitCost, origin } = receipt;
  expectEqual(
    `line ${index + 1}`,
    { ...told, batchId: undefined, serials: undefined },
    {
      ...{ line: receipt.at + 1, skuId, locationId, batchNo: batch.batchNo, quantity },
      ...{ unitCost: formatMoney(unitCost), reservationId: origin?.kind === 'reservation' ? origin.id : null },
      original: origin === undefined ? undefined : toldOrigin(origin),
    },
  );
}

/** The books begin once: with an opening balance or without. */
function checkUnmoved(world: World, input: OpeningInput, refusals: Refusals): void {
  const opened = new Set(input.lines.map((line) => line.skuId));
  const moved = [...world.levels.values()].some((level) => level.version > 0 && opened.has(level.skuId));
  if (moved) refusals.must.set('INV_010', 'stock has moved already');
}

function receiptsOf(world: World, { type, input }: Inbound, refusals: Refusals): Receipt[] {
  const { documentNo } = input;
  const plain = (line: ReturnLine | InboundInput['lines'][number], at: number): Receipt => ({
    ...{ skuId: line.skuId, locationId: line.locationId, quantity: line.quantity, at },
    unitCost: parseMoney(line.unitCost ?? '0'),
    batchNo: line.batchNo ?? `${documentNo}-${at + 1}`,
    identity: identityOf(world, { ...line, qualityLevel: line.qualityLevel ?? 'A' }),
    serials: line.serials,
  });
  if (type !== 'return') return input.lines.map(plain);
  const origins = originPartsOf(
    world,
    {
      ...{ lines: input.lines, from: ['sales', 'pick', 'damage', 'supplierReturn'], by: 'return' },
      occurredAt: input.occurredAt,
    },
    refusals,
  );
  const ofHolds = partsOfHold(world, input.lines, refusals);
  return input.lines.flatMap((line, at) => {
    const parts = [...(origins[at] ?? []), ...(ofHolds[at] ?? [])];
    const isNaming = (line.originalDocumentId ?? line.originalDocumentNo ?? line.reservationId) !== undefined;
    return isNaming
      ? parts.map((part, index) => comeBack(world, { line, at, documentNo, part, index }))
      : [plain(line, at)];
  });
}

interface ComingBack {
  readonly line: ReturnLine;
  readonly at: number;
  readonly documentNo: string;
  readonly part: Origin;
  readonly index: number;
}

/** Into the batch that they left, or what took it over; goods of another quality are a batch of their own with the same dates. */
function comeBack(world: World, { line, at, documentNo, part, index }: ComingBack): Receipt {
  const batch = standingFor(world, part.batchId) ?? batchOf(world, part.batchId);
  const qualityLevel = line.qualityLevel ?? batch.qualityLevel;
  if (qualityLevel !== batch.qualityLevel) met(world, 'goods come back in another quality');
  if (batch.id !== part.batchId) met(world, 'goods come back to what took their batch over');
  const own = `${documentNo}-${at + 1}${index === 0 ? '' : `-${index + 1}`}`;
  return {
    ...{ skuId: line.skuId, locationId: line.locationId, quantity: part.quantity, at },
    unitCost: part.unitCost ?? batch.unitCost,
    batchNo: line.batchNo ?? (qualityLevel === batch.qualityLevel ? batch.batchNo : own),
    identity: { qualityLevel, producedOn: batch.producedOn, expiresAt: batch.expiresAt },
    origin: part,
    serials: part.serials,
  };
}
