/**
 * The past of a SKU, costed again as a whole and compared with what its books say of each event. Whatever differs becomes one
 * appended correction. What is still to be done is thereby told by the books alone: who starts anew after half of the
 * corrections were appended finds the other half.
 */
import type { Instant } from '@granary/contracts/instant';
import { ascending } from '../core/layer.ts';
import type { CostEvent, Flows } from '../core/event.ts';
import { type PostedEvent, postInSlices, type PostingContext } from '../core/posting.ts';
import type { Account, CostRecord } from '../core/record.ts';
import { atOnce, inSlices, type Sliced } from '../core/slices.ts';
import type { CostState } from '../core/state.ts';
import type { CostRecostRow } from '../entities/cost-recost.ts';

/** An event that belongs to `at` and was costed at `arrivedAt`, after all that was posted before it. */
export interface Moved {
  readonly eventId: string;
  readonly at: Instant;
  readonly arrivedAt: Instant;
}

/** All that the books say of one event against one account. */
export interface Booked {
  readonly eventId: string;
  readonly subjectId: string;
  readonly account: Account;
  readonly value: bigint;
  /** When it happened, as its records tell. */
  readonly at: Instant;
}

export type Correction = CostRecord & { readonly at: Instant };

export interface Recosting {
  /** A state of the past, and all events since in the order of time. */
  readonly base: CostState;
  /** When the base was; undefined for the very beginning. */
  readonly since: Instant | undefined;
  readonly events: readonly CostEvent[];
  readonly booked: readonly Booked[];
  /** The earliest event that was moved, and its moment: what is before it stays as it is. */
  readonly causeId: string;
  readonly earliestAt: Instant;
}

export interface Recosted {
  /** After all events. */
  readonly state: CostState;
  readonly flows: Flows;
  /** In the order of time. */
  readonly corrections: readonly Correction[];
}

export function* planRecost(recosting: Recosting, context: PostingContext): Sliced<Recosted> {
  const { base, events, causeId, earliestAt } = recosting;
  const { state, flows, posted } = yield* postInSlices(base, events, context);
  const books = yield* sortBooks(recosting);
  const cut = events.findIndex(({ id, at }) => at > earliestAt || (at === earliestAt && id >= causeId));
  // A close that found later months begun has corrected them in one sum: it is dissolved, and each event gets its own.
  const from = books.lumps.length > 0 || cut === -1 ? 0 : cut;
  const dissolved = books.lumps.map((lump) => correctionOf(lump, { causeId, value: -lump.value }));
  const comparing = { posted: posted.slice(from), books: books.byEvent, causeId };
  const later = yield* compareBooks(events.slice(from), comparing);
  return { state, flows, corrections: [...dissolved, ...later] };
}

/** The order in which all of it was posted: what was told late stands where it arrived. */
export function asPosted(events: readonly CostEvent[], moves: readonly Moved[]): readonly CostEvent[] {
  const arrived = new Map(moves.map(({ eventId, arrivedAt }) => [eventId, arrivedAt]));
  return events
    .map((event) => ({ ...event, at: arrived.get(event.id) ?? event.at }))
    .toSorted((a, b) => ascending(a.at, b.at) || ascending(a.id, b.id));
}

/** By event, and there by what it is about. */
export type BooksByEvent = ReadonlyMap<string, ReadonlyMap<string, Booked>>;

interface BooksOfSku {
  readonly byEvent: BooksByEvent;
  /** Sums that a close has posted into months that had begun: of no event. */
  readonly lumps: readonly Booked[];
}

const keyOf = ({ subjectId, account }: Pick<Booked, 'subjectId' | 'account'>): string => `${account} ${subjectId}`;

type Booking = Pick<Recosting, 'events' | 'booked' | 'since'>;

export const booksOf = (booking: Booking): BooksOfSku => atOnce(sortBooks(booking));

function* sortBooks({ events, booked, since }: Booking): Sliced<BooksOfSku> {
  const byEvent = new Map<string, Map<string, Booked>>();
  yield* inSlices(events, ({ id }) => byEvent.set(id, new Map()));
  const lumps: Booked[] = [];
  yield* inSlices(booked, (each) => {
    const own = byEvent.get(each.eventId);
    if (own !== undefined) own.set(keyOf(each), each);
    else if (since !== undefined && each.at >= since && each.value !== 0n) lumps.push(each);
  });
  return { byEvent, lumps };
}

export interface Comparing {
  /** What each of the events makes. */
  readonly posted: readonly PostedEvent[];
  readonly books: BooksByEvent;
  readonly causeId: string;
}

/** What the books lack of each event, or say too much. */
export const correctionsOf = (events: readonly CostEvent[], comparing: Comparing): Correction[] =>
  atOnce(compareBooks(events, comparing));

function* compareBooks(events: readonly CostEvent[], { posted, books, causeId }: Comparing): Sliced<Correction[]> {
  const corrections: Correction[] = [];
  yield* inSlices(events, ({ id, at }, place) => {
    const due = new Map<string, Booked>();
    for (const { subjectId, account, value } of posted[place]?.records ?? []) {
      const key = keyOf({ subjectId, account });
      due.set(key, { eventId: id, subjectId, account, at, value: value + (due.get(key)?.value ?? 0n) });
    }
    const own = books.get(id) ?? new Map<string, Booked>();
    for (const [key, entry] of new Map([...own, ...due])) {
      const value = (due.get(key)?.value ?? 0n) - (own.get(key)?.value ?? 0n);
      if (value !== 0n) corrections.push(correctionOf({ ...entry, at }, { causeId, value }));
    }
  });
  return corrections;
}

function correctionOf(
  { eventId, subjectId, account, at }: Booked,
  { causeId, value }: { causeId: string; value: bigint },
): Correction {
  return { kind: 'correction', account, causeId, subjectId, correctsId: eventId, quantity: 0, value, at };
}

export interface Deferring {
  readonly skuId: string;
  readonly lastAt: Instant;
  readonly inserted: readonly CostEvent[];
  readonly by: Pick<CostRecostRow, 'documentId' | 'reason' | 'commandId'>;
}

/** The events as they are costed now, after all that is posted. */
export function asArrived(lastAt: Instant, inserted: readonly CostEvent[]): readonly CostEvent[] {
  return inserted.map((event) => ({ ...event, at: laterOf(event.at, lastAt) }));
}

const laterOf = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** What is left to do, with what was left already. */
export function planDeferral(
  { skuId, lastAt, inserted, by }: Deferring,
  known: CostRecostRow | undefined,
): CostRecostRow {
  const moved = inserted.map(({ id, at }): Moved => ({ eventId: id, at, arrivedAt: laterOf(at, lastAt) }));
  const first = moved.toSorted((a, b) => ascending(a.at, b.at) || ascending(a.eventId, b.eventId))[0];
  if (first === undefined) throw new Error('nothing is to be back-dated');
  const moves = JSON.stringify([...movesOf(known), ...moved]);
  const cause = { earliestAt: first.at, causeId: first.eventId, ...by };
  if (known === undefined) return { skuId, ...cause, moves, corrections: 0, carried: 0n, version: 1 };
  const next = { ...known, moves, version: known.version + 1 };
  return first.at < known.earliestAt ? { ...next, ...cause } : next;
}

export function movesOf(row: CostRecostRow | undefined): readonly Moved[] {
  // What was written were moves.
  return row === undefined ? [] : (JSON.parse(row.moves) as readonly Moved[]);
}
