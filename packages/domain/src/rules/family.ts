/**
 * The kin of a batch. Splits make children, merges make one batch of several, transfers carry the number to another place:
 * so goods of one lot may lie in batches of many numbers, and a batch may hold goods of several lots.
 */
import type { Kinship } from '@granary/contracts/trace';
import type { BatchRow } from '../entities/batch.ts';

/** `both`: goods came out of it and went back into it, as from a child that was merged into its parent again. */
export type Standing = Kinship | 'both';

export type Kin = Pick<BatchRow, 'batchId' | 'batchNo' | 'splitFrom' | 'mergedInto'>;

/**
 * Of all batches of one SKU that are kin to some: where each of them stands. Goods of an ancestor came into the batch,
 * goods of the batch went into a descendant; what is kin on both sides only (a sibling) shares no goods and is left out.
 */
export function familyOf(batches: readonly Kin[], start: readonly string[]): ReadonlyMap<string, Standing> {
  const byNumber = groupBy(batches, (batch) => batch.batchNo);
  const own = selvesOf(batches, start, byNumber);
  const found = new Map<string, Standing>(own.map((batchId) => [batchId, 'self']));
  walk(own, parentsIn(batches, byNumber), (batchId) => found.set(batchId, 'ancestor'));
  walk(own, childrenIn(batches, byNumber), (batchId) =>
    found.set(batchId, found.get(batchId) === 'ancestor' ? 'both' : 'descendant'),
  );
  return found;
}

/**
 * Where goods of some batches may lie: themselves at every place, and all that they went into. Also what they came from, where they
 * went back there: a child that is merged into its parent again.
 */
export function reachOf(batches: readonly Kin[], start: readonly string[]): ReadonlySet<string> {
  const byNumber = groupBy(batches, (batch) => batch.batchNo);
  const reached = new Set(selvesOf(batches, start, byNumber));
  walk([...reached], childrenIn(batches, byNumber), (batchId) => reached.add(batchId));
  return reached;
}

function selvesOf(batches: readonly Kin[], start: readonly string[], byNumber: Numbers): readonly string[] {
  const named = batches.filter((batch) => start.includes(batch.batchId));
  return [...new Set(named.flatMap((batch) => idsOf(byNumber.get(batch.batchNo))))];
}

function walk(
  from: readonly string[],
  next: (batchId: string) => readonly string[],
  meet: (batchId: string) => void,
): void {
  const seen = new Set(from);
  const queue = [...from];
  for (let batchId = queue.pop(); batchId !== undefined; batchId = queue.pop()) {
    for (const each of next(batchId)) {
      if (seen.has(each)) continue;
      seen.add(each);
      meet(each);
      queue.push(each);
    }
  }
}

type Numbers = ReadonlyMap<string, readonly Kin[]>;

/** What goods of a batch came from: the batch it was split from, those merged into it, and the same number elsewhere. */
function parentsIn(batches: readonly Kin[], byNumber: Numbers): (batchId: string) => readonly string[] {
  const byId = new Map(batches.map((batch) => [batch.batchId, batch]));
  const sources = groupBy(batches, (batch) => batch.mergedInto);
  return (batchId) => {
    const batch = byId.get(batchId);
    const direct = batch?.splitFrom === null || batch === undefined ? [] : [batch.splitFrom];
    return withPlaces([...direct, ...idsOf(sources.get(batchId))], byId, byNumber);
  };
}

/** Where goods of a batch went. */
function childrenIn(batches: readonly Kin[], byNumber: Numbers): (batchId: string) => readonly string[] {
  const byId = new Map(batches.map((batch) => [batch.batchId, batch]));
  const children = groupBy(batches, (batch) => batch.splitFrom);
  return (batchId) => {
    const target = byId.get(batchId)?.mergedInto ?? null;
    return withPlaces([...(target === null ? [] : [target]), ...idsOf(children.get(batchId))], byId, byNumber);
  };
}

function withPlaces(ids: readonly string[], byId: ReadonlyMap<string, Kin>, byNumber: Numbers): readonly string[] {
  return ids.flatMap((id) => idsOf(byNumber.get(byId.get(id)?.batchNo ?? '')));
}

function idsOf(batches: readonly Kin[] | undefined): readonly string[] {
  return (batches ?? []).map((batch) => batch.batchId);
}

function groupBy(batches: readonly Kin[], keyOf: (batch: Kin) => string | null): ReadonlyMap<string, readonly Kin[]> {
  const groups = new Map<string, Kin[]>();
  for (const batch of batches) {
    const key = keyOf(batch);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [batch]);
    else group.push(batch);
  }
  return groups;
}
