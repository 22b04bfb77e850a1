/**
 * What stock movements mean for cost. Every kind that changes onHand or a deficit has its say here:
 * - receive, adjust and count upwards: a receipt at the cost that came with it; return, and the reversal of an issue: back at
 *   the cost at which the goods left; settle: what the receipt before it paid back of a deficit
 * - deduct, ship, adjust and count downwards: an issue; deficit: an issue of what is not there; reverse of a receipt: a
 *   reversal of it, of a return: an issue once more
 * - transferOut, transferIn: nothing, as goods on their way are the SKU's like those that lie still; lost on their way: written
 *   off; merge and split: another lot
 */
import type { DocumentType } from '@granary/contracts/document';
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import type { CostEvent, Issue, Receipt } from '../core/event.ts';

/** What changes that come back or are taken back refer to, read within the same unit of work. */
export interface Sources {
  /** What each reversal takes back. */
  readonly reversed: ReadonlyMap<string, { readonly documentId: string; readonly type: DocumentType }>;
  /** For the goods that a document brings back or takes back: the flow of each of its movements, in order. */
  readonly originals: ReadonlyMap<string, readonly (string | undefined)[]>;
  /** The flows that are known to costing, as far as the changes name them. */
  readonly known: (skuId: string, flowId: string) => boolean;
}

export interface MovedCost {
  readonly event: CostEvent;
  readonly change: OnHandChange;
}

/** The events of each SKU, in the order of its movements. */
export function eventsOf(
  changes: readonly OnHandChange[],
  sources: Sources,
  ids: () => string,
): ReadonlyMap<string, readonly MovedCost[]> {
  const bySku = new Map<string, MovedCost[]>();
  const returned = new Map<string, number>();
  for (const [at, change] of changes.entries()) {
    const next = changes[at + 1];
    const settles = next !== undefined && isSettledBy(change, next) ? -next.deficitDelta : 0;
    const before = changes[at - 1];
    const isSettling = change.kind === 'settle' && before !== undefined && isSettledBy(before, change);
    const original = originalOf(change, sources, returned);
    const desk = { change, sources, settles, original, from: before, ids };
    const events = isSettling && before.kind !== 'transferIn' ? [] : meaningOf(desk);
    if (events.length === 0) continue;
    const own = bySku.get(change.skuId) ?? [];
    own.push(...events.map((event) => ({ event, change })));
    bySku.set(change.skuId, own);
  }
  return bySku;
}

/** A settling follows the movement that brought the goods, at the same level and out of the same batch. */
function isSettledBy(came: OnHandChange, next: OnHandChange): boolean {
  return (
    next.kind === 'settle' &&
    came.onHandDelta > 0 &&
    next.skuId === came.skuId &&
    next.locationId === came.locationId &&
    came.version !== null &&
    next.version === came.version + 1
  );
}

/** The movements of a document that has originals stand in the order of its lines. */
function originalOf({ documentId, batchId, kind }: OnHandChange, sources: Sources, returned: Map<string, number>) {
  if (documentId === null || batchId === null || (kind !== 'return' && kind !== 'reverse')) return undefined;
  const at = returned.get(documentId) ?? 0;
  returned.set(documentId, at + 1);
  return sources.originals.get(documentId)?.[at];
}

/** The name of a receipt or an issue: what made it, and its batch. */
export const flowOf = (sourceId: string, batchId: string | null): string => `${sourceId}:${batchId ?? ''}`;

/** The flow that a change begins; undefined where it may be one of an earlier unit of work: of a reservation, of a transfer. */
export function ownFlowOf({ documentId, documentType, batchId }: OnHandChange): string | undefined {
  return documentId === null || documentType === null ? undefined : flowOf(documentId, batchId);
}

interface Moved {
  readonly change: OnHandChange;
  readonly sources: Sources;
  readonly settles: number;
  readonly original: string | undefined;
  /** The movement before it. */
  readonly from: OnHandChange | undefined;
  readonly ids: () => string;
}

function meaningOf(moved: Moved): readonly CostEvent[] {
  const { change } = moved;
  switch (change.kind) {
    case 'receive':
      return [receipt(moved, change.documentType === 'opening' ? 'opening' : 'purchases')];
    case 'adjust':
    case 'count':
      return [change.onHandDelta > 0 ? receipt(moved, 'adjustments') : issue(moved, 'adjustments')];
    case 'return':
      return [comeBack(moved, moved.original, 'cost_of_sales')];
    case 'ship':
    case 'deduct':
      return [issue(moved, accountOf(change.documentType))];
    case 'lost':
      return [issue(moved, 'adjustments')];
    case 'deficit':
      return [{ ...issue(moved, accountOf(change.documentType)), owed: change.deficitDelta }];
    case 'reverse':
      return [reverse(moved)];
    case 'settle':
      return settleFromStock(moved);
    case 'merge':
    case 'split':
      return relabelled(moved);
    case 'transferOut':
    case 'transferIn':
    case 'reserve':
    case 'release':
    case 'expire':
    case 'lock':
    case 'unlock':
      return [];
  }
}

/** Goods sent back to the supplier lower what was bought; damaged ones are written off; all others were consumed. */
function accountOf(type: DocumentType | null): Issue['account'] {
  if (type === 'supplierReturn') return 'purchases';
  return type === 'damage' ? 'adjustments' : 'cost_of_sales';
}

function stamp({ change, ids }: Moved) {
  return { id: ids(), at: change.occurredAt };
}

function flowHere({ change }: Moved): string {
  return flowOf(change.documentId ?? change.reservationId ?? change.commandId, change.batchId);
}

/** The batch number and the expiry that goods come in with. */
function goods({ change: { batchNo: lot, expiresAt } }: Moved) {
  if (lot === null) return {};
  return expiresAt === null ? { lot } : { lot, expiresAt };
}

function receipt(moved: Moved, account: Receipt['account']): CostEvent {
  const { change, settles } = moved;
  const quantity = change.onHandDelta;
  const stated = change.value ?? (change.unitCost === null ? undefined : change.unitCost * BigInt(quantity));
  const value = stated === undefined ? {} : { value: stated };
  const receiptId = flowHere(moved);
  return { type: 'receipt', ...stamp(moved), quantity, ...value, account, receiptId, ...goods(moved), settles };
}

function issue(moved: Moved, account: Issue['account']): Issue {
  const { change } = moved;
  const quantity = change.batchId === null ? change.deficitDelta : -change.onHandDelta - change.inTransitDelta;
  const { lot } = goods(moved);
  const lots = lot === undefined ? {} : { lots: [{ lot, quantity }] };
  return { type: 'issue', ...stamp(moved), quantity, account, issueId: flowHere(moved), ...lots, owed: 0 };
}

/** Goods whose issue costing never saw (it was switched on later) come back at what the document says. */
function comeBack(moved: Moved, flowId: string | undefined, account: Issue['account']): CostEvent {
  const { change, sources, settles } = moved;
  const quantity = change.onHandDelta;
  const isKnown = flowId !== undefined && sources.known(change.skuId, flowId);
  const value = change.unitCost === null ? {} : { value: change.unitCost * BigInt(quantity) };
  const named = isKnown ? { issueId: flowId } : value;
  return { type: 'return', ...stamp(moved), quantity, account, ...named, ...goods(moved), settles };
}

function reverse(moved: Moved): CostEvent {
  const { change, sources, original } = moved;
  const reversed = sources.reversed.get(change.documentId ?? '');
  const account = accountOf(reversed?.type ?? null);
  if (change.batchId === null) {
    const quantity = -change.deficitDelta;
    const flowId = flowOf(reversed?.documentId ?? '', null);
    const named = sources.known(change.skuId, flowId) ? { issueId: flowId } : {};
    return { type: 'return', ...stamp(moved), quantity, account, ...named, settles: quantity };
  }
  if (change.onHandDelta > 0) return comeBack(moved, original, account);
  const isReceipt = original !== undefined && sources.known(change.skuId, original);
  // What a return brought back leaves once more, like any issue; so does what costing never saw come in.
  if (reversed?.type === 'return' || !isReceipt) {
    const again = issue(moved, reversed?.type === 'return' ? 'cost_of_sales' : 'purchases');
    return original === undefined ? again : { ...again, issueId: original };
  }
  const from = reversed?.type === 'opening' ? 'opening' : 'purchases';
  return { type: 'reversal', ...stamp(moved), quantity: -change.onHandDelta, receiptId: original, account: from };
}

/** Goods that were the SKU's already (they were on their way) pay a deficit back: they leave, and come back as what was owed. */
function settleFromStock(moved: Moved): readonly CostEvent[] {
  const quantity = -moved.change.onHandDelta;
  const taken = issue(moved, 'cost_of_sales');
  const { id, issueId = id } = taken;
  const back = { ...stamp(moved), quantity, issueId, settles: quantity };
  return [taken, { type: 'return', ...back }];
}

/** Merge and split are pairs of movements, out of the one batch and into the other. */
function relabelled(moved: Moved): readonly CostEvent[] {
  const { change, from } = moved;
  const quantity = change.onHandDelta;
  if (quantity <= 0 || from?.onHandDelta !== -quantity || from.kind !== change.kind) return [];
  const [old, into] = [from.batchNo, change.batchNo];
  if (old === null || into === null) return [];
  return [{ type: 'relabel', ...stamp(moved), quantity, from: old, to: into, expiresAt: change.expiresAt }];
}
