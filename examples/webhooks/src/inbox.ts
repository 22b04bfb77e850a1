/** Takes in what a webhook brings: each event once, and told by whether it came in its place along its aggregate. */
import type { StockEvent } from '@granary/client';

/**
 * `next` follows what was heard before, `repeat` was heard already. `ahead` leaves a hole behind it, for an event that was
 * given up; `late` fills such a hole, and is older than what is known.
 */
export type Hearing = 'next' | 'ahead' | 'late' | 'repeat';

export interface Inbox {
  /** Decides without waiting for anything, so that two requests at once cannot both be the first. */
  hear(event: StockEvent): Hearing;
  counts(): Readonly<Record<Hearing, number>>;
}

/** Versions from..to that were not heard. */
interface Hole {
  readonly from: number;
  readonly to: number;
}

interface Heard {
  readonly version: number;
  readonly holes: readonly Hole[];
}

/**
 * The versions of an aggregate follow each other, so its last one and the holes say which event ids were heard; a list of all
 * ids would grow for ever. A program that keeps what it hears in a database keeps these beside it, in the same transaction.
 * This needs every type of an aggregate that is listened to: with some left out, their versions look like holes.
 */
export function createInbox(): Inbox {
  const aggregates = new Map<string, Heard>();
  const counts: Record<Hearing, number> = { next: 0, ahead: 0, late: 0, repeat: 0 };
  return {
    hear(event) {
      const key = `${event.aggregate.kind}:${event.aggregate.id}`;
      const { hearing, heard } = placed(aggregates.get(key), event);
      aggregates.set(key, heard);
      counts[hearing] += 1;
      return hearing;
    },
    counts: () => ({ ...counts }),
  };
}

function placed(known: Heard | undefined, event: StockEvent): { readonly hearing: Hearing; readonly heard: Heard } {
  const { fromVersion, toVersion } = event;
  // What was before the first event is not missing: a webhook hears what happens after it was made.
  if (known === undefined) return { hearing: 'next', heard: { version: toVersion, holes: [] } };
  const { version, holes } = known;
  if (fromVersion === version) return { hearing: 'next', heard: { version: toVersion, holes } };
  if (fromVersion > version)
    return { hearing: 'ahead', heard: { version: toVersion, holes: [...holes, { from: version, to: fromVersion }] } };
  const hole = holes.find(({ from, to }) => from <= fromVersion && toVersion <= to);
  if (hole === undefined) return { hearing: 'repeat', heard: known };
  const left = [
    { from: hole.from, to: fromVersion },
    { from: toVersion, to: hole.to },
  ].filter(({ from, to }) => from < to);
  return { hearing: 'late', heard: { version, holes: [...holes.filter((other) => other !== hole), ...left] } };
}
