/** Classes 22 and 23: each number is fine, and their sum with what is there is not. */
import type { Fixtures } from './fixtures.ts';

export interface Overflow {
  readonly class: 22 | 23;
  readonly procedure: string;
  readonly input: unknown;
  /** Any of these is right; nothing may change. */
  readonly codes: readonly string[];
}

const MOST = 2_147_483_647;

export async function overflows(fixtures: Fixtures): Promise<Overflow[]> {
  const { skuId, locationId } = await fixtures.stocked();
  const line = { skuId, locationId, quantity: MOST, unitCost: '1.00' };
  const wanted = { skuId, quantity: MOST };
  const hold = { ...wanted, type: 'cart', businessId: fixtures.name() };
  const lines = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_each, index) => make(index));
  const tooMuch = ['INV_005', 'INV_010'];
  return [
    ...(['inbound.purchase', 'inbound.return'] as const).flatMap((procedure): Overflow[] => [
      { class: 22, procedure, input: { documentNo: fixtures.name(), lines: [line] }, codes: tooMuch },
      { class: 23, procedure, input: { documentNo: fixtures.name(), lines: lines(1000, () => line) }, codes: tooMuch },
    ]),
    { class: 22, procedure: 'batch.create', input: { ...line, batchNo: fixtures.name() }, codes: tooMuch },
    {
      class: 23,
      procedure: 'reservation.reserveMany',
      input: { lines: lines(200, () => hold) },
      codes: ['INV_002', 'INV_005'],
    },
    {
      class: 23,
      procedure: 'reservation.reserveMany',
      input: { lines: lines(200, (index) => ({ ...hold, lineId: `l${index}` })) },
      codes: ['INV_002', 'INV_005'],
    },
    {
      class: 23,
      procedure: 'outbound.sales',
      input: { orderNo: fixtures.name(), lines: lines(1000, () => wanted) },
      codes: ['INV_002', 'INV_005'],
    },
  ];
}
