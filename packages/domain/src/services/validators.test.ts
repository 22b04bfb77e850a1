/** A user's own rules are asked before a batch, an allocation and a reservation are accepted, and refuse them by name. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { StockValidator } from '../ports/stock-validator.ts';
import { adjusting } from '../testing/adjustment-inputs.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { expectRefusal, refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

const batch = vi.fn<NonNullable<StockValidator['batch']>>(({ quantity, expiresAt, skuId }) =>
  skuId.startsWith('FOOD') && expiresAt === null
    ? [{ path: 'expiresAt', message: `food must expire (${quantity})` }]
    : undefined,
);
const allocation = vi.fn<NonNullable<StockValidator['allocation']>>(({ lines }) =>
  lines.length > 1 ? [{ path: 'quantity', message: 'must come from one batch' }] : [],
);
const reservation = vi.fn<NonNullable<StockValidator['reservation']>>(({ businessId }) =>
  businessId.startsWith('VIP') ? undefined : [{ path: 'businessId', message: 'is nobody we serve' }],
);
const dated: StockValidator = { name: 'dated food', batch };
const whole: StockValidator = { name: 'one lot', allocation };
const served: StockValidator = { name: 'guests', reservation };

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain({ ports: { validators: [dated, whole, served] } });
  const lots = ['a', 'b'].map((batchNo) => receipt('S', 5, { batchNo }));
  await at.domain.inbound.purchase(inbound('P', lots), at.call);
});
afterAll(() => closeSound(at));

test('goods that come in, by every door, and every line is named', async () => {
  const lines = [receipt('FOOD-1', 1), receipt('S', 1), receipt('FOOD-2', 2)];
  const refusal = await expectRefusal(at, (key) => at.domain.inbound.purchase(inbound('F', lines, key), at.call), {
    code: 'INV_005',
    details: {
      issues: [
        { path: 'lines.0.expiresAt', message: 'food must expire (1) (validator dated food)' },
        { path: 'lines.2.expiresAt', message: 'food must expire (2) (validator dated food)' },
      ],
    },
  });
  expect(refusal.message).toContain('"dated food"');
  const created = {
    skuId: 'FOOD-3',
    batchNo: 'B',
    locationId: 'default',
    quantity: 0,
    unitCost: '1.00',
    qualityLevel: 'A',
  };
  expect(await refusalOf(at.domain.batches.create(created, at.call))).toMatchObject({
    details: { issues: [{ path: 'expiresAt' }] },
  });
  await at.domain.skus.create({ skuId: 'FOOD-4' }, at.call);
  const found = adjusting('FOOD-4', 1, { unitCost: '1.00' });
  expect(await refusalOf(at.domain.adjustments.adjust(found, at.call))).toMatchObject({ code: 'INV_005' });
  expect(batch.mock.lastCall?.[0]).toMatchObject({ skuId: 'FOOD-4', quantity: 1, unitCost: '1.00', expiresAt: null });
});

test('stock that was chosen, for a plan, a hold and a sale', async () => {
  const issues = [{ path: 'quantity', message: 'must come from one batch (validator one lot)' }];
  expect(await refusalOf(at.domain.stock.allocate({ skuId: 'S', quantity: 6 }))).toMatchObject({ details: { issues } });
  expect(allocation.mock.lastCall?.[0]).toMatchObject({
    purpose: 'plan',
    lines: [
      { batchNo: 'a', quantity: 5, free: 5 },
      { batchNo: 'b', quantity: 1, free: 5 },
    ],
  });
  await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...hold('S', 6, 'VIP-1'), ...key }, at.call), {
    code: 'INV_005',
    details: { issues },
  });
  const tooMuch = sale('O', [{ skuId: 'S', quantity: 6 }]);
  expect(await refusalOf(at.domain.outbound.sales(tooMuch, at.call))).toMatchObject({
    details: { issues: [{ path: 'lines.0.quantity' }] },
  });
  await at.domain.outbound.sales(sale('O', [{ skuId: 'S', quantity: 1 }]), at.call);
});

test('a hold, and among many lines the one that it is', async () => {
  const lines = [hold('S', 1, 'VIP-2'), hold('S', 1, 'ANYONE')];
  const refusal = await refusalOf(at.domain.reservations.reserveMany({ lines }, at.call));
  expect(refusal).toMatchObject({
    details: { issues: [{ path: 'lines.1.businessId', message: 'is nobody we serve (validator guests)' }] },
  });
  await at.domain.reservations.reserve(hold('S', 1, 'VIP-3'), at.call);
  const asked = reservation.mock.calls.length;
  await at.domain.reservations.reserve(hold('S', 1, 'VIP-3'), at.call);
  expect(reservation.mock.calls.length, 'what is held already is not asked about again').toBe(asked);
});

test('a validator that answers something else is a bug and changes nothing', async () => {
  batch.mockImplementationOnce(() => Promise.resolve([]) as unknown as undefined);
  await expect(at.domain.inbound.purchase(inbound('ASYNC', [receipt('S', 1)]), at.call)).rejects.toThrow(
    /must not be async/,
  );
});
