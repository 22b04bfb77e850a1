/** No oversell: a crowd wants more than there is, through every door and in every form, and exactly what is there is given. */
import { randomUUID } from 'node:crypto';
import type { Member } from '../fleet/fleet.ts';
import type { ServicePath } from '../fleet/message.ts';
import type { Arena, LockMode } from './arena.ts';
import { tally } from './tally.ts';

export const doors = ['client', 'service'] as const;
export type Door = (typeof doors)[number];

export interface StockRace {
  readonly stock: number;
  readonly callers: number;
  readonly door: Door;
}

export interface StockRaceResult extends StockRace {
  readonly accepted: number;
  /** How many could be served. */
  readonly expected: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
  readonly violations: readonly string[];
  readonly milliseconds: number;
  readonly ok: boolean;
}

/** Enough for everybody: the second line of those that want two things. */
const PLENTY = 'PLENTY';
const PLENTY_QUANTITY = 1_000_000;

export async function preparePlenty({ client }: Arena): Promise<void> {
  const lines = [{ skuId: PLENTY, quantity: PLENTY_QUANTITY, unitCost: '1.00' }];
  await client.inbound.purchase.mutate({ documentNo: 'PLENTY', lines });
}

export async function raceForStock(arena: Arena, race: StockRace): Promise<StockRaceResult> {
  const { stock, callers, door } = race;
  const skuId = `SCARCE-${randomUUID()}`;
  await arena.client.inbound.purchase.mutate({
    documentNo: skuId,
    lines: [{ skuId, quantity: stock, unitCost: '1.00' }],
  });
  // Few callers want more each, so that every crowd wants more than there is.
  const quantity = callers > stock ? 1 : stock / 5;
  const expected = stock / quantity;
  const startedAt = performance.now();
  const results = await Promise.allSettled(
    Array.from({ length: callers }, (_, index) => {
      const { path, input } = wishOf(index, { skuId, quantity, businessId: `${skuId}-${index}` });
      const member = arena.fleet.member(index);
      return door === 'service' ? member.service(path, input) : throughClient(member, path, input);
    }),
  );
  const milliseconds = Math.round(performance.now() - startedAt);
  const { accepted, refused, failures } = tally(results, ['INV_002']);
  const violations = await arena.violations();
  const left = (await arena.client.stock.check.query({ skuId })).available;
  const ok = accepted === expected && left === 0 && failures.length === 0 && violations.length === 0;
  return { ...race, accepted, expected, refused, failures, violations, milliseconds, ok };
}

interface Wish {
  readonly skuId: string;
  readonly quantity: number;
  readonly businessId: string;
}

/** Four in ten hold one line, four in ten hold two, two in ten sell at the till. */
function wishOf(
  index: number,
  { skuId, quantity, businessId }: Wish,
): { readonly path: ServicePath; readonly input: never } {
  const hold = { type: 'cart', businessId } as const;
  const form = index % 10;
  // The paths and inputs are checked by the contracts at the other end; here they only travel.
  const as = (path: ServicePath, input: object) => ({ path, input: input as never });
  if (form < 4) return as('reservation.reserve', { ...hold, skuId, quantity });
  if (form >= 8) return as('outbound.sales', { orderNo: businessId, lines: [{ skuId, quantity }] });
  const lines = [
    { ...hold, skuId: PLENTY, quantity: 1 },
    { ...hold, skuId, quantity },
  ];
  return as('reservation.reserveMany', { lines });
}

function throughClient({ client }: Member, path: ServicePath, input: never): Promise<unknown> {
  switch (path) {
    case 'reservation.reserve':
      return client.reservation.reserve.mutate(input);
    case 'reservation.reserveMany':
      return client.reservation.reserveMany.mutate(input);
    case 'outbound.sales':
      return client.outbound.sales.mutate(input);
  }
}

export interface Overlap {
  /** The most units of work at once, per process. */
  readonly peaks: readonly number[];
  /** Calls that held a lock, and calls that went on without one since the lock service did not answer. */
  readonly acquired: number;
  readonly skipped: number;
  readonly ok: boolean;
}

/** What must have been measured over all races of one arena: calls overlapped, and locks were asked for as configured. */
export async function overlapOf({ fleet, mode }: Arena): Promise<Overlap> {
  const facts = await fleet.facts();
  const peaks = facts.map(({ peak }) => peak);
  const acquired = facts.reduce((sum, { locks }) => sum + locks.acquired, 0);
  const skipped = facts.reduce((sum, { locks }) => sum + locks.skipped, 0);
  return { peaks, acquired, skipped, ok: peaks.every((peak) => peak > 1) && locksAsAsked(mode, acquired, skipped) };
}

function locksAsAsked(mode: LockMode, acquired: number, skipped: number): boolean {
  switch (mode) {
    case 'documents':
    case 'all':
      return acquired > 0;
    case 'redis stopped':
      return acquired === 0 && skipped > 0;
    case 'none':
    case 'grants everybody':
      return acquired === 0;
  }
}
