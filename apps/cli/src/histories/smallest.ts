/** The smallest part of a history that still cannot be ordered, for people to read: whatever does without a call is left out. */
import { searchOrder } from './check.ts';
import type { Event, LevelHistory } from './history.ts';
import type { Ledger } from './ledger.ts';
import { settled } from './settle.ts';

/** A smaller one that takes longer to find helps nobody. */
const PATIENCE_MS = 3_000;

export function smallest(level: LevelHistory, ledger: Ledger): readonly Event[] {
  const whole = settled(level, ledger).events.toSorted((a, b) => a.calledAt - b.calledAt);
  const isIllegal = (events: readonly Event[]): boolean => searchOrder({ ...level, events }).verdict === 'illegal';
  // Whatever cannot be ordered cannot be ordered with more calls after it either: the shortest beginning is found by halving.
  const ends = [...new Set(whole.map(({ returnedAt }) => returnedAt).filter((at) => at !== Infinity))].toSorted(
    (a, b) => a - b,
  );
  let [least, most] = [0, ends.length - 1];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (isIllegal(until(whole, ends[middle] ?? Infinity))) most = middle;
    else least = middle + 1;
  }
  let events = until(whole, ends[most] ?? Infinity);
  // An answer that changed nothing may be missing: what is left cannot be ordered with it either.
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (const event of events.filter(changesNothing)) {
    if (performance.now() > giveUpAt) break;
    const without = events.filter((other) => other !== event);
    if (isIllegal(without)) events = without;
  }
  return events;
}

/** What was known at that moment: calls that were not over have no answer yet. */
function until(events: readonly Event[], at: number): readonly Event[] {
  return events
    .filter(({ calledAt }) => calledAt <= at)
    .map((event) => (event.returnedAt <= at ? event : { ...event, returnedAt: Infinity, answer: { kind: 'unknown' } }));
}

const changesNothing = ({ answer, operation }: Event): boolean =>
  answer.kind === 'refused' || answer.kind === 'level' || operation.kind === 'look';
