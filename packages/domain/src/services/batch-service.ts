/** Batches: created by hand, read. Receipts open and top them up through inbound. */
import type { OpenedAttributes } from '@granary/contracts/attributes';
import type { Batch, BatchCreateInput, BatchListInput } from '@granary/contracts/batch';
import type { GranaryError } from '@granary/contracts/error';
import { parseMoney } from '@granary/contracts/money';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import { loadBatches, loadBatchesByNumber } from '../persistence/batch-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { ensureLevels } from '../persistence/level-store.ts';
import { listBatches } from '../persistence/list-store.ts';
import { pageOf } from '../persistence/page.ts';
import { returnToSavepoint, setSavepoint } from '../persistence/savepoint.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, notFound, numberTaken, refused, unknownSku } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import { toBatch } from '../rules/batch-answer.ts';
import { expiryOf } from '../rules/calendar.ts';
import type { Draft } from '../rules/draft.ts';
import type { Receipt } from '../rules/receipt.ts';
import { overflow, receive } from '../rules/receive.ts';
import { batchPlace } from '../rules/sealed-attributes.ts';
import { owing } from '../rules/settle-deficit.ts';
import { refusesBatches } from '../rules/validate.ts';
import { opened, sealedInput } from './attribute-sealing.ts';
import { createBatchCorrection } from './batch-correction.ts';
import { createBatchExpiry } from './batch-expiry.ts';
import { createBatchMerge } from './batch-merge.ts';
import { createBatchSplit } from './batch-split.ts';
import { type Decision, type Engine, execute } from './execution.ts';
import { createRecall } from './recall.ts';
import { nameEntering } from './serials.ts';
import { skuFact } from './sku-service.ts';
import { loadDraft } from './stock-loader.ts';
import { createTrace } from './trace.ts';

export function createBatchService(engine: Engine) {
  async function create(given: BatchCreateInput, call: Call): Promise<Batch> {
    const input = sealedInput(engine, given, { place: (name) => batchPlace(given.skuId, name) });
    return await execute(engine, {
      procedure: 'batch.create',
      input,
      call,
      lock: { scope: 'document', keys: [`sku:${input.skuId}`] },
      decide: (tx) => decide(tx, engine, input),
    });
  }

  async function get({ batchId }: { batchId: string }): Promise<Batch> {
    return await engine.units.read(async (tx) => {
      const [row] = await loadBatches(tx, [batchId]);
      if (row === undefined || !tx.scope.holds(row.locationId)) throw notFound('batch', batchId);
      return toBatch(row);
    });
  }

  /** With what is sealed of them opened. Throws INV_012 while a key is missing. */
  async function attributes(input: { batchId: string }): Promise<OpenedAttributes> {
    const batch = await get(input);
    return { attributes: opened(engine, batch.attributes, (name) => batchPlace(batch.skuId, name)) };
  }

  async function list(input: BatchListInput): Promise<Page<Batch>> {
    return await engine.units.read(async (tx) => {
      const page = await pageOf({
        list: 'batches',
        input,
        load: (after, limit) => listBatches(tx, { input, after, limit }),
        keyOf: (row) => [row.batchId],
      });
      return { items: page.items.map(toBatch), nextCursor: page.nextCursor };
    });
  }

  return {
    ...{ create, get, attributes, list, trace: createTrace(engine).ofBatch, recall: createRecall(engine) },
    ...{ merge: createBatchMerge(engine), split: createBatchSplit(engine), update: createBatchCorrection(engine) },
    expireDue: createBatchExpiry(engine),
  };
}

/** The SKU row is locked before the level, as in every receipt: a number is the SKU's, wherever it lies. */
async function decide(tx: Tx, engine: Engine, input: BatchCreateInput): Promise<Decision<Batch>> {
  const { skuId, locationId } = input;
  const before = await loadDraft(tx, engine, {
    levels: { skuIds: [], pairs: [] },
    skuIds: [skuId],
  });
  const refusal = await refuses(tx, engine, { before, input });
  if (refusal !== undefined) return { draft: before, outcome: refused(refusal) };
  await setSavepoint(tx);
  await ensureSkus(tx, [skuId], before.now);
  await ensureLevels(tx, [{ skuId, locationId }]);
  const draft = await loadDraft(tx, engine, {
    levels: { skuIds: [], pairs: [{ skuId, locationId }] },
    skuIds: [skuId],
  });
  const receipt = toReceipt(draft, input, engine.config.timezone);
  const taken = (await loadBatchesByNumber(tx, [input])).length > 0 ? numberTaken(input) : undefined;
  const pieces = [{ skuId, quantity: input.quantity, serials: input.serials, at: 0, path: '' }];
  const late =
    ownsNoLevel(draft, [skuId]) ??
    taken ??
    overflow(draft, [receipt]) ??
    owing(draft, receipt) ??
    (await nameEntering(tx, draft, { lines: pieces, mode: 'new' })) ??
    refusesBatches(draft, [{ path: '', of: receipt }]);
  if (late !== undefined) {
    await returnToSavepoint(tx);
    return { draft: before, outcome: refused(late) };
  }
  const sku = draft.skus.get(skuId);
  // One that another call has made since is told of by that one.
  if (sku !== undefined && !before.skus.has(skuId) && sku.createdAt === before.now)
    draft.facts.push(skuFact(undefined, sku, tx.commandId));
  const { commandId } = tx;
  const batch = receive(draft, receipt, { commandId, kind: 'receive', occurredAt: draft.now, reason: 'batch created' });
  const answer = { ...toBatch(batch), version: 1 };
  return { draft, outcome: accepted(answer), after: answer };
}

function toReceipt(draft: Draft, input: BatchCreateInput, timezone: string): Receipt {
  const { skuId, locationId, batchNo, quantity, qualityLevel, producedOn, expiresAt } = input;
  const shelfLifeDays = draft.skus.get(skuId)?.shelfLifeDays ?? null;
  return {
    ...{ skuId, locationId, batchNo, quantity, qualityLevel },
    unitCost: parseMoney(input.unitCost),
    producedOn: producedOn ?? null,
    expiresAt: expiryOf({ producedOn, expiresAt, shelfLifeDays, timezone }),
    attributes: input.attributes ?? null,
  };
}

async function refuses(
  tx: Tx,
  engine: Engine,
  { before, input }: { before: Draft; input: BatchCreateInput },
): Promise<GranaryError | undefined> {
  if (!before.skus.has(input.skuId) && !engine.config.autoCreateSku) return unknownSku(input.skuId);
  const wholly = ownsNoLevel(before, [input.skuId]);
  if (wholly !== undefined) return wholly;
  if (!before.locations.has(input.locationId)) return notFound('location', input.locationId);
  return (await loadBatchesByNumber(tx, [input])).length > 0 ? numberTaken(input) : undefined;
}
