/** Inbound: purchases and returns bring stock in, all lines in one transaction, once per document number. */
import type {
  Document,
  DocumentGetInput,
  DocumentSummary,
  InboundInput,
  InboundLine,
  InboundListInput,
  InboundType,
} from '@granary/contracts/document';
import type { GranaryError } from '@granary/contracts/error';
import { parseInstant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import { loadBatchesByNumber } from '../persistence/batch-store.ts';
import { ensureLevels } from '../persistence/level-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { returnToSavepoint, setSavepoint } from '../persistence/savepoint.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invariant, notFound, refused, unknownSku } from '../refusal.ts';
import { expiryOf } from '../rules/calendar.ts';
import { addBatches, type Draft } from '../rules/draft.ts';
import { decideReceipts, type Receipt } from '../rules/receive.ts';
import { createDocumentReader } from './document-reader.ts';
import { contentHashOf, documentRow, earlierDocument, recordDocument } from './document-record.ts';
import { type Decision, type Engine, execute, inTheFuture, isFuture } from './execution.ts';
import { skuFact } from './sku-service.ts';
import { loadDraft } from './stock-loader.ts';

export function createInboundService(engine: Engine) {
  const reader = createDocumentReader(engine);

  async function receive(type: InboundType, input: InboundInput, call: Call): Promise<Document> {
    return await execute(engine, {
      procedure: `inbound.${type}`,
      input,
      call,
      lock: { scope: 'document', keys: [`document:${type}:${input.documentNo}`] },
      decide: (tx) => decide(tx, engine, { type, input }),
    });
  }

  return {
    purchase: (input: InboundInput, call: Call): Promise<Document> => receive('purchase', input, call),
    return: (input: InboundInput, call: Call): Promise<Document> => receive('return', input, call),
    get: (input: DocumentGetInput): Promise<Document> => reader.get(input, ['purchase', 'return']),
    list: ({ type, ...page }: InboundListInput): Promise<Page<DocumentSummary>> =>
      reader.list({ ...page, types: type === undefined ? ['purchase', 'return'] : [type] }),
  };
}

interface Inbound {
  readonly type: InboundType;
  readonly input: InboundInput;
}

async function decide(tx: Tx, engine: Engine, { type, input }: Inbound): Promise<Decision<Document>> {
  const skuIds = [...new Set(input.lines.map((line) => line.skuId))];
  const before = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds });
  const contentHash = contentHashOf(input);
  const earlier = await earlierDocument(tx, { type, documentNo: input.documentNo, contentHash });
  if (earlier !== undefined) return { draft: before, outcome: earlier };
  const refusal =
    missingPlace(engine, before, input) ?? (isFuture(input.occurredAt, before.now) ? inTheFuture() : undefined);
  if (refusal !== undefined) return { draft: before, outcome: refused(refusal) };

  await setSavepoint(tx);
  const draft = await loadForReceiving(tx, engine, { input, before });
  const documentId = engine.ports.ids();
  const lines = input.lines.map((line, at) =>
    toReceipt(draft, line, { at, documentNo: input.documentNo, timezone: engine.config.timezone }),
  );
  addBatches(draft, await loadBatchesByNumber(tx, lines));
  const occurredAt = input.occurredAt === undefined ? draft.now : (parseInstant(input.occurredAt) ?? draft.now);
  const kind = type === 'purchase' ? 'receive' : 'return';
  const request = {
    commandId: tx.commandId,
    documentId,
    kind,
    lines,
    occurredAt,
    reason: input.reason ?? null,
  } as const;
  const [outcome] = decideReceipts(draft, [request]);
  invariant(outcome !== undefined, 'a receipt decision answered nothing');
  if (!outcome.ok) {
    // SKUs and levels that only this document would have needed must not outlive its refusal.
    await returnToSavepoint(tx);
    return { draft: before, outcome };
  }
  const row = documentRow(draft, {
    documentId,
    type,
    input,
    contentHash,
    occurredAt,
    lineCount: outcome.answer.length,
    commandId: tx.commandId,
  });
  return { draft, outcome: accepted(recordDocument(draft, { row, lines: outcome.answer, event: 'stock.inbound' })) };
}

function missingPlace(engine: Engine, draft: Draft, input: InboundInput): GranaryError | undefined {
  const stranger = input.lines.find((line) => !draft.skus.has(line.skuId));
  if (stranger !== undefined && !engine.config.autoCreateSku) return unknownSku(stranger.skuId);
  const lost = input.lines.find((line) => !draft.locations.has(line.locationId));
  return lost === undefined ? undefined : notFound('location', lost.locationId);
}

/** The SKU rows are locked before the levels: so a batch number gets one meaning, also across locations. */
async function loadForReceiving(
  tx: Tx,
  engine: Engine,
  { input, before }: { input: InboundInput; before: Draft },
): Promise<Draft> {
  const skuIds = [...new Set(input.lines.map((line) => line.skuId))];
  const pairs = input.lines.map(({ skuId, locationId }) => ({ skuId, locationId }));
  await ensureSkus(tx, skuIds, before.now);
  await ensureLevels(tx, pairs);
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs }, skuIds });
  for (const sku of draft.skus.values()) {
    if (!before.skus.has(sku.skuId) && sku.createdAt === before.now)
      draft.facts.push(skuFact(undefined, sku, tx.commandId));
  }
  return draft;
}

function toReceipt(draft: Draft, line: InboundLine, at: { at: number; documentNo: string; timezone: string }): Receipt {
  const { skuId, locationId, quantity, qualityLevel } = line;
  const shelfLifeDays = draft.skus.get(skuId)?.shelfLifeDays ?? null;
  return {
    ...{ skuId, locationId, quantity, qualityLevel },
    batchNo: line.batchNo ?? `${at.documentNo}-${at.at + 1}`,
    unitCost: parseMoney(line.unitCost),
    producedOn: line.producedOn ?? null,
    expiresAt: expiryOf({ ...line, shelfLifeDays, timezone: at.timezone }),
    attributes: line.attributes ?? null,
  };
}
