/**
 * What the end of the holds tells of calls that nobody was answered, and of what nobody asked for: a hold that is not there
 * was never made, and one that expired was ended by somebody. Exact: nothing that could explain an answer is left out.
 */
import { type Event, isUnknown, type LevelHistory, NOBODY, type Operation } from './history.ts';
import type { Ending, Ledger } from './ledger.ts';

/** Clocks of two processes of one machine are read at two moments. */
const CLOCK_MS = 50;

/** The level's events with looks at the end, one after the other, and with what is now known of the others. */
export function settled(level: LevelHistory, { entries, holds, readAt: endsAt }: Ledger): LevelHistory {
  const written = new Set(entries.map(({ of }) => of));
  const known = level.events.flatMap((event) => settle(event, { holds, written, endsAt }));
  const reserves = level.events.flatMap((event) => (event.operation.kind === 'reserve' ? [event] : []));
  const looks = reserves.map((event, place) => lookAt(event, holds, endsAt + 1 + place));
  const expired = reserves.flatMap((event) => expiryOf(event, holds, endsAt));
  return { ...level, events: [...known, ...expired, ...looks] };
}

const holdOf = (operation: Operation): string => ('hold' in operation ? operation.hold : '');

interface Known {
  readonly holds: ReadonlyMap<string, Ending>;
  /** Names of holds and documents that moved stock. */
  readonly written: ReadonlySet<string>;
  /** When the ends were looked at: whatever they show had happened. */
  readonly endsAt: number;
}

function settle(event: Event, { holds, written, endsAt }: Known): readonly Event[] {
  if (!isUnknown(event)) return [event];
  const { operation } = event;
  const state = holds.get(holdOf(operation))?.state;
  switch (operation.kind) {
    case 'reserve':
    case 'receive': {
      const name = operation.kind === 'reserve' ? operation.hold : operation.document;
      return written.has(name) ? [{ ...event, returnedAt: endsAt }] : [];
    }
    case 'confirm':
      return state === 'confirmed' || state === 'released' ? [event] : [];
    case 'release':
      return state === 'released' ? [event] : [];
    case 'read':
    case 'look':
    case 'expire':
      return [];
  }
}

function lookAt({ name, operation }: Event, holds: Known['holds'], at: number): Event {
  const hold = holdOf(operation);
  const ending = holds.get(hold);
  return {
    ...{ name: `${name} at the end`, client: NOBODY, calledAt: at, returnedAt: at, operation: { kind: 'look', hold } },
    answer: ending === undefined ? { kind: 'refused', why: 'missing' } : { kind: 'hold', ...ending },
  };
}

/** Somewhere between the deadline and the end. */
function expiryOf({ name, calledAt, operation }: Event, holds: Known['holds'], endsAt: number): readonly Event[] {
  if (operation.kind !== 'reserve' || operation.lifeMs === null) return [];
  const { hold, lifeMs } = operation;
  const ending = holds.get(hold);
  if (ending?.state !== 'expired') return [];
  return [
    {
      ...{ name: `${name} overdue`, client: NOBODY, operation: { kind: 'expire', hold } },
      ...{ calledAt: calledAt + lifeMs - CLOCK_MS, returnedAt: endsAt, answer: { kind: 'hold', ...ending } },
    },
  ];
}
