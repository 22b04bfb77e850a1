/** A lot whose number was merged away while it was being recalled: later rounds find what its goods went into. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inbound, receipt } from '../testing/inputs.ts';
import { batchIdOf, freezing, recalling } from '../testing/lock-inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  const lines = ['OLD', 'OTHER'].map((batchNo) => receipt('A', 5, { batchNo }));
  await at.domain.inbound.purchase(inbound('PO', lines), at.call);
});
afterAll(() => closeSound(at));

test('the second round is of the same recall as the first', async () => {
  const batchIds = [await batchIdOf(at, 'A', 'OLD'), await batchIdOf(at, 'A', 'OTHER')];
  const merging = { batchIds, targetBatchNo: 'OTHER', operator: 'Ann', reason: 'one shelf' };
  await at.domain.batches.merge(merging, at.call);
  const recall = () => at.domain.batches.recall(recalling('A', 'OLD'), at.call);
  const first = await recall();
  expect(first.lock.lines.map(({ batchNo }) => batchNo)).toEqual(['OTHER']);
  expect((await recall()).lock.id).toBe(first.lock.id);
  const again = freezing([await batchIdOf(at, 'A', 'OTHER')]);
  expect(await refusalOf(at.domain.locks.operation(again, at.call))).toMatchObject({ kind: 'lockConflict' });
});
