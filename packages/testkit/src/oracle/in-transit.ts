/** inTransit.*: purchases that are expected, changed, called off and told of, and what arrives of them. */
import type {
  InTransit,
  InTransitCancelInput,
  InTransitCreateInput,
  InTransitListInput,
  InTransitUpdateInput,
} from '@granary/contracts/in-transit';
import type { InboundInput } from '@granary/contracts/document';
import type { OracleExpected } from './expected-row.ts';
import type { Listed } from './lists.ts';
import { assemblyOf } from './making.ts';
import { allOnTheirWay, momentOf, statusOf, type OnItsWay } from './on-its-way.ts';
import { met } from './sometimes.ts';
import {
  canonical,
  createRefusals,
  expectEqual,
  expectNow,
  Mismatch,
  settle,
  type Outcome,
  type Refusals,
} from './verdict.ts';
import type { World } from './world.ts';

export function judgeInTransitCreate(world: World, input: InTransitCreateInput, outcome: Outcome<InTransit>): void {
  const refusals = createRefusals();
  const content = canonical({ ...input, idempotencyKey: undefined });
  const known = [...world.expected.values()].find((each) => each.reference === input.reference);
  if (known === undefined) checkLines(world, input, refusals);
  else if (known.content !== content) refusals.must.set('INV_008', 'the reference has other content');
  if (!settle(outcome, refusals)) return;
  const { answer } = outcome;
  if (known === undefined) {
    if (world.expected.has(answer.id))
      throw new Mismatch('a new row has an old id', { expected: 'a new id', actual: answer });
    expectNow('createdAt', answer.createdAt, world);
    world.expected.set(answer.id, opened(input, { id: answer.id, content }));
  }
  expectPurchase(world, answer);
}

function checkLines(world: World, { lines }: InTransitCreateInput, refusals: Refusals): void {
  for (const { skuId, locationId } of lines) {
    if (!world.skus.has(skuId) && !world.settings.autoCreateSku) refusals.must.set('INV_001', `no SKU ${skuId}`);
    if (!world.locations.has(locationId)) refusals.must.set('INV_007', `no location ${locationId}`);
    if (assemblyOf(world, skuId) === undefined) continue;
    // It takes no inbound: a wrong input or a wrong state.
    for (const code of ['INV_005', 'INV_010']) refusals.must.set(code, `${skuId} has no stock of its own`);
  }
}

function opened(input: InTransitCreateInput, { id, content }: { id: string; content: string }): OracleExpected {
  const { reference, supplier = null, expectedAt, lines } = input;
  return {
    ...{ id, reference, supplier, content, expectedAt: momentOf(expectedAt), status: 'expected' },
    ...{ endReason: null, version: 1 },
    lines: lines.map(({ skuId, locationId, quantity }, at) => ({
      ...{ line: at + 1, skuId, locationId, quantity, received: 0, outstanding: quantity },
    })),
  };
}

function expectPurchase(world: World, answer: InTransit): void {
  const expected = world.expected.get(answer.id);
  if (expected === undefined)
    throw new Mismatch('another expected receipt', { expected: 'a known one', actual: answer });
  const { reference, supplier, endReason, version } = expected;
  const { createdAt: _createdAt, ...told } = answer;
  expectEqual(`expected purchase ${reference}`, told, {
    ...{ ...toldOf(world, { ...expected, source: 'purchase' }), supplier, endReason, version },
  });
}

function toldOf(world: World, { id, source, reference, status, expectedAt, lines }: OnItsWay) {
  const isOpen = lines.some((line) => line.outstanding > 0);
  return {
    ...{ id, source, reference, status, expectedAt },
    overdue: isOpen && expectedAt !== null && expectedAt <= world.now,
    lines: lines.map(({ line, skuId, locationId, quantity, received, outstanding }) => ({
      ...{ line, skuId, locationId, quantity, received, outstanding },
    })),
  };
}

/** Unknown, or a transfer, which changes by its own calls. */
function purchaseOf(world: World, id: string, refusals: Refusals): OracleExpected | undefined {
  const found = world.expected.get(id);
  if (found !== undefined) return found;
  const isTransfer = allOnTheirWay(world).some((each) => each.id === id);
  refusals.must.set(isTransfer ? 'INV_010' : 'INV_007', 'no such expected purchase');
  return undefined;
}

export function judgeInTransitUpdate(world: World, input: InTransitUpdateInput, outcome: Outcome<InTransit>): void {
  const refusals = createRefusals();
  const found = purchaseOf(world, input.inTransitId, refusals);
  if (found?.status === 'cancelled') refusals.must.set('INV_010', 'it was called off');
  const lines = input.lines ?? [];
  for (const { line, quantity } of lines) {
    const own = found?.lines.find((each) => each.line === line);
    if (own === undefined) refusals.must.set('INV_007', `no line ${line}`);
    else if (quantity < own.received) refusals.must.set('INV_005', 'fewer than have arrived');
  }
  if (new Set(lines.map(({ line }) => line)).size < lines.length) refusals.must.set('INV_005', 'a line named twice');
  if (!settle(outcome, refusals) || found === undefined) return;
  for (const { line, quantity } of lines) {
    const own = found.lines.find((each) => each.line === line);
    if (own !== undefined) Object.assign(own, { quantity, outstanding: quantity - own.received });
  }
  if (input.expectedAt !== undefined) found.expectedAt = momentOf(input.expectedAt);
  found.status = statusOf(found.lines);
  found.version += 1;
  expectPurchase(world, outcome.answer);
}

export function judgeInTransitCancel(world: World, input: InTransitCancelInput, outcome: Outcome<InTransit>): void {
  const refusals = createRefusals();
  const found = purchaseOf(world, input.inTransitId, refusals);
  if (found?.status === 'received') refusals.must.set('INV_010', 'all of it has arrived');
  if (!settle(outcome, refusals) || found === undefined) return;
  if (found.status !== 'cancelled') {
    for (const line of found.lines) line.outstanding = 0;
    Object.assign(found, { status: 'cancelled', endReason: input.reason, version: found.version + 1 });
  }
  expectPurchase(world, outcome.answer);
}

/** The expected purchase that a receipt names; what no purchase can be of is refused. */
export function expectedOf(world: World, input: InboundInput, refusals: Refusals): OracleExpected | undefined {
  const { inTransitId, expectedReference } = input;
  if (inTransitId === undefined && expectedReference === undefined) return undefined;
  const found =
    inTransitId === undefined
      ? [...world.expected.values()].find((each) => each.reference === expectedReference)
      : purchaseOf(world, inTransitId, refusals);
  if (found === undefined) {
    if (inTransitId === undefined) refusals.must.set('INV_007', `nothing is expected under ${expectedReference}`);
    return undefined;
  }
  if (found.status === 'cancelled') refusals.must.set('INV_010', 'it was called off');
  return found;
}

/** Lines of the same SKU and place in their order; what comes beyond them was not expected. */
export function arrive(
  world: World,
  expected: OracleExpected,
  arrivals: readonly { skuId: string; locationId: string; quantity: number }[],
): void {
  let isLowered = false;
  for (const arrival of arrivals) {
    let left = arrival.quantity;
    for (const line of expected.lines) {
      if (line.skuId !== arrival.skuId || line.locationId !== arrival.locationId) continue;
      const some = Math.min(left, line.outstanding);
      line.received += some;
      line.outstanding -= some;
      left -= some;
      isLowered ||= some > 0;
    }
  }
  if (!isLowered) return;
  expected.status = statusOf(expected.lines);
  expected.version += 1;
  met(world, expected.status === 'received' ? 'all that was expected arrives' : 'a part of what was expected arrives');
}

export function judgeInTransitGet(
  world: World,
  { inTransitId }: { inTransitId: string },
  outcome: Outcome<InTransit>,
): void {
  const refusals = createRefusals();
  const found = allOnTheirWay(world).find((each) => each.id === inTransitId);
  if (found === undefined) refusals.must.set('INV_007', 'nothing is expected under this id');
  if (settle(outcome, refusals)) expectTold(world, outcome.answer);
}

function expectTold(world: World, answer: InTransit): void {
  if (answer.source === 'purchase') {
    expectPurchase(world, answer);
    return;
  }
  const found = allOnTheirWay(world).find((each) => each.id === answer.id);
  const { createdAt: _createdAt, supplier: _supplier, endReason: _endReason, version: _version, ...told } = answer;
  expectEqual('a transfer on its way', told, found === undefined ? 'none' : toldOf(world, found));
}

export function judgeInTransitList(world: World, input: InTransitListInput, outcome: Outcome<Listed<InTransit>>): void {
  if (!settle(outcome, createRefusals())) return;
  const { skuId, locationId, status, source, from, to } = input;
  const fits = allOnTheirWay(world).filter(
    (each) =>
      (status === undefined || each.status === status) &&
      (source === undefined || each.source === source) &&
      (from === undefined || (each.expectedAt !== null && each.expectedAt >= momentOf(from))) &&
      (to === undefined || (each.expectedAt !== null && each.expectedAt < momentOf(to))) &&
      each.lines.some(
        (line) =>
          (skuId === undefined || line.skuId === skuId) && (locationId === undefined || line.locationId === locationId),
      ),
  );
  const told = outcome.answer.items.map((row) => row.id).toSorted();
  expectEqual('what is expected', told, fits.map((each) => each.id).toSorted());
  for (const row of outcome.answer.items) expectTold(world, row);
}
