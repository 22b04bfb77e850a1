/** batch.create: a batch by hand, under a number that its SKU does not have yet. */
import type { Batch, BatchCreateInput } from '@granary/contracts/batch';
import type { Instant } from '@granary/contracts/instant';
import { isExpired } from './allocation.ts';
import { checkCapacity, checkReceiver, costText, receive } from './inbound.ts';
import { createRefusals, expectEqual, expectNow, settle, wasRefusedFreely, type Outcome } from './verdict.ts';
import type { OracleBatch, World } from './world.ts';

export function judgeBatchCreate(world: World, input: BatchCreateInput, outcome: Outcome<Batch>): void {
  const refusals = createRefusals();
  checkReceiver(world, input, refusals);
  // Only inbound is said to make the SKU that it names.
  if (!world.skus.has(input.skuId)) refusals.may.add('INV_001');
  const taken = [...world.batches.values()].some(
    (batch) => batch.skuId === input.skuId && batch.batchNo === input.batchNo,
  );
  if (taken) refusals.must.set('INV_008', `the SKU has a batch ${input.batchNo}`);
  checkCapacity(world, [input], refusals);
  if (wasRefusedFreely(outcome, refusals) || !settle(outcome, refusals)) return;
  const occurredAt = expectNow('receivedAt', outcome.answer.receivedAt, world);
  const opened = receive(world, { line: input, batchNo: input.batchNo, batchId: outcome.answer.batchId, occurredAt });
  expectBatch(world, outcome.answer, opened);
}

export function expectBatch(world: World, actual: Batch, expected: OracleBatch): void {
  const { id, skuId, locationId, batchNo, qualityLevel, onHand, reserved, producedOn, expiresAt, receivedAt } =
    expected;
  const { version: _version, attributes: _attributes, status, ...told } = actual;
  expectEqual(
    `batch ${batchNo} of ${skuId} at ${locationId}`,
    { ...told, producedOn: told.producedOn as Instant | null },
    {
      batchId: id,
      skuId,
      locationId,
      batchNo,
      qualityLevel,
      onHand,
      reserved,
      locked: 0,
      unitCost: costText(expected),
      producedOn,
      expiresAt,
      receivedAt,
    },
  );
  // Whether an empty batch past its date is told as depleted or as expired is not said.
  if (isExpired(world, expected)) return;
  expectEqual(`the status of batch ${batchNo}`, status, onHand === 0 ? 'depleted' : 'available');
}
