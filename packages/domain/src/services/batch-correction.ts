/** batch.update: attributes of a batch, or what its number means wherever it lies. */
import type { Batch } from '@granary/contracts/batch';
import { type BatchUpdateInput, isOfNumber } from '@granary/contracts/batch-life';
import type { Call } from '../call.ts';
import { NEVER } from '../entities/batch.ts';
import { writeBatchFacts } from '../persistence/batch-life-store.ts';
import { loadBatches, loadBatchesByNumber } from '../persistence/batch-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, notFound, present, refused } from '../refusal.ts';
import { expiryInstant } from '../rules/calendar.ts';
import { changesQuality, type Correction, decideCorrection } from '../rules/correct.ts';
import { batchPlace } from '../rules/sealed-attributes.ts';
import { sealedInput } from './attribute-sealing.ts';
import { addBatches, batchOf } from '../rules/draft.ts';
import { batchAfter } from './batch-document.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { expireAt, loadDraft } from './stock-loader.ts';

export function createBatchCorrection(engine: Engine) {
  return async (given: BatchUpdateInput, call: Call): Promise<Batch> => {
    const input = await sealedFor(engine, given);
    return await execute(engine, {
      procedure: 'batch.update',
      input,
      call,
      lock: { scope: 'document', keys: [`batch:${input.batchId}`] },
      decide: (tx, grown) => decide(tx, engine, { input, grown }),
    });
  };
}

/** A batch stays its SKU's. Of one that is not there nothing will be stored but the refused request: sealed for nowhere. */
async function sealedFor(engine: Engine, input: BatchUpdateInput): Promise<BatchUpdateInput> {
  const { attributes, batchId } = input;
  if (attributes === undefined || attributes === null) return input;
  const [named] = await engine.units.read((tx) => loadBatches(tx, [batchId]));
  return sealedInput(engine, input, { place: (name) => batchPlace(named?.skuId ?? '', name) });
}

/** With the SKU row locked no batch of the number opens meanwhile, so the plain reading finds all levels. */
async function decide(
  tx: Tx,
  engine: Engine,
  { input, grown }: { input: BatchUpdateInput; grown: readonly string[] },
): Promise<Decision<Batch>> {
  const { batchId } = input;
  const before = await draftNow(tx, engine);
  const [named] = await loadBatches(tx, [batchId]);
  if (named === undefined || !tx.scope.holds(named.locationId))
    return { draft: before, outcome: refused(notFound('batch', batchId)) };
  const isWide = isOfNumber(input);
  await ensureSkus(tx, [named.skuId], before.now);
  const find = () => (isWide ? loadBatchesByNumber(tx, [named]) : loadBatches(tx, [batchId]));
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: await find() }, skuIds: [], grown });
  const found = await find();
  addBatches(draft, found);
  if (changesQuality(input, named)) {
    await expireAt(
      tx,
      draft,
      found.filter((batch) => batch.reserved > 0),
    );
  }
  const rows = found.map((batch) => batchOf(draft, batch.batchId));
  const outcome = decideCorrection(draft, rows, correctionOf(input, { engine, commandId: tx.commandId }));
  if (!outcome.ok) return { draft, outcome };
  const changed = outcome.answer;
  return {
    draft,
    outcome: accepted(batchAfter(draft, batchId)),
    write: async () => {
      for (const id of changed) {
        const version = present(draft.loaded.batches.get(id), 'a batch as it was loaded').version + 1;
        await writeBatchFacts(tx, { ...batchOf(draft, id), version });
      }
    },
  };
}

function correctionOf(
  { batchId, attributes, producedOn, expiresAt, qualityLevel }: BatchUpdateInput,
  { engine, commandId }: { engine: Engine; commandId: string },
): Correction {
  const { timezone } = engine.config;
  const until = expiresAt === null ? NEVER : expiresAt === undefined ? undefined : expiryInstant(expiresAt, timezone);
  return { commandId, batchId, attributes, producedOn, expiresAt: until, qualityLevel };
}
