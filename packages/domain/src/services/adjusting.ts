/** How an adjustment or a count is decided: places and batches are found and held still, then every line is done or none. */
import type { AdjustLineInput, AdjustmentDocument, CountLineInput } from '@granary/contracts/adjustment';
import type { GranaryError } from '@granary/contracts/error';
import { DEFAULT_LOCATION_ID } from '@granary/contracts/identifier';
import { levelKey } from '../entities/level.ts';
import { loadBatches } from '../persistence/batch-store.ts';
import { ensureSkus } from '../persistence/catalog-store.ts';
import { ensureLevels, lockLevels, readLevels } from '../persistence/level-store.ts';
import { returnToSavepoint, setSavepoint } from '../persistence/savepoint.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invalidInput, notFound, type Outcome, refused, unknownSku } from '../refusal.ts';
import { type Adjusted, decideAdjustment } from '../rules/adjust.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { frozenConflict } from '../rules/frozen.ts';
import { type FailedLine, gathered } from '../rules/line-failures.ts';
import { type Adjusting, type Loaded, namePieces, type Placed, resolve } from './adjust-resolving.ts';
import { earlierAdjustment, recorded } from './adjustment-record.ts';
import { contentHashOf } from './document-record.ts';
import type { Decision, Engine } from './execution.ts';
import { checkOccurrence, occurrenceOf } from './occurrence.ts';
import { settleSerials } from './serials.ts';
import { expireInTheWay, loadDraft } from './stock-loader.ts';
import { loadTaken, type Standing } from './taken-batches.ts';

export async function decideAdjusting(
  tx: Tx,
  engine: Engine,
  adjusting: Adjusting,
): Promise<Decision<AdjustmentDocument>> {
  const { type, input, documentNo } = adjusting;
  const lines = await placed(tx, adjusting.lines);
  const skuIds = [...new Set(lines.map((line) => line.skuId))];
  const before = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds });
  const said = { ...input, documentNo, lines: adjusting.lines };
  const contentHash = contentHashOf(said);
  if (documentNo !== undefined) {
    const earlier = await earlierAdjustment(tx, { type, documentNo, contentHash });
    if (earlier !== undefined) return { draft: before, outcome: earlier };
  }
  const refusal = gathered(lines.flatMap((line, at) => misplaced(before, line, at))) ?? countedTwice(lines, adjusting);
  if (refusal !== undefined) return { draft: before, outcome: refused(refusal) };

  const isOpening = await openLevels(tx, before, lines);
  const levels = { skuIds: [], pairs: lines.map(({ skuId, locationId }) => ({ skuId, locationId })) };
  const draft = await loadDraft(tx, engine, { levels, skuIds, grown: adjusting.grown });
  const documentId = engine.ports.ids();
  const outcome = await adjustAll(tx, engine, { adjusting, draft, lines, documentId });
  if (!outcome.ok) {
    // A level that only this call would have needed must not outlive its refusal.
    if (isOpening) await returnToSavepoint(tx);
    // Whoever waited for the levels may find its own document posted by now, and be refused for what that one did.
    const posted =
      documentNo === undefined ? undefined : await earlierAdjustment(tx, { type, documentNo, contentHash });
    // The holds that it expired on its way stay expired; levels that it opened have no movement and are not written.
    return { draft, outcome: posted ?? outcome };
  }
  await settleSerials(tx, outcome.answer.draft, { lines: outcome.answer.lines });
  return recorded(tx, outcome.answer, { adjusting, contentHash, documentId });
}

/** A batch never changes its place, so it may be asked before anything is locked. */
async function placed(tx: Tx, lines: readonly (AdjustLineInput | CountLineInput)[]): Promise<readonly Placed[]> {
  const named = await loadBatches(
    tx,
    lines.flatMap((line) => (line.locationId === undefined ? (line.batchId ?? []) : [])),
  );
  const places = new Map(named.map(({ batchId, locationId }) => [batchId, locationId]));
  return lines.map((line) => ({
    ...line,
    locationId: line.locationId ?? places.get(line.batchId ?? '') ?? DEFAULT_LOCATION_ID,
  }));
}

function misplaced(draft: Draft, line: Placed, at: number): FailedLine[] {
  const { skuId, locationId, batchId } = line;
  const refusal = draft.skus.has(skuId) ? ownsNoLevel(draft, [skuId]) : unknownSku(skuId);
  if (refusal !== undefined) return [{ line: at + 1, refusal }];
  if (draft.locations.has(locationId)) return [];
  // A batch of elsewhere is as unknown as its place.
  const isByBatch = batchId !== undefined && !draft.scope.holds(locationId);
  return [{ line: at + 1, refusal: isByBatch ? notFound('batch', batchId) : notFound('location', locationId) }];
}

/** What was counted twice has no one answer; a level and a batch of it are counted twice as well. */
function countedTwice(lines: readonly Placed[], { type, pathOf }: Adjusting): GranaryError | undefined {
  if (type !== 'count') return undefined;
  const seen = new Map<string, Set<string | null>>();
  const issues = lines.flatMap((line, at) => {
    const batchId = line.batchId ?? null;
    const others = seen.get(levelKey(line)) ?? new Set();
    const isTwice = others.has(batchId) || others.has(null) || (batchId === null && others.size > 0);
    seen.set(levelKey(line), others.add(batchId));
    const message = 'is counted by another line as well';
    return isTwice ? [{ path: `${pathOf(at)}${batchId === null ? 'skuId' : 'batchId'}`, message }] : [];
  });
  return issues.length === 0 ? undefined : invalidInput(issues);
}

/**
 * Levels that lines would add to and that are not there. As in a receipt the SKU rows are locked before: an opening balance
 * then sees this call or this call sees it.
 */
async function openLevels(tx: Tx, draft: Draft, lines: readonly Placed[]): Promise<boolean> {
  const adding = lines.filter((line) => ('delta' in line ? line.delta > 0 : line.counted > 0));
  if (adding.length === 0) return false;
  const known = new Set((await readLevels(tx, { skuIds: [], pairs: adding })).map(levelKey));
  const missing = adding.filter((line) => !known.has(levelKey(line)));
  if (missing.length === 0) return false;
  await setSavepoint(tx);
  await ensureSkus(tx, [...new Set(missing.map((line) => line.skuId))], draft.now);
  // Those that are there in their order before: a new one may stand before some of them, or behind.
  await lockLevels(tx, { skuIds: [], pairs: lines });
  await ensureLevels(
    tx,
    missing.map(({ skuId, locationId }) => ({ skuId, locationId })),
  );
  return true;
}

async function adjustAll(tx: Tx, engine: Engine, loaded: Loaded): Promise<Outcome<Adjusted>> {
  const { adjusting, draft, lines, documentId } = loaded;
  const { type, input } = adjusting;
  const skuIds = lines.map((line) => line.skuId);
  const late =
    ownsNoLevel(draft, skuIds) ??
    (await checkOccurrence(tx, draft.now, { occurredAt: input.occurredAt, skuIds: [...new Set(skuIds)] }));
  if (late !== undefined) return refused(late);
  const standing = await loadTaken(
    tx,
    draft,
    lines.map((line) => line.batchId),
  );
  const misnamed = gathered(lines.flatMap((line, at) => unfit(draft, { line, at, standing, adjusting })));
  if (misnamed !== undefined) return refused(misnamed);
  // Batches that were merged are one by now.
  const stand = ({ batchId = '', ...line }: Placed) => ({ ...line, batchId: standing(batchId)?.batchId });
  const merged = countedTwice(lines.map(stand), adjusting);
  if (merged !== undefined) return refused(merged);
  const pieces = await namePieces(tx, draft, {
    resolved: await resolve(tx, engine, { ...loaded, standing }),
    said: lines,
  });
  if (!pieces.ok) return pieces;
  const resolved = pieces.answer;
  const request = {
    kind: type === 'count' ? ('count' as const) : ('adjust' as const),
    ...{ documentId, commandId: tx.commandId, lines: resolved },
    occurredAt: occurrenceOf(input.occurredAt, draft.now),
    reason: input.reason ?? input.reasonCode,
  };
  const first = decideAdjustment(draft, request);
  if (first.ok || first.refusal.kind !== 'insufficientStock') return first;
  const short = resolved.map(({ skuId, locationId, strategy }) => ({
    ...{ skuId, strategy, quantity: 1 },
    criteria: { locationId },
  }));
  return (await expireInTheWay(tx, draft, short)) ? decideAdjustment(draft, request) : first;
}

interface Naming {
  readonly line: Placed;
  readonly at: number;
  readonly standing: Standing;
  readonly adjusting: Adjusting;
}

/** Whether a named batch is what the caller thinks it is; expired ones may be corrected like any. */
function unfit(draft: Draft, { line, at, standing, adjusting }: Naming): FailedLine[] {
  if (line.batchId === undefined) return [];
  const batch = standing(line.batchId);
  const issue = (message: string) => invalidInput([{ path: `${adjusting.pathOf(at)}batchId`, message }]);
  const refusal =
    batch === undefined || !draft.scope.holds(batch.locationId)
      ? notFound('batch', line.batchId)
      : batch.skuId !== line.skuId
        ? issue(`batch ${line.batchId} is of another SKU`)
        : batch.locationId !== line.locationId
          ? issue(`batch ${line.batchId} lies at another location`)
          : frozenConflict(batch);
  return refusal === undefined ? [] : [{ line: at + 1, refusal }];
}
