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
    ...(['inbound.purchase', 'inbound.return', 'inbound.production'] as const).flatMap((procedure): Overflow[] => [
      { class: 22, procedure, input: { documentNo: fixtures.name(), lines: [line] }, codes: tooMuch },
      { class: 23, procedure, input: { documentNo: fixtures.name(), lines: lines(1000, () => line) }, codes: tooMuch },
    ]),
    ...([22, 23] as const).map((number): Overflow => {
      // Of a SKU that nobody has: one line fits, and many are more than a level can count.
      const unheard = { ...line, skuId: fixtures.name(), batchNo: fixtures.name() };
      const header = { documentNo: fixtures.name(), asOf: '2026-01-02T03:04:05Z' };
      const input = { ...header, lines: lines(number === 22 ? 2 : 1000, () => unheard) };
      return { class: number, procedure: 'inbound.opening', input, codes: tooMuch };
    }),
    { class: 22, procedure: 'batch.create', input: { ...line, batchNo: fixtures.name() }, codes: tooMuch },
    ...(['adjustment.adjust', 'adjustment.adjustMany'] as const).map((procedure): Overflow => {
      const raise = { skuId, locationId, delta: MOST };
      const header = { reasonCode: 'found', operator: 'Somebody' };
      const input = procedure === 'adjustment.adjust' ? { ...raise, ...header } : { ...header, lines: [raise] };
      return { class: 22, procedure, input, codes: tooMuch };
    }),
    {
      ...{ class: 23, procedure: 'adjustment.adjustMany', codes: tooMuch },
      input: {
        ...{ reasonCode: 'found', operator: 'Somebody' },
        lines: lines(1000, () => ({ skuId, locationId, delta: MOST })),
      },
    },
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
    ...(['outbound.sales', 'outbound.damage', 'outbound.pick', 'outbound.supplierReturn'] as const).map(
      (procedure): Overflow => ({
        ...{ class: 23, procedure, codes: ['INV_002', 'INV_005'] },
        input: {
          ...(procedure === 'outbound.sales' ? { orderNo: fixtures.name() } : { documentNo: fixtures.name() }),
          ...(procedure === 'outbound.supplierReturn' ? { supplier: 'A supplier' } : {}),
          ...(procedure === 'outbound.damage' ? { reason: 'A reason' } : {}),
          lines: lines(1000, () => wanted),
        },
      }),
    ),
  ];
}
