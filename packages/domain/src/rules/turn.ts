/**
 * A turn is the draft as one call of several sees it: the same stock, as the calls before have left it, and a journal of its
 * own, so that what is recorded and told of a call is what that call did.
 */
import type { Draft } from './draft.ts';
import { heldSince } from './making.ts';

export function openTurn(draft: Draft): Draft {
  return {
    ...draft,
    movements: [],
    changedBatches: new Set(),
    changedHolds: new Set(),
    holdsBefore: new Map(),
    serials: { ...draft.serials, events: [], named: new Map(), settled: { moves: 0 } },
    documents: [],
    documentLines: [],
    onHandChanges: [],
    facts: [],
  };
}

/** Whether anything was decided in it: then the stock that the turns share has changed. */
export function isBegun({ movements, changedBatches, changedHolds, facts }: Draft): boolean {
  return movements.length + changedBatches.size + changedHolds.size + facts.length > 0;
}

/** The turns come into the draft in their order, each once it is decided. */
export function closeTurn(draft: Draft, turn: Draft): void {
  append(draft.movements, turn.movements);
  append(draft.facts, turn.facts);
  append(draft.onHandChanges, turn.onHandChanges);
  append(draft.serials.events, turn.serials.events);
  for (const id of turn.changedBatches) draft.changedBatches.add(id);
  for (const id of turn.changedHolds) draft.changedHolds.add(id);
  // A cap asks what was held when the draft was loaded and what the asking turn has held since.
  for (const [skuId, assembly] of draft.assemblies) {
    if (assembly.cap === null) continue;
    draft.assemblies.set(skuId, { ...assembly, held: assembly.held + heldSince(turn, skuId) });
  }
}

function append<T>(to: T[], more: readonly T[]): void {
  for (const each of more) to.push(each);
}
