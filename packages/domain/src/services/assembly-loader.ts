/** Definitions of bundles and virtual SKUs, as decisions and answers load them: before any level, with what a cap must count. */
import type { AssemblyKind } from '../entities/assembly.ts';
import type { SkuRow } from '../entities/sku.ts';
import { lockAssemblies, readAssemblies, readHeldUnits } from '../persistence/assembly-store.ts';
import type { LevelSet } from '../persistence/level-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { present } from '../refusal.ts';
import type { Draft, LoadedAssembly } from '../rules/draft.ts';
import { loadTaken } from './taken-batches.ts';

/**
 * Locked until the end of the unit, so that nobody changes what a bundle is made of while it is being taken apart. Asked
 * of SKUs that are no plain stock alone: a call on plain stock pays nothing for bundles.
 */
export async function lockDefinitions(tx: Tx, skus: ReadonlyMap<string, SkuRow>): Promise<readonly LoadedAssembly[]> {
  const of = (kind: AssemblyKind) => ({ kind, skuIds: idsOf(skus, kind) });
  const bundles = await lockAssemblies(tx, of('bundle'));
  return await withHeld(tx, [...bundles, ...(await lockAssemblies(tx, of('virtual')))]);
}

/** The same without a lock: for answers. */
export async function readDefinitions(tx: Tx, skus: ReadonlyMap<string, SkuRow>): Promise<readonly LoadedAssembly[]> {
  const skuIds = [...idsOf(skus, 'bundle'), ...idsOf(skus, 'virtual')];
  return await withHeld(tx, await readAssemblies(tx, skuIds));
}

function idsOf(skus: ReadonlyMap<string, SkuRow>, kind: AssemblyKind): readonly string[] {
  return [...skus.values()].filter((sku) => sku.kind === kind).map((sku) => sku.skuId);
}

async function withHeld(
  tx: Tx,
  definitions: Awaited<ReturnType<typeof readAssemblies>>,
): Promise<readonly LoadedAssembly[]> {
  const held = await readHeldUnits(
    tx,
    definitions.filter((each) => each.cap !== null),
  );
  return definitions.map((each) => ({ ...each, held: held.get(each.skuId) ?? 0 }));
}

export function partSkuIds(definitions: readonly LoadedAssembly[]): readonly string[] {
  return [...new Set(definitions.flatMap((each) => each.parts.map((part) => part.partSkuId)))];
}

/** Where a set names a whole, its parts are meant as well. */
export function withShelves({ skuIds, pairs }: LevelSet, definitions: readonly LoadedAssembly[]): LevelSet {
  if (definitions.length === 0) return { skuIds, pairs };
  const parts = new Map(definitions.map((each) => [each.skuId, each.parts.map((part) => part.partSkuId)]));
  const shelves = (skuId: string) => [skuId, ...(parts.get(skuId) ?? [])];
  return {
    skuIds: skuIds.flatMap(shelves),
    pairs: pairs.flatMap(({ skuId, locationId }) => shelves(skuId).map((each) => ({ skuId: each, locationId }))),
  };
}

/** Puts them into the draft; a batch that one stands for is followed to where its goods are now. */
export async function addAssemblies(tx: Tx, draft: Draft, definitions: readonly LoadedAssembly[]): Promise<void> {
  const pinned = definitions.flatMap((each) => each.parts.flatMap((part) => part.batchId ?? []));
  const standing = await loadTaken(tx, draft, pinned);
  for (const definition of definitions) {
    const parts = definition.parts.map((part) =>
      part.batchId === null
        ? part
        : { ...part, batchId: present(standing(part.batchId), 'the batch of a virtual SKU').batchId },
    );
    draft.assemblies.set(definition.skuId, { ...definition, parts });
  }
}
