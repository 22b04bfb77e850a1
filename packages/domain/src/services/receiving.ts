/** How an inbound document is decided: the SKUs and levels it needs are made, its lines become receipts, and all of them are received or none. */
import type { Document, InboundInput, OpeningInput, ProductionInput, ReturnInput } from '@granary/contracts/document';
import type { GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { ensureLevels, lockLevels } from '../persistence/level-store.ts';
import { returnToSavepoint, setSavepoint } from '../persistence/savepoint.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { Exchange } from '../ports/exchange.ts';
import { accepted, invariant, notFound, type Outcome, refused, unknownSku } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { movedAlready } from '../rules/opening.ts';
import type { Receipt } from '../rules/receipt.ts';
import { decideReceipts } from '../rules/receive.ts';
import { contentHashOf, documentRow, earlierDocument, recordDocument } from './document-record.ts';
import type { Decision, Engine } from './execution.ts';
import { lockExpected, lowerExpected } from './expected.ts';
import { checkOccurrence, occurrenceOf } from './occurrence.ts';
import { loadNumbers } from './number-loader.ts';
import { inBaseCurrency } from './exchanging.ts';
import { plainReceipt } from './plain-receipt.ts';
import { prepareHandlers } from './preparing.ts';
import { returnReceipts } from './returning.ts';
import { recallConflict } from './recall-guard.ts';
import { nameEntering, type NamingLine, settleSerials } from './serials.ts';
import { skuFact } from './sku-service.ts';
import { loadDraft } from './stock-loader.ts';

export type Inbound =
  | { readonly type: 'purchase'; readonly input: InboundInput }
  | { readonly type: 'production'; readonly input: ProductionInput }
  | { readonly type: 'return'; readonly input: ReturnInput }
  | { readonly type: 'opening'; readonly input: OpeningInput };

export async function decideInbound(tx: Tx, engine: Engine, inbound: Inbound): Promise<Decision<Document>> {
  const { type, input } = inbound;
  const skuIds = skuIdsOf(inbound);
  const before = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds });
  const contentHash = contentHashOf(input);
  const earlier = await earlierDocument(tx, { type, documentNo: input.documentNo, contentHash });
  if (earlier !== undefined) return { draft: before, outcome: earlier };
  const refusal = missingPlace(engine, before, inbound);
  if (refusal !== undefined) return { draft: before, outcome: refused(refusal) };

  await setSavepoint(tx);
  const draft = await loadForReceiving(tx, engine, { inbound, before });
  const documentId = engine.ports.ids();
  const occurredAt = occurrenceOf(momentOf(inbound), draft.now);
  // Before what handlers of onHand lock while the receipts are decided.
  const expected = await lockExpected(tx, type === 'purchase' ? input : {});
  const outcome = await receiveAll(tx, engine, { inbound, draft, documentId });
  if (!outcome.ok || !expected.ok) {
    // SKUs and levels that only this document would have needed must not outlive its refusal.
    await returnToSavepoint(tx);
    // Whoever waited for the SKU rows may find its own document posted by now, and be refused for what that one did.
    const posted = await earlierDocument(tx, { type, documentNo: input.documentNo, contentHash });
    return { draft: before, outcome: posted ?? refused(refusalOf(outcome, expected)) };
  }
  await settleSerials(tx, draft, { lines: outcome.answer });
  const row = documentRow(draft, {
    ...{ documentId, type, input, contentHash, occurredAt },
    lineCount: outcome.answer.length,
    commandId: tx.commandId,
  });
  const document = recordDocument(draft, { row, lines: outcome.answer, event: 'stock.inbound' });
  const write = lowerExpected(tx, draft, { expected: expected.answer, lines: outcome.answer });
  return { draft, outcome: accepted(document), ...(write === undefined ? {} : { write }) };
}

/** The first of several outcomes that is a refusal. */
function refusalOf(...outcomes: readonly Outcome<unknown>[]): GranaryError {
  const [first] = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal]));
  invariant(first !== undefined, 'nothing was refused');
  return first;
}

/** An opening balance says `asOf`, as it is no event but a state. */
function momentOf({ type, input }: Inbound): string | undefined {
  return type === 'opening' ? input.asOf : input.occurredAt;
}

function skuIdsOf({ input }: Inbound): readonly string[] {
  return [...new Set(input.lines.map((line) => line.skuId))];
}

function missingPlace(engine: Engine, draft: Draft, { input }: Inbound): GranaryError | undefined {
  const stranger = input.lines.find((line) => !draft.skus.has(line.skuId));
  if (stranger !== undefined && !engine.config.autoCreateSku) return unknownSku(stranger.skuId);
  const lost = input.lines.find((line) => !draft.locations.has(line.locationId));
  if (lost !== undefined) return notFound('location', lost.locationId);
  return ownsNoLevel(
    draft,
    input.lines.map((line) => line.skuId),
  );
}

/**
 * The SKU rows are locked before the levels: so a batch number gets one meaning, also across locations, and of an opening
 * and a receipt of one SKU the second one sees the first. An opening looks at all levels of its SKUs.
 */
async function loadForReceiving(
  tx: Tx,
  engine: Engine,
  { inbound, before }: { inbound: Inbound; before: Draft },
): Promise<Draft> {
  const skuIds = skuIdsOf(inbound);
  const pairs = inbound.input.lines.map(({ skuId, locationId }) => ({ skuId, locationId }));
  const whole = inbound.type === 'opening' ? skuIds : [];
  await ensureSkus(tx, skuIds, before.now);
  // Those that are there in their order first: to lock the named ones and then the ones before them would be out of it.
  await lockLevels(tx, { skuIds: whole, pairs: [] });
  await ensureLevels(tx, pairs);
  const draft = await loadDraft(tx, engine, { levels: { skuIds: whole, pairs }, skuIds });
  for (const sku of draft.skus.values()) {
    if (!before.skus.has(sku.skuId) && sku.createdAt === before.now)
      draft.facts.push(skuFact(undefined, sku, tx.commandId));
  }
  return draft;
}

interface Receiving {
  readonly inbound: Inbound;
  readonly draft: Draft;
  readonly documentId: string;
}

async function receiveAll(
  tx: Tx,
  engine: Engine,
  { inbound, draft, documentId }: Receiving,
): Promise<Outcome<readonly DocumentLineRow[]>> {
  const moment = momentOf(inbound);
  const path = inbound.type === 'opening' ? 'asOf' : 'occurredAt';
  const skuIds = skuIdsOf(inbound);
  const refusal =
    // Once more under the lock of the SKU rows: since they were read, one may have become a bundle.
    ownsNoLevel(draft, skuIds) ??
    (await checkOccurrence(tx, draft.now, { occurredAt: moment, skuIds, path })) ??
    (inbound.type === 'opening' ? movedAlready(draft.levels.values(), skuIds) : undefined);
  if (refusal !== undefined) return refused(refusal);
  const pricing = { exchange: engine.ports.exchange, at: occurrenceOf(moment, draft.now) };
  const receipts = await receiptsOf(tx, draft, { inbound, timezone: engine.config.timezone, ...pricing });
  if (!receipts.ok) return receipts;
  const moves = receipts.answer.map(({ skuId }) => ({ skuId, leaving: 0 }));
  await Promise.all([
    loadNumbers(tx, draft, receipts.answer),
    prepareHandlers(tx, engine, { draft, occurredAt: pricing.at, moves }),
  ]);
  const unnamed =
    inbound.type === 'return' ? undefined : await nameEntering(tx, draft, { lines: pieceLines(inbound), mode: 'new' });
  if (unnamed !== undefined) return refused(unnamed);
  const recalled = await recallConflict(tx, draft, receipts.answer);
  if (recalled !== undefined) return refused(recalled);
  const request = {
    commandId: tx.commandId,
    documentId,
    kind: inbound.type === 'return' ? 'return' : 'receive',
    lines: receipts.answer,
    occurredAt: occurrenceOf(moment, draft.now),
    reason: inbound.input.reason ?? null,
  } as const;
  const [outcome] = decideReceipts(draft, [request]);
  invariant(outcome !== undefined, 'a receipt decision answered nothing');
  return outcome;
}

/** Those of returns are looked at with their originals. */
function pieceLines({ input }: Inbound): readonly NamingLine[] {
  return input.lines.map(({ skuId, quantity, serials }, at) => ({
    skuId,
    quantity,
    serials,
    at,
    path: `lines.${at}.`,
  }));
}

interface Pricing {
  readonly inbound: Inbound;
  readonly timezone: string;
  readonly exchange: Exchange | undefined;
  /** Whose day decides the rate. */
  readonly at: Instant;
}

async function receiptsOf(
  tx: Tx,
  draft: Draft,
  { inbound, timezone, exchange, at }: Pricing,
): Promise<Outcome<readonly Receipt[]>> {
  const { type, input } = inbound;
  if (type === 'return') return await returnReceipts(tx, draft, { input, timezone });
  const { documentNo } = input;
  const receipts = input.lines.map((line, at) => plainReceipt(draft, line, { at, documentNo, timezone }));
  return accepted(await inBaseCurrency(tx, receipts, { lines: input.lines, exchange, at }));
}
