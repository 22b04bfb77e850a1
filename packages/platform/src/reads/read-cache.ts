/**
 * Kept answers of reading calls: in this process, and behind it in Redis where there is one. An answer is given only if nothing
 * that this process has heard of has changed what it was read from, and if this process has listened within the last second.
 */
import type { AnswerKind, Question, ReadCache, Sourced } from '@granary/domain/ports/read-cache';
import { type AnswerShelf, createAnswerShelf, type KeptAnswer } from './answer-shelf.ts';
import { createFlights, type FlightControl, type Flights, type Landed, type Origin } from './flights.ts';
import type { Freshness } from './freshness.ts';
import type { SharedAnswers } from './shared-answers.ts';

/** Upper bounds, for when the message of a change is lost (decision 0006). */
const LONGEST_MS: Readonly<Record<AnswerKind, number>> = {
  'stock.check': 60_000,
  'stock.available': 60_000,
  'stock.allocate': 30_000,
  'cost.averageCost': 300_000,
  'cost.inventoryValue': 300_000,
};
/** Kept answers do not all end at once. */
const JITTER = 0.1;
/** What no other process could tell us of for this long is read again; with the time that a message takes, it stays within the documented second. */
export const UNHEARD_MS = 700;

export interface ReadCacheParts {
  readonly freshness: Freshness;
  /** Answers of each kind. */
  readonly most: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Every change that another process told before this moment has been heard, in the time of `now`. */
  readonly heardAtMs: () => number;
  /** Undefined without Redis. */
  readonly shared?: SharedAnswers | undefined;
}

export interface CacheCounters {
  readonly hits: number;
  readonly sharedHits: number;
  readonly misses: number;
  /** Waited for a reading that another call had begun. */
  readonly joined: number;
}

interface Shelf {
  readonly answers: AnswerShelf;
  readonly flightsOf: (asks: Question<unknown>['asks']) => Flights;
}

type Load<T> = (missing: readonly string[]) => Promise<ReadonlyMap<string, Sourced<T>>>;

export function createReadCache(parts: ReadCacheParts): ReadCache & { counters(): CacheCounters } {
  const { freshness, now } = parts;
  const shelves = new Map<AnswerKind, Shelf>();
  const counts = { hits: 0, sharedHits: 0, misses: 0, joined: 0 };
  const control: FlightControl = {
    mark: freshness.mark,
    now,
    isCurrent: (origin) => isCurrent(parts, origin, now()),
    joined: () => void (counts.joined += 1),
  };
  const shelfOf = (kind: AnswerKind): Shelf => {
    const known = shelves.get(kind);
    if (known !== undefined) return known;
    const shelf = { answers: createAnswerShelf(parts.most), flightsOf: createFlights(control) };
    shelves.set(kind, shelf);
    return shelf;
  };

  async function answers<T>(question: Question<T>, keys: readonly string[], load: Load<T>): Promise<Map<string, T>> {
    const shelf = shelfOf(question.kind);
    const found = new Map<string, T>();
    const missing = new Set<string>();
    const atMs = now();
    for (const key of keys) {
      const kept = shelf.answers.find(key);
      if (kept !== undefined && isGood(parts, kept, atMs)) found.set(key, kept.answer as T);
      else missing.add(key);
    }
    counts.hits += found.size;
    if (missing.size === 0) return found;
    counts.misses += missing.size;
    const read = async (own: readonly string[]) => await readAll(parts, { shelf, question, load, keys: own });
    for (const [key, { kept, error }] of await shelf.flightsOf(question.asks).wait([...missing], read)) {
      if (error !== undefined) throw error;
      if (kept !== undefined) found.set(key, kept.answer as T);
      if (kept?.isShared === true) counts.sharedHits += 1;
    }
    return found;
  }

  return { answers, counters: () => ({ ...counts }) };
}

function isGood(parts: ReadCacheParts, kept: KeptAnswer, atMs: number): boolean {
  return atMs < kept.untilMs && isCurrent(parts, kept, atMs);
}

function isCurrent(
  { freshness, heardAtMs }: ReadCacheParts,
  { mark, readAtMs, sources }: Origin,
  atMs: number,
): boolean {
  return atMs - Math.max(readAtMs, heardAtMs()) <= UNHEARD_MS && freshness.holds(mark, sources);
}

interface Reading<T> {
  readonly shelf: Shelf;
  readonly question: Question<T>;
  readonly load: Load<T>;
  readonly keys: readonly string[];
}

/** From Redis what is there, the rest from the database in one go. */
async function readAll<T>(parts: ReadCacheParts, reading: Reading<T>): Promise<ReadonlyMap<string, Landed>> {
  const { freshness, now, shared } = parts;
  const { shelf, question, load, keys } = reading;
  const landed = new Map<string, Landed>();
  const put = (key: string, kept: KeptAnswer) => {
    landed.set(key, { mark: kept.mark, kept });
    if (isGood(parts, kept, now())) shelf.answers.put(key, kept);
  };
  const found = await shared?.find(question, keys);
  for (const [key, kept] of found?.answers ?? []) put(key, kept);
  const missing = keys.filter((key) => !landed.has(key));
  if (missing.length === 0) return landed;
  const [mark, readAtMs] = [freshness.mark(), now()];
  const loaded = await load(missing);
  for (const key of missing) {
    const sourced = loaded.get(key);
    landed.set(key, { mark });
    if (sourced === undefined) continue;
    const { answer, sources, holdsMs } = sourced;
    const untilMs = readAtMs + Math.min(LONGEST_MS[question.kind] * (1 - JITTER * Math.random()), holdsMs);
    put(key, { answer, sources, mark, readAtMs, untilMs, isShared: false });
    found?.keep(key, sourced, untilMs - now());
  }
  return landed;
}
