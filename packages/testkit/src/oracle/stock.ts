/** What a reader is told: availability, plans, explanations and the past. */
import type { StockExplanation } from '@granary/contracts/explanation';
import type {
  StockAllocateInput,
  StockAllocation,
  StockAsOf,
  StockAsOfInput,
  StockAvailableInput,
  StockCheck,
  StockCheckMany,
  StockSummary,
} from '@granary/contracts/stock';
import { strategyFor } from './allocation.ts';
import { shortSums } from './demand.ts';
import { checkPlace, checkStrategy, checkUnits } from './hold-request.ts';
import { assemblyOf, availableFor, find, shelvesOf } from './making.ts';
import { nextSupplyOf, type OpenLine, openLines } from './on-its-way.ts';
import { expectFigures } from './short-lines.ts';
import { openDraft } from './stock-draft.ts';
import { createRefusals, expectEqual, expectNow, settle, wasRefusedFreely, type Outcome } from './verdict.ts';
import { batchOf, isHeld, keyOf, type OracleLevel, type World } from './world.ts';

const nothingTaken = openDraft();

export function judgeCheck(world: World, input: { skuId: string }, outcome: Outcome<StockCheck>): void {
  const refusals = createRefusals();
  if (!world.skus.has(input.skuId)) refusals.must.set('INV_001', `no SKU ${input.skuId}`);
  if (settle(outcome, refusals)) expectCheck(world, outcome.answer, input.skuId);
}

export function judgeCheckMany(
  world: World,
  input: { skuIds: readonly string[] },
  outcome: Outcome<StockCheckMany>,
): void {
  const refusals = createRefusals();
  if (input.skuIds.some((skuId) => !world.skus.has(skuId))) refusals.must.set('INV_001', 'one SKU is unknown');
  if (!settle(outcome, refusals)) return;
  const wanted = [...new Set(input.skuIds)];
  const answered = [...new Map(outcome.answer.items.map((item) => [item.skuId, item])).values()];
  expectEqual('the SKUs answered', answered.map((item) => item.skuId).toSorted(), wanted.toSorted());
  for (const item of answered) expectCheck(world, item, item.skuId);
}

function expectCheck(world: World, actual: StockCheck, skuId: string): void {
  const available = availableOf(world, skuId, actual.available);
  expectEqual(`the check of ${skuId}`, { ...actual, asOf: '' }, { skuId, inStock: available > 0, available, asOf: '' });
  expectNow('asOf', actual.asOf, world);
}

/** Of an inactive SKU nothing can be taken, yet its stock may be read: either figure is right. */
function availableOf(world: World, skuId: string, told: number): number {
  const counted = availableFor(world, nothingTaken, { skuId });
  const shelves = shelvesOf(world, { skuId }).map((shelf) => shelf.criteria.skuId);
  const isOff = [skuId, ...shelves].some((each) => world.skus.get(each)?.status === 'inactive');
  return isOff && told === 0 ? 0 : counted;
}

export function judgeAvailable(world: World, input: StockAvailableInput, outcome: Outcome<StockSummary>): void {
  const { skuId, spuId, locationId } = input;
  const refusals = createRefusals();
  const members = [...world.skus.values()].filter((sku) =>
    skuId === undefined ? sku.spuId === spuId : sku.skuId === skuId,
  );
  if (members.length === 0) refusals.must.set('INV_001', 'no such SKU');
  if (locationId !== undefined && !world.locations.has(locationId))
    refusals.must.set('INV_007', `no location ${locationId}`);
  if (locationId !== undefined && world.locations.get(locationId)?.isActive === false) refusals.may.add('INV_010');
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  expectSupply(world, { members: members.map((sku) => sku.skuId), locationId }, outcome.answer);
  const { available } = outcome.answer;
  const perLocation = outcome.answer.locations.reduce((sum, each) => sum + each.available, 0);
  // What several places leave over can be put together to one more virtual unit, and a cap is not a place's.
  const isMade = members.some((sku) => assemblyOf(world, sku.skuId) !== undefined);
  if (!isMade) expectEqual('the sum over locations', perLocation, available);
  // Only what allocation would take is defined to the unit; the wider readings are told apart from it by the unit tests of the domain.
  const shelves = members.flatMap((sku) => shelvesOf(world, sku).map((shelf) => shelf.criteria.skuId));
  const isOff = [...shelves, ...members.map((sku) => sku.skuId)].some(
    (each) => world.skus.get(each)?.status === 'inactive',
  );
  if (!input.excludeExpired || input.includeReserved || isOff) return;
  const { qualityLevel, minRemainingDays } = input;
  const expected = members.reduce(
    (sum, sku) =>
      sum + availableFor(world, nothingTaken, { skuId: sku.skuId, locationId, qualityLevel, minRemainingDays }),
    0,
  );
  expectEqual('available', available, expected);
}

/** What is on its way counts as nothing, and is told beside: in all, and of every place. */
function expectSupply(
  world: World,
  of: { members: readonly string[]; locationId: string | undefined },
  told: StockSummary,
): void {
  const coming = (skuIds: readonly string[], locationId: string | undefined) => {
    const open = skuIds.flatMap((skuId) => openLines(world, { skuId, locationId }));
    const next = nextSupplyOf(open);
    const quantity = open.reduce((sum, line) => sum + line.outstanding, 0);
    return next === undefined ? undefined : { quantity, nextExpectedAt: next.expectedAt };
  };
  expectEqual('what is on its way', told.inTransit, coming(of.members, of.locationId));
  for (const { skuId, locationId, inTransit } of told.locations)
    expectEqual(`what is on its way to ${locationId}`, inTransit, coming([skuId], locationId));
}

export function judgeAllocate(world: World, input: StockAllocateInput, outcome: Outcome<StockAllocation>): void {
  const refusals = createRefusals();
  const place = createRefusals();
  checkStrategy(world, input.strategy, refusals);
  checkPlace(world, input, place);
  checkUnits(world, input, refusals);
  for (const [code, why] of place.must) {
    // A plan changes nothing, so what is switched off may be planned over or refused.
    if (code === 'INV_010') refusals.may.add(code);
    else refusals.must.set(code, why);
  }
  const { skuId, quantity, locationId, qualityLevel, minRemainingDays } = input;
  const criteria = { skuId, locationId, qualityLevel, minRemainingDays };
  const short =
    refusals.must.size > 0 ? [] : shortSums(world, nothingTaken, [{ criteria, quantity, strategy: input.strategy }]);
  if (short.length > 0) refusals.must.set('INV_002', 'short');
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) {
    expectFigures(outcome, short);
    return;
  }
  const { answer } = outcome;
  // Each part of what is made of others has a strategy of its own.
  const isMade = assemblyOf(world, skuId) !== undefined;
  const strategy = strategyFor(world, skuId, input.strategy);
  const request = { criteria, strategy: input.strategy, quantity, observed: answer.lines };
  const { takes } = find(world, nothingTaken, request);
  const told = answer.lines.map((line) => ({ batchId: line.batchId, quantity: line.quantity }));
  expectEqual(
    'the plan',
    { strategy: isMade ? strategy : answer.strategy, lines: told },
    { strategy, lines: strategy === 'least_batches' ? told : takes },
  );
  const named = new Set([...answer.lines, ...answer.passedOver].map((each) => each.batchId));
  const shelves = new Set(shelvesOf(world, { skuId }).map((shelf) => shelf.criteria.skuId));
  const inStock = [...world.batches.values()].filter((batch) => shelves.has(batch.skuId) && batch.onHand > 0);
  expectEqual(
    'batches that the plan does not speak of',
    inStock.filter((batch) => !named.has(batch.id)).map((batch) => batch.batchNo),
    [],
  );
}

export function judgeExplain(world: World, input: { skuId: string }, outcome: Outcome<StockExplanation>): void {
  const { skuId } = input;
  const refusals = createRefusals();
  if (!world.skus.has(skuId)) refusals.must.set('INV_001', `no SKU ${skuId}`);
  if (!settle(outcome, refusals)) return;
  const { answer } = outcome;
  expectEqual('available', answer.available, availableOf(world, skuId, answer.available));
  const row = (id: string, of: Pick<OpenLine, 'locationId' | 'outstanding' | 'expectedAt'>) =>
    keyOf(id, of.locationId, of.outstanding, of.expectedAt);
  expectEqual(
    'what is explained to be on its way',
    answer.inTransit.map((each) => row(each.inTransitId, each)).toSorted(),
    openLines(world, { skuId })
      .map((each) => row(each.id, each))
      .toSorted(),
  );
  if (assemblyOf(world, skuId) !== undefined) return;
  const levels = [...world.levels.values()].filter((level) => level.skuId === skuId && level.version > 0);
  expectEqual(
    'the levels explained',
    answer.levels
      .filter((each) => each.version > 0)
      .map(levelRow)
      .toSorted(byText),
    levels.map(levelRow).toSorted(byText),
  );
  const locked = [...world.locks.values()].flatMap((lock) =>
    lock.lines
      .filter((line) => (line.held ?? 0) > 0 && batchOf(world, line.batchId).skuId === skuId)
      .map((line) => keyOf(lock.id, line.batchId, line.held)),
  );
  expectEqual(
    'the locks explained',
    answer.locks.map((lock) => keyOf(lock.lockId, lock.batchId, lock.held)).toSorted(),
    locked.toSorted(),
  );
  const held = [...world.reservations.values()]
    .filter(isHeld)
    .flatMap((each) =>
      each.lines
        .map((line) => ({ each, line, batch: batchOf(world, line.batchId) }))
        .filter(({ line, batch }) => line.held > 0 && batch.skuId === skuId),
    );
  expectEqual(
    'the holds explained',
    answer.reservations
      .map(({ reservationId, batchId, held: quantity }) => keyOf(reservationId, batchId, quantity))
      .toSorted(),
    held.map(({ each, line }) => keyOf(each.id, line.batchId, line.held)).toSorted(),
  );
}

function levelRow(
  level: Pick<OracleLevel, 'locationId' | 'onHand' | 'reserved' | 'locked' | 'deficit' | 'version'>,
): unknown[] {
  const { locationId, onHand, reserved, locked, deficit, version } = level;
  return [locationId, onHand, reserved, locked, deficit, version];
}

function byText(a: readonly unknown[], b: readonly unknown[]): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

export function judgeAsOf(world: World, input: StockAsOfInput, outcome: Outcome<StockAsOf>): void {
  const refusals = createRefusals();
  const { skuId, locationId } = input;
  if (!world.skus.has(skuId)) refusals.must.set('INV_001', `no SKU ${skuId}`);
  if (!world.locations.has(locationId)) refusals.must.set('INV_007', `no location ${locationId}`);
  if (input.at > world.now) refusals.may.add('INV_005');
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  const then =
    input.at > world.now ? world.levels : (world.past.findLast((each) => each.at <= input.at)?.levels ?? new Map());
  const { onHand = 0, reserved = 0, locked = 0, deficit = 0, version = 0 } = then.get(keyOf(skuId, locationId)) ?? {};
  const { recordedAt: _recordedAt, ...told } = outcome.answer;
  expectEqual(`the level as of ${input.at}`, told, {
    skuId,
    locationId,
    onHand,
    reserved,
    locked,
    deficit,
    version,
  });
}
