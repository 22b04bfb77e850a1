/** Shipping a transfer: what may leave, all of it or nothing, and once. */
import { transferReceiveInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  for (const locationId of ['north', 'south']) await at.domain.locations.create({ locationId }, at.call);
});
afterAll(() => closeSound(at));

type Line = { skuId: string; quantity: number; batchId?: string; qualityLevel?: string };
const plan = (transferNo: string, lines: readonly Line[], more: object = {}) => ({
  ...{ transferNo, fromLocationId: 'default', toLocationId: 'north', lines: [...lines] },
  ...more,
});
const send = (...args: Parameters<typeof plan>) => at.domain.outbound.transfer(plan(...args), at.call);
const receive = (transferNo: string, more: object = {}) =>
  at.domain.transfers.receive(transferReceiveInput.parse({ transferNo, ...more }), at.call);
const level = async (skuId: string, locationId: string) => {
  const { items } = await at.domain.stock.levels({ skuId, locationId, limit: 9 });
  return items[0]?.onHand ?? 0;
};
const buy = (skuId: string, ...receipts: Parameters<typeof receipt>[2][]) =>
  at.domain.inbound.purchase(
    inbound(
      `PO-${skuId}`,
      receipts.map((more) => receipt(skuId, 5, more ?? {})),
    ),
    at.call,
  );

describe('shipping', () => {
  test('takes free stock alone; every short line is named and nothing leaves', async () => {
    await buy('SHORT', {});
    await buy('SHORT2', {});
    await at.domain.reservations.reserve(hold('SHORT', 3, 'O-SHORT'), at.call);
    const lines = [
      { skuId: 'SHORT', quantity: 3 },
      { skuId: 'SHORT2', quantity: 6 },
    ];
    const refusal = await expectRefusal(
      at,
      (key) => at.domain.outbound.transfer({ ...plan('T-SHORT', lines), ...key }, at.call),
      {
        code: 'INV_002',
        details: {
          lines: [
            { skuId: 'SHORT', locationId: 'default', requested: 3, available: 2 },
            { skuId: 'SHORT2', locationId: 'default', requested: 6, available: 5 },
          ],
        },
      },
    );
    expect(refusal.retryable).toBe(false);
    expect((await refusalOf(at.domain.transfers.get({ transferNo: 'T-SHORT' }))).code).toBe('INV_007');
  });

  test('by a named batch, which must lie at the source and not be frozen', async () => {
    const { lines } = await buy('NAMED', { batchNo: 'N1' }, { batchNo: 'N2', locationId: 'south' }, { batchNo: 'N3' });
    const [one = '', far = '', three = ''] = lines.map(({ batchId }) => batchId);
    expect((await send('T-NAMED', [{ skuId: 'NAMED', quantity: 2, batchId: three }])).document.lines).toMatchObject([
      { batchNo: 'N3', quantity: 2 },
    ]);
    expect((await refusalOf(send('T-FAR', [{ skuId: 'NAMED', quantity: 2, batchId: far }]))).code).toBe('INV_005');
    await at.domain.locks.operation(
      { batchIds: [one], operationType: 'count', operator: 'Ann', reason: 'count' },
      at.call,
    );
    expect((await refusalOf(send('T-FROZEN', [{ skuId: 'NAMED', quantity: 2, batchId: one }]))).code).toBe('INV_016');
  });

  test('twice is once, and a number with other content is refused', async () => {
    await buy('TWICE', {});
    const first = await send('T-TWICE', [{ skuId: 'TWICE', quantity: 2 }]);
    expect(await send('T-TWICE', [{ skuId: 'TWICE', quantity: 2 }])).toEqual(first);
    expect(await at.domain.transfers.ship({ transferNo: 'T-TWICE' }, at.call)).toEqual(first);
    expect((await refusalOf(send('T-TWICE', [{ skuId: 'TWICE', quantity: 3 }]))).code).toBe('INV_008');
    const created = at.domain.transfers.create(plan('T-TWICE', [{ skuId: 'TWICE', quantity: 2 }]), at.call);
    expect(await created).toEqual(first.transfer);
    expect(await level('TWICE', 'default')).toBe(3);
  });

  test('what it names must be there, and it cannot arrive before it left', async () => {
    await buy('PLACE', {});
    const lines = [{ skuId: 'PLACE', quantity: 1 }];
    const code = async (work: Promise<unknown>) => (await refusalOf(work)).code;
    expect(await code(send('T-1', [{ skuId: 'NOBODY', quantity: 1 }]))).toBe('INV_001');
    expect(await code(send('T-1', lines, { toLocationId: 'nowhere' }))).toBe('INV_007');
    expect(await code(send('T-1', lines, { occurredAt: secondsFromNow(3600) }))).toBe('INV_005');
    expect(await code(receive('T-1'))).toBe('INV_007');
    await send('T-1', lines);
    expect(await code(receive('T-1', { occurredAt: '2026-01-01T00:00:00.000000Z' }))).toBe('INV_005');
  });
});

test('a thousand lines leave, arrive and come back within the deadline of a request', { timeout: 60_000 }, async () => {
  const skuIds = Array.from({ length: 1000 }, (_, each) => `K${each}`);
  const lines = skuIds.map((skuId) => receipt(skuId, 5));
  await at.domain.inbound.purchase(inbound('PO-K', lines), at.call);
  const call = { ...at.call, deadlineMs: 5000 };
  const wanted = skuIds.map((skuId) => ({ skuId, quantity: 2 }));
  const { transfer, document } = await at.domain.outbound.transfer(plan('T-K', wanted), call);
  expect([transfer.lines.length, document.lines.length]).toEqual([1000, 1000]);
  const some = skuIds.map((_skuId, each) => ({ line: each + 1, quantity: 1 }));
  const received = transferReceiveInput.parse({ transferNo: 'T-K', documentNo: 'T-K/1', lines: some });
  expect((await at.domain.transfers.receive(received, call)).document.lines).toHaveLength(1000);
  const cancelled = await at.domain.transfers.cancel({ transferNo: 'T-K', reason: 'size' }, call);
  expect(cancelled.state).toBe('cancelled');
  expect(transferReceiveInput.safeParse({ ...received, lines: [...some, ...some] }).success).toBe(false);
});
