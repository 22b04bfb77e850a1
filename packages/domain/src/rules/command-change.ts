/** What the record of a command says beside its request: what it changed where no ledger tells, and of which SKUs. */
import type { AggregateKind } from '@granary/contracts/event';
import type { Fact } from '../entities/outbox.ts';
import type { Draft } from './draft.ts';

export interface Change {
  readonly before?: unknown;
  readonly after?: unknown;
}

/** With movements the ledger tells; without, and where the decision itself says nothing, its facts do: the outbox forgets them. */
export function changeOf(draft: Pick<Draft, 'movements' | 'facts'>, told: Change): Change {
  if (told.before !== undefined) return told;
  if (told.after !== undefined) {
    // A decision may tell what it made and say nothing of what it changed on the way.
    const changed = draft.facts.filter((fact) => fact.before !== undefined && fact.before !== null);
    return changed.length === 0 ? told : { ...told, before: changed.map((fact) => sideOf(fact, 'before')) };
  }
  if (draft.movements.length > 0 || draft.facts.length === 0) return {};
  return {
    before: draft.facts.map((fact) => sideOf(fact, 'before')),
    after: draft.facts.map((fact) => sideOf(fact, 'after')),
  };
}

function sideOf({ kind, id, ...fact }: Fact, side: 'before' | 'after'): unknown {
  return { kind, id, value: fact[side] ?? null };
}

const NAMED_BY_SKU: ReadonlySet<AggregateKind> = new Set(['sku', 'assembly', 'level', 'levelSettings']);

/** The SKUs that the draft moved or changed, and those that the input names: who asked for them in vain is found as well. */
export function skusOf(draft: Draft | undefined, input: unknown): readonly string[] {
  const found = new Set<string>(named(input));
  if (draft !== undefined) addTouched(found, draft);
  return found.size === 1 ? [...found] : [...found].toSorted();
}

function addTouched(found: Set<string>, draft: Draft): void {
  const add = (row: { readonly skuId: string } | undefined) => {
    if (row !== undefined) found.add(row.skuId);
  };
  draft.movements.forEach(add);
  for (const id of draft.changedBatches) add(draft.batches.get(id));
  for (const id of draft.changedHolds) {
    const hold = draft.holds.get(id);
    add(hold);
    hold?.lines.forEach(add);
  }
  draft.documentLines.forEach(add);
  for (const { kind, id } of draft.facts) {
    if (NAMED_BY_SKU.has(kind)) found.add(typeof id === 'string' ? id : id[0]);
  }
}

/** Both are validated inputs: `skuId`, and that of every line. */
function named(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  const lines: unknown = 'lines' in input ? input.lines : undefined;
  const own = 'skuId' in input && typeof input.skuId === 'string' ? [input.skuId] : [];
  return Array.isArray(lines) ? [...own, ...lines.flatMap(named)] : own;
}
