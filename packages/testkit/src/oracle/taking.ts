/** Stock that leaves by a document: a sale takes its order's holds first; all lines or none, and with deficits allowed what is not there is owed. */
import type { Document, DocumentType } from '@granary/contracts/document';
import type { SerialState } from '@granary/contracts/serial';
import type { Criteria } from './allocation.ts';
import type { Demand } from './demand.ts';
import { chooseStock } from './demand.ts';
import { contentOfDocument, judgeKnown, learnDocument, type DocumentInput } from './documents.ts';
import { checkPlace, checkStrategy, checkUnits } from './hold-request.ts';
import { expire } from './ledger.ts';
import { assemblyOf } from './making.ts';
import { checkNamed } from './named-batch.ts';
import { checkOccurred } from './occurrence.ts';
import { refuseFrozen, takeHolds } from './order-holds.ts';
import { originalsOf, type Origin } from './originals.ts';
import { oweTheRest, type Owed } from './owing.ts';
import { leavePieces } from './piece-answer.ts';
import { checkLeaving } from './piece-names.ts';
import { expectShortLines } from './short-lines.ts';
import { openDraft, type Take } from './stock-draft.ts';
import { applyTaking } from './taking-answer.ts';
import type { FromHolds, LinePlan, TakingLine, Wish } from './taking-line.ts';
import { underBusiness } from './target.ts';
import { createRefusals, settle, wasRefusedFreely, type Outcome, type Refusals } from './verdict.ts';
import { allowExpiry, levelsOf, untilTheWayIsClear, withParts, type Attempted } from './way.ts';
import type { BroughtBack } from './document-row.ts';
import { batchOf, isHeld, isOpen, isOverdue, keyOf, type OracleReservation, type World } from './world.ts';

export interface TakingInput extends DocumentInput {
  readonly documentNo?: string | undefined;
  readonly orderNo?: string | undefined;
  readonly lines: readonly TakingLine[];
}

export interface Taking {
  readonly type: Extract<DocumentType, 'sales' | 'pick' | 'damage' | 'supplierReturn' | 'transferOut'>;
  readonly input: TakingInput;
}

export function judgeTaking(world: World, { type, input }: Taking, outcome: Outcome<Document>): void {
  const refusals = createRefusals();
  const header = { type, documentNo: input.documentNo ?? input.orderNo ?? '', content: contentOfDocument(input) };
  const { lines, orderNo } = input;
  const wantsIt = new Set(lines.map((line) => line.skuId));
  checkOccurred(world, { occurredAt: input.occurredAt, skuIds: withParts(world, wantsIt) }, refusals);
  for (const line of lines) checkLine(world, { type, line }, refusals);
  const own = orderNo === undefined ? [] : underBusiness(world, { type: 'order', businessId: orderNo }).filter(isHeld);
  const overdue = own.filter((each) => isOverdue(world, each));
  if (world.documents.has(keyOf(type, header.documentNo))) {
    allowExpiry(world, wantsIt, overdue);
    judgeKnown(world, header, { outcome, refusals });
    return;
  }
  refuseClosedHolds(world, { wantsIt, own }, refusals);
  const { occurredAt } = input;
  const origins = originalsOf(world, { lines, from: ['purchase'], by: 'supplierReturn', occurredAt }, refusals);
  const wishes = wishesOf(world, { type, lines, origins }, refusals);
  if (refusals.must.size > 0 || wasRefusedFreely(outcome, refusals)) {
    allowExpiry(world, withParts(world, wantsIt), overdue);
    for (const code of ['INV_002', 'INV_016']) refusals.may.add(code);
    settle(outcome, refusals);
    return;
  }
  for (const each of overdue) if (wantsIt.has(each.skuId)) expire(world, each);
  for (const each of overdue) world.mayExpire.add(each.id);
  const wanted = wishes.map((wish) => wish.line);
  const fromHolds = orderNo === undefined ? wishes.map(() => new Map()) : takeHolds(world, orderNo, wanted);
  refuseFrozen(world, { lines: wanted, fromHolds }, refusals);
  if (refusals.must.size > 0) {
    settle(outcome, refusals);
    return;
  }
  const answered = outcome.ok ? outcome.answer.lines : undefined;
  const demands = demandsOf({ wishes, fromHolds, answered });
  const result = decide(world, { type, demands, told: (outcome.ok ? outcome.answer.deficits : undefined) ?? [] });
  if (result.short !== undefined) refusals.must.set('INV_002', 'short');
  if (!settle(outcome, refusals) || result.short !== undefined) {
    if (result.short !== undefined) expectShortLines(world, outcome, result.short);
    return;
  }
  const plans = plansOf({ lines, wishes, fromHolds, takes: result.takes, origins });
  const brought = origins.flatMap((origin): BroughtBack[] =>
    origin === undefined ? [] : [{ ...origin, by: 'supplierReturn' }],
  );
  learnDocument(world, header, { input, answer: outcome.answer, orderNo: orderNo ?? null, brought });
  applyTaking(world, { lines, plans, owed: result.owed, answer: outcome.answer });
  leavePieces(world, { lines, rows: outcome.answer.lines, state: LEFT_AS[type], documentId: outcome.answer.id });
}

/** What pieces that leave have become. */
const LEFT_AS: Record<Taking['type'], SerialState> = {
  ...{ sales: 'sold', pick: 'picked', damage: 'scrapped', supplierReturn: 'returnedToSupplier' },
  transferOut: 'inTransit',
};

/** Whoever names pieces chooses before those who take what is nearest. */
export function wishesOf(
  world: World,
  asked: { type: Taking['type']; lines: readonly TakingLine[]; origins: readonly (Origin | undefined)[] },
  refusals: Refusals,
): Wish[] {
  const { type, lines, origins } = asked;
  const evenExpired = type === 'damage' || type === 'supplierReturn';
  const criteria = lines.map((line, at) => criteriaOf(world, { type, line, origin: origins[at] }, refusals));
  const named = lines.map((line, at) => ({ ...line, batchId: criteria[at]?.batchIds?.[0] }));
  const groups = checkLeaving(world, { lines: named, evenExpired }, refusals);
  const wishes = lines.flatMap((line, at): Wish[] => {
    const of = criteria[at] ?? { skuId: line.skuId };
    const own = groups[at];
    if (own === undefined) return [{ at, line, criteria: of }];
    return own.map(({ batchId, quantity }) => ({
      ...{ at, line: { ...line, batchId, quantity }, criteria: { ...of, batchIds: [batchId], evenExpired } },
    }));
  });
  const isNamed = ({ at }: Wish) => groups[at] !== undefined;
  return [...wishes.filter(isNamed), ...wishes.filter((wish) => !isNamed(wish))];
}

/** What was found for each wish, line by line. */
export function plansOf(found: {
  lines: readonly TakingLine[];
  wishes: readonly Wish[];
  fromHolds: readonly FromHolds[];
  takes: readonly (readonly Take[])[];
  origins: readonly (Origin | undefined)[];
}): LinePlan[] {
  const { lines, wishes, fromHolds, takes, origins } = found;
  return lines.map((_line, at) => {
    const held = new Map<string, number>();
    const free: Take[] = [];
    for (const [index, wish] of wishes.entries()) {
      if (wish.at !== at) continue;
      for (const [id, units] of fromHolds[index] ?? []) held.set(id, (held.get(id) ?? 0) + units);
      free.push(...(takes[index] ?? []));
    }
    return { fromHolds: held, free, origin: origins[at] };
  });
}

function checkLine(world: World, { type, line }: { type: Taking['type']; line: TakingLine }, refusals: Refusals): void {
  checkPlace(world, line, refusals);
  checkStrategy(world, line.strategy, refusals);
  checkUnits(world, line, refusals);
  const isMade = assemblyOf(world, line.skuId) !== undefined;
  if (isMade && type !== 'sales' && type !== 'pick')
    refusals.must.set('INV_010', `${line.skuId} has no stock of its own`);
}

/** A named batch, or the one of an original, is the only one to take from; goods that are thrown away or sent back may be expired. */
export function criteriaOf(
  world: World,
  { type, line, origin }: { type: Taking['type']; line: TakingLine; origin: Origin | undefined },
  refusals: Refusals,
): Criteria {
  const { skuId, locationId, qualityLevel, minRemainingDays } = line;
  const criteria = { skuId, locationId, qualityLevel, minRemainingDays };
  const named = origin?.batchId ?? line.batchId;
  if (named === undefined) return criteria;
  const evenExpired = type === 'damage' || type === 'supplierReturn';
  const batch = checkNamed(world, { line, batchId: named, evenExpired }, refusals);
  return { ...criteria, batchIds: [batch?.id ?? named], evenExpired };
}

/** Whether goods that an order holds at a place that was switched off since may leave is not said. */
function refuseClosedHolds(
  world: World,
  sale: { wantsIt: ReadonlySet<string>; own: readonly OracleReservation[] },
  refusals: Refusals,
): void {
  const isClosed = (batchId: string) => {
    const { skuId, locationId } = batchOf(world, batchId);
    return !isOpen(world, skuId, locationId);
  };
  const closed = sale.own.some(
    (each) => sale.wantsIt.has(each.skuId) && each.lines.some((line) => line.held > 0 && isClosed(line.batchId)),
  );
  if (closed) for (const code of ['INV_002', 'INV_010', 'INV_016']) refusals.may.add(code);
}

export function demandsOf(sale: {
  wishes: readonly Wish[];
  fromHolds: readonly FromHolds[];
  /** Of a refused call there is nothing to see. */
  answered: Document['lines'] | undefined;
}): Demand[] {
  return sale.wishes.map(({ at, line, criteria }, index) => {
    const own = [...(sale.fromHolds[index]?.values() ?? [])].reduce((sum, each) => sum + each, 0);
    return {
      criteria,
      quantity: line.quantity - own,
      own,
      strategy: line.strategy,
      observed: sale.answered?.filter((each) => each.line === at + 1 && each.reservationId === null),
    };
  });
}

type Attempt = Attempted<{ readonly takes: readonly (readonly Take[])[]; readonly owed: readonly Owed[] }>;

export function decide(
  world: World,
  sale: { type: Taking['type']; demands: readonly Demand[]; told: readonly Owed[] },
): Attempt {
  const { type, demands } = sale;
  const criteria = demands.map((each) => each.criteria);
  const skuIds = withParts(
    world,
    criteria.map((each) => each.skuId),
  );
  const result = untilTheWayIsClear(world, skuIds, (): Attempt => {
    const choice = chooseStock(world, openDraft(), demands);
    const levels = levelsOf(world, criteria);
    return choice.short === undefined ? { takes: choice.takes, owed: [] } : { short: choice.short, levels };
  });
  const mayOwe = world.settings.allowNegative && (type === 'sales' || type === 'pick');
  if (result.short === undefined || !mayOwe) return result;
  return oweTheRest(world, sale) ?? result;
}
