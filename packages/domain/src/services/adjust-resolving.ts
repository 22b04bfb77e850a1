/** What the lines of an adjustment or a count mean: their batches, costs, strategies and pieces, with all that they take from or add to loaded. */
import type { AdjustLineInput, AdjustManyInput, AdjustmentType, CountLineInput } from '@granary/contracts/adjustment';
import { parseMoney } from '@granary/contracts/money';
import { levelKey } from '../entities/level.ts';
import { findLastCost, findNewestOpen } from '../persistence/adjustment-store.ts';
import { loadCandidates } from '../persistence/batch-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, type Outcome, present, refused } from '../refusal.ts';
import { type AdjustLine, deltasOf } from '../rules/adjust.ts';
import { addBatches, batchOf, type Draft } from '../rules/draft.ts';
import { firstFrozenConflict } from '../rules/frozen.ts';
import type { Engine } from './execution.ts';
import { nameEntering } from './serials.ts';
import { nameLeaving } from './serials-leaving.ts';
import { chooseStrategy } from './stock-loader.ts';
import { loadTaken, type Standing } from './taken-batches.ts';

export interface Adjusting {
  readonly type: AdjustmentType;
  readonly input: Pick<AdjustManyInput, 'reasonCode' | 'reason' | 'operator' | 'occurredAt' | 'idempotencyKey'>;
  readonly documentNo: string | undefined;
  readonly lines: readonly (AdjustLineInput | CountLineInput)[];
  /** Before the path of a line's field: nothing where the call is one line. */
  readonly pathOf: (at: number) => string;
  readonly grown: readonly string[];
}

/** A line with the place that it means. */
export type Placed = (AdjustLineInput | CountLineInput) & { readonly locationId: string };

export interface Loaded {
  readonly adjusting: Adjusting;
  readonly draft: Draft;
  readonly lines: readonly Placed[];
  readonly documentId: string;
}

/** Loads what each line takes from or adds to. */
export async function resolve(
  tx: Tx,
  engine: Engine,
  { adjusting, draft, lines, standing }: Loaded & { standing: Standing },
): Promise<readonly AdjustLine[]> {
  const resolved = lines.map((line, at): AdjustLine => {
    const path = adjusting.pathOf(at);
    return {
      ...{ skuId: line.skuId, locationId: line.locationId, path },
      batchId: line.batchId === undefined ? undefined : standing(line.batchId)?.batchId,
      wanted: 'delta' in line ? { delta: line.delta } : { counted: line.counted, onHandVersion: line.onHandVersion },
      unitCost: line.unitCost === undefined ? undefined : parseMoney(line.unitCost),
      strategy: chooseStrategy(engine, draft, { skuId: line.skuId, path: `${path}skuId` }),
    };
  });
  await loadTakings(tx, draft, resolved);
  return await withTargets(tx, draft, resolved);
}

/** Enough candidates of each level for all that its lines take away. */
async function loadTakings(tx: Tx, draft: Draft, lines: readonly AdjustLine[]): Promise<void> {
  const needs = new Map<string, { line: AdjustLine; need: number }>();
  const deltas = deltasOf(draft, lines);
  for (const [at, line] of lines.entries()) {
    const delta = line.batchId === undefined ? present(deltas[at], 'a delta') : 0;
    if (delta < 0) needs.set(levelKey(line), { line, need: (needs.get(levelKey(line))?.need ?? 0) - delta });
  }
  for (const { line, need } of needs.values()) {
    const { skuId, locationId, strategy } = line;
    const query = { skuId, locationIds: [locationId], scan: strategy.scan, need, now: draft.now };
    addBatches(draft, await loadCandidates(tx, query));
  }
}

/** The newest open batch of each level that units are added to without a name; and where there is none, the last known cost. */
async function withTargets(tx: Tx, draft: Draft, lines: readonly AdjustLine[]): Promise<readonly AdjustLine[]> {
  const open = new Map<string, boolean>();
  const costs = new Map<string, AdjustLine['lastCost']>();
  const deltas = deltasOf(draft, lines);
  const done: AdjustLine[] = [];
  for (const [at, line] of lines.entries()) {
    const isUnnamed = line.batchId === undefined && present(deltas[at], 'a delta') > 0;
    if (isUnnamed && !open.has(levelKey(line))) {
      const newest = await findNewestOpen(tx, line, draft.now);
      if (newest !== undefined) addBatches(draft, [newest]);
      open.set(levelKey(line), newest !== undefined);
    }
    const isCostUnknown = isUnnamed && line.unitCost === undefined && open.get(levelKey(line)) === false;
    if (isCostUnknown && !costs.has(line.skuId)) costs.set(line.skuId, await findLastCost(tx, line.skuId));
    done.push(isCostUnknown ? { ...line, lastCost: costs.get(line.skuId) } : line);
  }
  return done;
}

/** Pieces of tracked SKUs: those that are added have names, those that are taken away may have. */
export async function namePieces(
  tx: Tx,
  draft: Draft,
  { resolved, said }: { readonly resolved: readonly AdjustLine[]; readonly said: readonly Placed[] },
): Promise<Outcome<readonly AdjustLine[]>> {
  const deltas = deltasOf(draft, resolved);
  const lines = resolved.map((line, at) => ({
    ...line,
    at,
    quantity: present(deltas[at], 'a delta'),
    serials: said[at]?.serials,
  }));
  const entering = lines.filter((line) => line.quantity >= 0);
  const refusal = await nameEntering(tx, draft, { lines: entering, mode: 'left' });
  if (refusal !== undefined) return refused(refusal);
  const leaving = lines.filter((line) => line.quantity < 0);
  const named = await nameLeaving(
    tx,
    draft,
    leaving.map((line) => ({ ...line, quantity: -line.quantity })),
  );
  if (!named.ok) return named;
  const ids = [...named.answer.values()].flat().map((group) => group.batchId);
  await loadTaken(tx, draft, ids);
  const frozen = firstFrozenConflict(ids.map((batchId) => batchOf(draft, batchId)));
  if (frozen !== undefined) return refused(frozen);
  return accepted(resolved.map((line, at) => ({ ...line, groups: named.answer.get(at) })));
}
