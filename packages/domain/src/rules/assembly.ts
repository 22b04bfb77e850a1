/** What a SKU that is made of others cannot do, and what may not become one. */
import type { GranaryError } from '@granary/contracts/error';
import type { Assembly, AssemblyKind } from '../entities/assembly.ts';
import type { LevelRow } from '../entities/level.ts';
import type { SkuRow } from '../entities/sku.ts';
import { invalidState, quote } from '../refusal.ts';
import type { Draft } from './draft.ts';

const nouns: Record<AssemblyKind, string> = { bundle: 'a bundle', virtual: 'virtual' };

/** The first of these SKUs that owns no level: it takes no inbound, no settings and nothing else that a level has. */
export function ownsNoLevel(draft: Pick<Draft, 'skus'>, skuIds: Iterable<string>): GranaryError | undefined {
  for (const skuId of skuIds) {
    const sku = draft.skus.get(skuId);
    if (sku !== undefined && sku.kind !== 'stock') return withoutStock(sku.skuId, sku.kind);
  }
  return undefined;
}

function withoutStock(skuId: string, kind: AssemblyKind): GranaryError {
  return invalidState({
    noun: 'SKU',
    id: skuId,
    state: kind,
    message: `SKU ${quote(skuId)} is ${nouns[kind]} and has no stock of its own.`,
    hint: `Name the SKUs that it is taken from; ${kind}.get tells which.`,
  });
}

/** A part lies on shelves: wholes are not nested. */
export function nested(sku: SkuRow): GranaryError | undefined {
  if (sku.kind === 'stock') return undefined;
  return invalidState({
    noun: 'SKU',
    id: sku.skuId,
    state: sku.kind,
    message: `SKU ${quote(sku.skuId)} is itself ${nouns[sku.kind]} and cannot be part of another SKU.`,
    hint: 'Name the SKUs that it is taken from instead.',
  });
}

/** What has goods, owes some, or is a part of something, goes on lying on shelves. */
export function cannotBecome(
  skuId: string,
  at: {
    readonly kind: AssemblyKind;
    readonly levels: readonly LevelRow[];
    /** What it is a part of. */
    readonly whole: string | undefined;
    /** Whether goods of it are between two places. */
    readonly isMoving: boolean;
  },
): GranaryError | undefined {
  const isStocked = at.isMoving || at.levels.some((level) => level.onHand > 0 || level.deficit > 0);
  const why = isStocked ? 'has stock of its own' : at.whole === undefined ? undefined : `is part of ${quote(at.whole)}`;
  if (why === undefined) return undefined;
  return invalidState({
    noun: 'SKU',
    id: skuId,
    state: isStocked ? 'stocked' : 'component',
    message: `SKU ${quote(skuId)} ${why} and cannot become ${nouns[at.kind]}.`,
    hint: isStocked ? 'Choose a SKU that never had stock, or sell what there is first.' : 'Choose another SKU.',
  });
}

/** What callers and events are told of a definition. */
export function toBundle({ skuId, parts, state, version, createdAt, updatedAt }: Assembly) {
  const components = parts.map(({ partSkuId, quantity }) => ({ skuId: partSkuId, quantity }));
  return { skuId, components, state, version, createdAt, updatedAt };
}

export function toVirtual({ skuId, parts, cap, state, version, createdAt, updatedAt }: Assembly) {
  const [part] = parts;
  return {
    ...{ skuId, realSkuId: part?.partSkuId ?? '', batchId: part?.batchId ?? null, ratio: part?.quantity ?? 1, cap },
    ...{ state, version, createdAt, updatedAt },
  };
}
