/** How an outbound document is decided: named batches and originals are looked at, then all lines take their stock or none does. */
import type { Document } from '@granary/contracts/document';
import type { GranaryError } from '@granary/contracts/error';
import { hasOriginal, type Originals } from '@granary/contracts/original';
import type { SerialState } from '@granary/contracts/serial';
import type { DocumentLineRow } from '../entities/document.ts';
import { findHeldOf } from '../persistence/reservation-store.ts';
import { returnToSavepoint } from '../persistence/savepoint.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, invariant, type Outcome, refused } from '../refusal.ts';
import { ownsNoLevel } from '../rules/assembly.ts';
import type { Draft } from '../rules/draft.ts';
import { decideSales, type SaleRequest } from '../rules/sale.ts';
import { type Demand, shelfDemands } from '../rules/demand.ts';
import { deficitPlace, openDeficitLevels } from './deficit-place.ts';
import { contentHashOf, documentRow, earlierDocument, recordDocument } from './document-record.ts';
import type { Decision, Engine } from './execution.ts';
import { checkOccurrence, occurrenceOf, tooEarlyFor } from './occurrence.ts';
import { prepareHandlers } from './preparing.ts';
import { nameLeaving } from './serials-leaving.ts';
import { settleSerials } from './serials.ts';
import { findSupplied, lockSupplied, type Supplied } from './supplied.ts';
import { checkShelves, madeOf, shelvesOf, tooManyUnits, wholeOf } from './made.ts';
import { loadDemands } from './demand-loader.ts';
import { chooseStrategy, expireInTheWay, loadDraft, pairsOf } from './stock-loader.ts';
import { checkTaken, loadTaken } from './taken-batches.ts';

export interface TakingLine extends Originals {
  readonly skuId: string;
  readonly quantity: number;
  readonly locationId?: string | undefined;
  readonly strategy?: string | undefined;
  readonly qualityLevel?: string | undefined;
  readonly minRemainingDays?: number | undefined;
  readonly batchId?: string | undefined;
  /** Pieces of a serial-tracked SKU. */
  readonly serials?: string[] | undefined;
}

export interface Outbound {
  readonly type: 'sales' | 'damage' | 'pick' | 'supplierReturn' | 'transferOut';
  readonly input: {
    readonly documentNo?: string | undefined;
    readonly orderNo?: string | undefined;
    readonly occurredAt?: string | undefined;
    readonly supplier?: string | undefined;
    readonly workOrderNo?: string | undefined;
    readonly operator?: string | undefined;
    readonly reason?: string | undefined;
    readonly idempotencyKey?: string | undefined;
    readonly lines: readonly TakingLine[];
  };
}

export interface Taking {
  readonly outbound: Outbound;
  readonly documentNo: string;
  readonly grown: readonly string[];
}

/** Whether what is short may be owed: what a customer or the production was given is gone, whatever the books say. */
const MAY_OWE: ReadonlySet<Outbound['type']> = new Set(['sales', 'pick']);

/** What pieces that leave have become. */
const SHIPPED_AS: Record<Outbound['type'], SerialState> = {
  ...{ sales: 'sold', pick: 'picked', damage: 'scrapped', supplierReturn: 'returnedToSupplier' },
  transferOut: 'inTransit',
};

/** Who sells or picks a bundle means its parts; goods that are damaged or go back are named as they are. */
const MAY_EXPLODE: ReadonlySet<Outbound['type']> = new Set(['sales', 'pick']);

export async function decideOutbound(tx: Tx, engine: Engine, taking: Taking): Promise<Decision<Document>> {
  const { type, input } = taking.outbound;
  const mayOwe = engine.config.allowNegative && MAY_OWE.has(type);
  const isOpening = mayOwe && (await openDeficitLevels(tx, input.lines));
  const decision = await decideTaking(tx, engine, { ...taking, mayOwe });
  // A level that only this document would have owed at must not outlive its refusal; what was expired on the way is kept.
  if (isOpening && !decision.outcome.ok) await returnToSavepoint(tx);
  return decision;
}

async function decideTaking(
  tx: Tx,
  engine: Engine,
  { outbound, documentNo, grown, mayOwe }: Taking & { readonly mayOwe: boolean },
): Promise<Decision<Document>> {
  const { type, input } = outbound;
  const { lines, orderNo } = input;
  const contentHash = contentHashOf(input);
  const skuIds = lines.map((line) => line.skuId);
  const found = await findSupplied(tx, lines);
  const draft = await loadDraft(tx, engine, {
    levels: pairsOf(lines.map((line, at) => ({ ...line, locationId: line.locationId ?? found.placeOf(at) }))),
    skuIds,
    ...(orderNo === undefined
      ? {}
      : { holds: (tx: Tx) => findHeldOf(tx, { type: 'order', businessId: orderNo }, skuIds) }),
    grown,
  });
  const earlier = await earlierDocument(tx, { type, documentNo, contentHash });
  if (earlier !== undefined) return { draft, outcome: earlier };
  const refusal =
    lines.map((line) => checkShelves(draft, line)).find((each) => each !== undefined) ??
    (MAY_EXPLODE.has(type) ? undefined : ownsNoLevel(draft, skuIds)) ??
    (await checkOccurrence(tx, draft.now, { occurredAt: input.occurredAt, skuIds: shelvesOf(draft, skuIds) })) ??
    tooEarlyFor(input.occurredAt, found.originals?.documents ?? []);
  if (refusal !== undefined) return { draft, outcome: refused(refusal) };

  const supplied = await lockSupplied(tx, found, lines);
  if (!supplied.ok) return { draft, outcome: supplied };
  const documentId = engine.ports.ids();
  const occurredAt = occurrenceOf(input.occurredAt, draft.now);
  const wanted = await demandsOf(tx, engine, { outbound, draft, supplied: supplied.answer });
  if (!wanted.ok) return { draft, outcome: wanted };
  const moves = wanted.answer
    .flatMap((demand) => shelfDemands(demand))
    .map(({ skuId, quantity }) => ({ skuId, leaving: quantity }));
  const request = {
    ...{ documentId, occurredAt, commandId: tx.commandId, orderNo: orderNo ?? null },
    reason: input.reason ?? null,
    lines: wanted.answer,
    originals: supplied.answer.map((each) => each?.original),
  };
  const [outcome] = await Promise.all([
    takeAll(tx, draft, { request, mayOwe }),
    prepareHandlers(tx, engine, { draft, occurredAt, moves }),
  ]);
  if (!outcome.ok) return { draft, outcome };
  await settleSerials(tx, draft, { lines: outcome.answer, shippedAs: SHIPPED_AS[type] });
  const row = documentRow(draft, {
    ...{ documentId, type, input, contentHash, occurredAt },
    lineCount: outcome.answer.length,
    commandId: tx.commandId,
  });
  return { draft, outcome: accepted(recordDocument(draft, { row, lines: outcome.answer, event: 'stock.outbound' })) };
}

export interface Wanting {
  readonly outbound: Outbound;
  readonly draft: Draft;
  readonly supplied: readonly (Supplied | undefined)[];
}

/** A line of an original takes from the batch that stands for it now, a named batch from that one, any other by its strategy. */
export async function demandsOf(
  tx: Tx,
  engine: Engine,
  { outbound, draft, supplied }: Wanting,
): Promise<Outcome<readonly Demand[]>> {
  const { type, input } = outbound;
  const named = input.lines.map((line, at) => supplied[at]?.batchId ?? line.batchId);
  const standing = await loadTaken(tx, draft, named);
  const pieces = await nameLeaving(
    tx,
    draft,
    input.lines.map((line, at) => ({
      ...{ ...line, at, path: `lines.${at}.` },
      batchId: standing(named[at] ?? '')?.batchId,
    })),
  );
  if (!pieces.ok) return pieces;
  await loadTaken(
    tx,
    draft,
    [...pieces.answer.values()].flat().map((group) => group.batchId),
  );
  const evenExpired = type === 'damage' || type === 'supplierReturn';
  const demands: Demand[] = [];
  for (const [at, line] of input.lines.entries()) {
    const batchId = named[at];
    const taken = batchId === undefined ? undefined : standing(batchId);
    const refusal: GranaryError | undefined =
      batchId === undefined
        ? undefined
        : checkTaken(draft, { line, batch: taken, batchId, at, evenExpired, isOriginal: hasOriginal(line) });
    if (refusal !== undefined) return refused(refusal);
    const { skuId, quantity, locationId, qualityLevel, minRemainingDays } = line;
    const batches = taken === undefined ? {} : { batchIds: [taken.batchId], evenExpired };
    const issues = tooManyUnits(draft, line, `lines.${at}.quantity`);
    if (issues.length > 0) return refused(invalidInput(issues));
    const asked = { skuId, strategy: line.strategy, path: `lines.${at}.strategy` };
    const strategy = chooseStrategy(engine, draft, asked);
    const criteria = { locationId, qualityLevel, minRemainingDays, ...batches };
    const groups = pieces.answer.get(at);
    if (groups === undefined) {
      demands.push({ at, skuId, quantity, criteria, strategy, ...wholeOf(madeOf(engine, draft, asked)) });
      continue;
    }
    for (const group of groups) {
      const batch = standing(group.batchId);
      const of = { line, batch, batchId: group.batchId, at, evenExpired, isOriginal: true };
      const misfit = checkTaken(draft, of);
      if (misfit !== undefined) return refused(misfit);
      const only = { ...criteria, batchIds: [group.batchId], evenExpired };
      demands.push({ at, skuId, quantity: group.quantity, criteria: only, strategy });
    }
  }
  // Whoever names pieces takes them before others take what is nearest.
  const isNamed = ({ at = -1 }: Demand) => pieces.answer.has(at);
  return accepted([...demands.filter(isNamed), ...demands.filter((demand) => !isNamed(demand))]);
}

/** What is short first expires the overdue holds in its way, then is decided again; only then it may be owed. */
export async function takeAll(
  tx: Tx,
  draft: Draft,
  { request, mayOwe }: { request: SaleRequest; mayOwe: boolean },
): Promise<Outcome<readonly DocumentLineRow[]>> {
  await loadDemands(tx, draft, request.lines);
  const first = decide(draft, request);
  if (first.ok || first.refusal.kind !== 'insufficientStock') return first;
  const hasExpired = await expireInTheWay(tx, draft, request.lines);
  if (!hasExpired && !mayOwe) return first;
  const deficitAt = mayOwe ? (line: Demand) => deficitPlace(draft, line) : undefined;
  return decide(draft, { ...request, deficitAt });
}

function decide(draft: Draft, request: SaleRequest): Outcome<readonly DocumentLineRow[]> {
  const [outcome] = decideSales(draft, [request]);
  invariant(outcome !== undefined, 'a decision about an outbound answered nothing');
  return outcome;
}
