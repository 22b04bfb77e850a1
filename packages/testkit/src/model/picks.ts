/** The small world that the model plays in: small worlds meet more of their corners. */
import * as fc from 'fast-check';
import { isHeld, type OracleBatch, type OracleReservation } from '../oracle/world.ts';
import type { ModelState, Step } from './state.ts';

/** Turns what was drawn into a call, seen from the state of the moment; undefined when there is nothing to call. */
export type Draw = (state: ModelState) => Step | undefined;

export const UNKNOWN_ID = '0000000000ZZZZZZZZZZZZZZZZ';

/** One of several, the first ones most often. */
export function mostly<T>(...weighted: readonly (readonly [number, T])[]): fc.Arbitrary<T> {
  return fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));
}

/** Left out most of the time. */
export function rarely<T>(arbitrary: fc.Arbitrary<T>, outOf = 4): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: outOf - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** K is a bundle and V a virtual SKU while they are defined; pieces of S have serials. */
export const skuIds = mostly([14, 'A'], [10, 'B'], [6, 'C'], [5, 'S'], [3, 'K'], [3, 'V'], [1, 'unknown']);
export const newSkuIds = mostly([3, 'A'], [3, 'B'], [3, 'C'], [2, 'D'], [2, 'E']);
export const places = mostly([14, 'default'], [9, 'east'], [4, 'west'], [1, 'nowhere']);
export const types = mostly<'cart' | 'order' | 'other'>([4, 'cart'], [5, 'order'], [1, 'other']);
export const businessIds = mostly([1, 'b1'], [1, 'b2'], [1, 'b3'], [1, 'b4']);
export const lineIds = mostly([3, ''], [2, 'l1']);
export const quantities = mostly([12, 1], [10, 2], [8, 3], [5, 4], [3, 5], [3, 6], [1, 2_147_483_647]);
export const qualities = mostly([3, 'A'], [2, 'B']);
export const strategies = mostly(
  ...(['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'] as const).map(
    (name) => [8, name] as [number, string],
  ),
  [1, 'by_moonlight'] as [number, string],
);
/** Days in multiples of 432,000 s, so that they keep clear of every deadline. */
export const remainingDays = mostly([2, 0], [3, 5], [1, 30]);
/** How often a repeat without a key, a page size, and so on: any small number. */
export const index = fc.nat(1_000_000);

export function pick<T>(list: readonly T[], at: number): T | undefined {
  return list.length === 0 ? undefined : list[at % list.length];
}

/** A reservation's id: of a held one most of the time, of any, or of none. */
export const reservationPick = fc.record({
  at: index,
  of: mostly<'held' | 'any' | 'none'>([20, 'held'], [6, 'any'], [1, 'none']),
});

export function pickReservation(
  state: ModelState,
  drawn: { at: number; of: 'held' | 'any' | 'none' },
): OracleReservation | undefined {
  const all = [...state.world.reservations.values()];
  if (drawn.of === 'none') return undefined;
  const held = all.filter(isHeld);
  return pick(drawn.of === 'held' && held.length > 0 ? held : all, drawn.at);
}

/** Ids of batches, most often of the SKU and place asked for. */
export function pickBatches(
  state: ModelState,
  drawn: { picks: readonly number[]; loose: boolean },
  of: { skuId: string; locationId?: string | undefined },
): string[] {
  const fits = (batch: OracleBatch) =>
    batch.skuId === of.skuId && (of.locationId === undefined || batch.locationId === of.locationId);
  const all = [...state.world.batches.values()];
  const list = drawn.loose ? all : all.filter(fits);
  return drawn.picks.map((at) => pick(list, at)?.id ?? UNKNOWN_ID);
}

/** When something is said to have happened: some thousand seconds ago, rarely in the future. */
export const happenings = rarely(mostly([3, -7], [3, -2], [1, 300]), 8);

/** Drops what is undefined: inputs are compared and hashed by the keys that they have. */
export function given<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;
}

export function draw<T>(
  arbitrary: fc.Arbitrary<T>,
  make: (drawn: T, state: ModelState) => Step | undefined,
): fc.Arbitrary<Draw> {
  return arbitrary.map((drawn) => (state: ModelState) => make(drawn, state));
}
