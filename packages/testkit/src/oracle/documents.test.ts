import type { InboundInput, InboundLine, SalesInput } from '@granary/contracts/document';
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import { plusSeconds } from '@granary/contracts/instant';
import { describe, expect, it } from 'vitest';
import { expiryInstant, startOfDay } from './calendar.ts';
import { answered, documentAnswer, exampleWorld, hold, NOW, refused } from './example-world.ts';
import { judgeInbound } from './inbound.ts';
import { judgeTaking } from './taking.ts';
import { Mismatch } from './verdict.ts';
import { keyOf, type World } from './world.ts';

const line = (changes: Partial<InboundLine> = {}): InboundLine => ({
  skuId: 'S',
  quantity: 2,
  unitCost: '2.00',
  locationId: 'default',
  qualityLevel: 'A',
  ...changes,
});

function receive(world: World, input: InboundInput, batchIds: readonly string[]): void {
  const lines = input.lines.map((each, index) => ({
    ...{ line: index + 1, skuId: each.skuId, locationId: each.locationId, batchId: batchIds[index] ?? '?' },
    ...{
      batchNo: each.batchNo ?? `${input.documentNo}-${index + 1}`,
      quantity: each.quantity,
      unitCost: each.unitCost,
      reservationId: null,
    },
  }));
  judgeInbound(
    world,
    { type: 'purchase', input },
    answered(documentAnswer({ type: 'purchase', documentNo: input.documentNo, lines })),
  );
}

const judgeSale = (world: World, input: SalesInput, outcome: Parameters<typeof judgeTaking>[2]) =>
  judgeTaking(world, { type: 'sales', input }, outcome);

describe('inbound', () => {
  it('opens a batch under a number of its own when none is given', () => {
    const world = exampleWorld();
    receive(world, { documentNo: 'd', lines: [line(), line()] }, ['x', 'y']);
    expect([...world.batches.values()].map((batch) => batch.batchNo)).toEqual(['d-1', 'd-2']);
  });

  it('tops up an equal batch at the mean cost, half up at the sixth decimal', () => {
    const world = exampleWorld({ id: 'a', onHand: 1, unitCost: 0n });
    receive(world, { documentNo: 'd', lines: [line({ batchNo: 'no-a', quantity: 2, unitCost: '0.000001' })] }, ['a']);
    expect(world.batches.get('a')).toMatchObject({ onHand: 3, unitCost: 1n });
  });

  it('opens a known number at another place', () => {
    const world = exampleWorld({ id: 'a', onHand: 1 });
    receive(world, { documentNo: 'd', lines: [line({ batchNo: 'no-a', locationId: 'east' })] }, ['a-east']);
    expect(world.levels.get(keyOf('S', 'east'))).toMatchObject({ onHand: 2, version: 1 });
  });

  it.each<[string, Partial<InboundLine>]>([
    ['quality', { qualityLevel: 'B' }],
    ['date of production', { producedOn: '2026-01-01' }],
    ['expiry', { expiresAt: '2027-01-01' }],
  ])('refuses a known number with another %s', (_name, changes) => {
    const input = { documentNo: 'd', lines: [line({ batchNo: 'no-a', ...changes })] };
    judgeInbound(exampleWorld({ id: 'a', onHand: 1 }), { type: 'purchase', input }, refused('INV_009'));
    expect(() => receive(exampleWorld({ id: 'a', onHand: 1 }), input, ['a'])).toThrow(Mismatch);
  });

  it('makes the SKU that it names', () => {
    const world = exampleWorld();
    receive(world, { documentNo: 'd', lines: [line({ skuId: 'new' })] }, ['x']);
    expect(world.skus.get('new')?.status).toBe('active');
  });

  it('answers the same document once more, and refuses another one under its number', () => {
    const world = exampleWorld();
    const input = { documentNo: 'd', lines: [line()] };
    receive(world, input, ['x']);
    receive(world, input, ['x']);
    expect(world.levels.get(keyOf('S', 'default'))?.onHand).toBe(2);
    judgeInbound(
      world,
      { type: 'purchase', input: { documentNo: 'd', lines: [line({ quantity: 3 })] } },
      refused('INV_008'),
    );
  });

  it('refuses more than a level can count', () => {
    const input = { documentNo: 'd', lines: [line({ quantity: 2_147_483_647 })] };
    judgeInbound(exampleWorld({ id: 'a', onHand: 1 }), { type: 'purchase', input }, refused('INV_010'));
  });

  it('refuses what has not happened yet', () => {
    judgeInbound(
      exampleWorld(),
      { type: 'purchase', input: { documentNo: 'd', occurredAt: plusSeconds(NOW, 1), lines: [line()] } },
      refused('INV_005'),
    );
  });
});

describe('dates', () => {
  it.each([
    ['2026-11-20', 'UTC', '2026-11-21T00:00:00.000000Z', 'a day ends with the first instant of the next'],
    ['2026-11-20', 'Asia/Shanghai', '2026-11-20T16:00:00.000000Z', 'in the configured zone'],
    ['2026-10-24', 'Europe/Berlin', '2026-10-24T22:00:00.000000Z', 'on the eve of the end of summer time'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00.000000Z', 'and on the day itself'],
    ['2026-11-20T01:02:03.000000Z', 'Asia/Shanghai', '2026-11-20T01:02:03.000000Z', 'a moment stays'],
  ])('%s in %s is over at %s: %s', (given, zone, expected) => {
    expect(expiryInstant(given, zone)).toBe(expected);
  });

  it('begin at midnight even where clocks jump', () => {
    expect(startOfDay('2026-03-29' as CalendarDate, 'Europe/Berlin')).toBe('2026-03-28T23:00:00.000000Z' as Instant);
  });
});

describe('a sale', () => {
  const sale = (quantity: number, more: Partial<SalesInput> = {}): SalesInput => ({
    orderNo: 'o',
    lines: [{ skuId: 'S', quantity }],
    ...more,
  });
  const sold = (...takes: readonly (readonly [batchId: string, quantity: number, reservationId: string | null])[]) =>
    answered(
      documentAnswer({
        ...{ type: 'sales', documentNo: 'o', orderNo: 'o' },
        lines: takes.map(([batchId, quantity, reservationId]) => ({
          ...{
            line: 1,
            skuId: 'S',
            locationId: 'default',
            batchId,
            batchNo: `no-${batchId}`,
            quantity,
            unitCost: '1.00',
            reservationId,
          },
        })),
      }),
    );

  const withHolds = () => {
    const world = exampleWorld({ id: 'a', onHand: 4 });
    hold(world, 'r1', { line: { lineId: '1' }, takes: [{ batchId: 'a', quantity: 1 }] });
    const confirmed = hold(world, 'r2', { line: { lineId: '2' }, takes: [{ batchId: 'a', quantity: 1 }] });
    Object.assign(confirmed, { state: 'confirmed', expiresAt: null });
    return world;
  };

  it('takes confirmed holds before active ones, then free stock', () => {
    const world = withHolds();
    judgeSale(world, sale(3), sold(['a', 1, 'r2'], ['a', 1, 'r1'], ['a', 1, null]));
    expect(world.levels.get(keyOf('S', 'default'))).toMatchObject({ onHand: 1, reserved: 0 });
    expect(world.reservations.get('r1')?.state).toBe('fulfilled');
  });

  it('leaves held what it does not need', () => {
    const world = withHolds();
    judgeSale(world, sale(1), sold(['a', 1, 'r2']));
    expect(world.reservations.get('r1')?.state).toBe('active');
  });

  it('that takes free stock while the order holds goods is a mismatch', () => {
    expect(() => judgeSale(withHolds(), sale(1), sold(['a', 1, null]))).toThrow(Mismatch);
  });

  it('counts its own holds and free stock as available when it is short', () => {
    const short = (available: number) =>
      refused('INV_002', { lines: [{ skuId: 'S', locationId: null, requested: 5, available }] });
    judgeSale(withHolds(), sale(5), short(4));
    expect(() => judgeSale(withHolds(), sale(5), short(2))).toThrow('short lines');
  });

  it('does not touch the holds of other orders', () => {
    const world = exampleWorld({ id: 'a', onHand: 1 });
    hold(world, 'r1', { line: { businessId: 'other' }, takes: [{ batchId: 'a', quantity: 1 }] });
    judgeSale(
      world,
      sale(1),
      refused('INV_002', { lines: [{ skuId: 'S', locationId: null, requested: 1, available: 0 }] }),
    );
  });
});
