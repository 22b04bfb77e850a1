/** The cap of a virtual SKU that is pointed at other goods while units of it are held. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VirtualCreateInput } from '@granary/contracts/virtual';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  const lines = ['J1', 'J2', 'J3'].map((skuId) => receipt(skuId, 20));
  await at.domain.inbound.purchase(inbound('PO', lines), at.call);
});
afterAll(() => closeSound(at));

const virtual = (skuId: string, input: Omit<VirtualCreateInput, 'skuId'>) =>
  at.domain.virtuals.create({ skuId, ...input }, at.call);
const reserve = (...line: Parameters<typeof hold>) => at.domain.reservations.reserve(hold(...line), at.call);
const available = async (skuId: string) => (await at.domain.stock.check({ skuId })).available;

test('a cap counts the units that are held where its SKU was taken from before', async () => {
  await virtual('J-DEAL', { realSkuId: 'J1', ratio: 2, cap: 3 });
  const made = await reserve('J-DEAL', 2, 'O-J1');
  await at.domain.virtuals.update({ skuId: 'J-DEAL', realSkuId: 'J2' }, at.call);
  expect(await available('J-DEAL')).toBe(1);
  expect(await refusalOf(reserve('J-DEAL', 2, 'O-J2'))).toMatchObject({ details: { lines: [{ available: 1 }] } });
  await at.domain.virtuals.remove({ skuId: 'J-DEAL' }, at.call);
  await virtual('J-DEAL', { realSkuId: 'J3', ratio: 1, cap: 3 });
  expect(await at.domain.stock.explain({ skuId: 'J-DEAL' })).toMatchObject({
    available: 1,
    assembly: { cap: 3, held: 2 },
  });
  await at.domain.reservations.deduct({ id: made.id, quantity: 1 }, at.call);
  expect(await available('J-DEAL')).toBe(2);
  expect(await reserve('J-DEAL', 2, 'O-J3')).toMatchObject({ held: 2, lines: [{ skuId: 'J3' }] });
  expect(await available('J-DEAL')).toBe(0);
});
