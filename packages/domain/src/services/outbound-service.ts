/** Outbound: a sale takes what its order holds, then free stock; all lines or none, once per document number. */
import type {
  Document,
  DocumentGetInput,
  DocumentSummary,
  OutboundListInput,
  SalesInput,
  SalesLine,
} from '@granary/contracts/document';
import { parseInstant } from '@granary/contracts/instant';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import { findHeldOf } from '../persistence/reservation-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invariant, type Outcome, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { decideSales, type SaleRequest } from '../rules/sale.ts';
import type { Demand } from '../rules/shortage.ts';
import { createDocumentReader } from './document-reader.ts';
import { contentHashOf, documentRow, earlierDocument, recordDocument } from './document-record.ts';
import { type Decision, type Engine, execute, inTheFuture, isFuture } from './execution.ts';
import { checkPlace, chooseStrategy, expireInTheWay, loadDemands, loadDraft, pairsOf } from './stock-loader.ts';

export function createOutboundService(engine: Engine) {
  const reader = createDocumentReader(engine);

  async function sales(input: SalesInput, call: Call): Promise<Document> {
    const documentNo = input.documentNo ?? input.orderNo;
    return await execute(engine, {
      procedure: 'outbound.sales',
      input,
      call,
      lock: { scope: 'document', keys: [`document:sales:${documentNo}`, `business:order:${input.orderNo}`] },
      decide: (tx, grown) => decide(tx, engine, { input, documentNo, grown }),
    });
  }

  return {
    sales,
    get: (input: DocumentGetInput): Promise<Document> => reader.get(input, ['sales']),
    list: ({ type: _type, ...input }: OutboundListInput): Promise<Page<DocumentSummary>> =>
      reader.list({ ...input, types: ['sales'] }),
  };
}

interface Sale {
  readonly input: SalesInput;
  readonly documentNo: string;
  readonly grown: readonly string[];
}

async function decide(tx: Tx, engine: Engine, { input, documentNo, grown }: Sale): Promise<Decision<Document>> {
  const contentHash = contentHashOf(input);
  const skuIds = input.lines.map((line) => line.skuId);
  const order = { type: 'order', businessId: input.orderNo } as const;
  const draft = await loadDraft(tx, engine, {
    levels: pairsOf(input.lines),
    skuIds,
    holds: (tx) => findHeldOf(tx, order, skuIds),
    grown,
  });
  const earlier = await earlierDocument(tx, { type: 'sales', documentNo, contentHash });
  if (earlier !== undefined) return { draft, outcome: earlier };
  const refusal = input.lines.map((line) => checkPlace(draft, line)).find((each) => each !== undefined);
  if (refusal !== undefined) return { draft, outcome: refused(refusal) };
  if (isFuture(input.occurredAt, draft.now)) return { draft, outcome: refused(inTheFuture()) };

  const documentId = engine.ports.ids();
  const occurredAt = input.occurredAt === undefined ? draft.now : (parseInstant(input.occurredAt) ?? draft.now);
  const lines = input.lines.map((line, index) => toDemand(engine, draft, { line, index }));
  const request = {
    commandId: tx.commandId,
    documentId,
    orderNo: input.orderNo,
    lines,
    occurredAt,
    reason: input.reason ?? null,
  };
  const outcome = await sell(tx, draft, request);
  if (!outcome.ok) return { draft, outcome };
  const row = documentRow(draft, {
    ...{ documentId, input, contentHash, occurredAt },
    type: 'sales',
    lineCount: outcome.answer.length,
    commandId: tx.commandId,
  });
  return { draft, outcome: accepted(recordDocument(draft, { row, lines: outcome.answer, event: 'stock.outbound' })) };
}

/** A sale that is short first expires the overdue holds in its way, then decides again. */
async function sell(tx: Tx, draft: Draft, request: SaleRequest): Promise<Outcome<readonly DocumentLineRow[]>> {
  await loadDemands(tx, draft, request.lines);
  const [first] = decideSales(draft, [request]);
  invariant(first !== undefined, 'a sale decision answered nothing');
  if (first.ok || first.refusal.kind !== 'insufficientStock') return first;
  if (!(await expireInTheWay(tx, draft, request.lines))) return first;
  const [second] = decideSales(draft, [request]);
  return second ?? first;
}

function toDemand(engine: Engine, draft: Draft, { line, index }: { line: SalesLine; index: number }): Demand {
  const { skuId, quantity, locationId, qualityLevel, minRemainingDays } = line;
  return {
    skuId,
    quantity,
    criteria: { locationId, qualityLevel, minRemainingDays },
    strategy: chooseStrategy(engine, draft, { skuId, strategy: line.strategy, path: `lines.${index}.strategy` }),
  };
}
