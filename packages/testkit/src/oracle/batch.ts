/** batch.create: a batch by hand, under a number that its SKU does not have yet; and how any batch is told. */
import type { Batch, BatchCreateInput, BatchStatus } from '@granary/contracts/batch';
import { parseMoney } from '@granary/contracts/money';
import { checkCapacity, checkReceiver, costText, identityOf, receive } from './receipt.ts';
import { checkEntering } from './piece-names.ts';
import { createRefusals, expectEqual, expectNow, settle, wasRefusedFreely, type Outcome } from './verdict.ts';
import { keyOf, type OracleBatch, type World } from './world.ts';

export function judgeBatchCreate(world: World, input: BatchCreateInput, outcome: Outcome<Batch>): void {
  const refusals = createRefusals();
  checkReceiver(world, input, refusals);
  const { skuId, locationId, quantity, batchNo, serials } = input;
  // Only inbound is said to make the SKU that it names.
  if (!world.skus.has(skuId)) refusals.may.add('INV_001');
  const taken = [...world.batches.values()].some((batch) => batch.skuId === skuId && batch.batchNo === batchNo);
  if (taken) refusals.must.set('INV_008', `the SKU has a batch ${batchNo}`);
  checkCapacity(world, [input], refusals);
  // Goods that come without a document cannot pay what their level owes.
  const owes = (world.levels.get(keyOf(skuId, locationId))?.deficit ?? 0) > 0;
  if (owes && quantity > 0) refusals.must.set('INV_010', 'the level owes goods');
  checkEntering(world, { lines: [input], mayHaveLeft: false }, refusals);
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  const occurredAt = expectNow('receivedAt', outcome.answer.receivedAt, world);
  const unitCost = parseMoney(input.unitCost);
  const receipt = {
    skuId,
    locationId,
    quantity,
    unitCost,
    batchNo,
    identity: identityOf(world, input),
    at: 0,
    serials,
  };
  const opened = receive(world, receipt, { batchId: outcome.answer.batchId, occurredAt });
  expectBatch(world, outcome.answer, opened);
}

/** What is empty is depleted, unless something else is to be said of it. */
export function statusOf({ mergedInto, frozenBy, isMarked, onHand }: OracleBatch): BatchStatus {
  if (mergedInto !== null) return 'merged';
  if (frozenBy !== null) return 'frozen';
  if (isMarked) return 'expired';
  return onHand === 0 ? 'depleted' : 'available';
}

export function expectBatch(_world: World, actual: Batch, expected: OracleBatch): void {
  const { id, isMarked: _isMarked, unitCost: _unitCost, ...facts } = expected;
  const { version: _version, attributes: _attributes, ...told } = actual;
  expectEqual(`batch ${expected.batchNo} of ${expected.skuId} at ${expected.locationId}`, told, {
    ...facts,
    batchId: id,
    unitCost: costText(expected),
    status: statusOf(expected),
  });
}
