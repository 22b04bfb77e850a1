/** Faults planted into a history that was recorded of a sound shop: each is wrong beyond doubt, and touches one answer. */
import type { Random } from '../sample/random.ts';
import type { Event, LevelHistory } from './history.ts';
import { confirmedAnew, mostFree, oversold, received, staleReads } from './surely.ts';

export const plantKinds = ['oversell', 'double confirm', 'stale read'] as const;
export type PlantKind = (typeof plantKinds)[number];

/** The answers that are surely wrong in this way. */
export const proofOf: Readonly<Record<PlantKind, (level: LevelHistory) => readonly Event[]>> = {
  oversell: oversold,
  'double confirm': confirmedAnew,
  'stale read': staleReads,
};

/** Undefined where the history has no place for it. */
export function planted(kind: PlantKind, level: LevelHistory, random: Random): LevelHistory | undefined {
  switch (kind) {
    case 'oversell':
      return oversell(level, random);
    case 'double confirm':
      return doubleConfirm(level, random);
    case 'stale read':
      return staleRead(level, random);
  }
}

/** A refusal becomes a hold; of one unit more than can have been free, where what was asked for might have been. */
function oversell(level: LevelHistory, random: Random): LevelHistory | undefined {
  const refused = level.events.filter(
    ({ operation, answer }) => operation.kind === 'reserve' && answer.kind === 'refused' && operation.lifeMs === null,
  );
  return swapped(level, pickOf(refused, random), (event) => {
    if (event.operation.kind !== 'reserve') return [event];
    const quantity = Math.max(event.operation.quantity, mostFree(level, event) + 1);
    const answer = { kind: 'hold', state: 'active', version: 1 } as const;
    return [{ ...event, operation: { ...event.operation, quantity }, answer }];
  });
}

/** Another client is told, at the same time, that it was its confirm. */
function doubleConfirm(level: LevelHistory, random: Random): LevelHistory | undefined {
  const confirmed = level.events.filter(
    ({ operation, answer }) => operation.kind === 'confirm' && answer.kind === 'hold',
  );
  return swapped(level, pickOf(confirmed, random), (event) => {
    if (event.answer.kind !== 'hold') return [event];
    const answer = { ...event.answer, version: event.answer.version + 1 };
    return [event, { ...event, name: `${event.name} again`, client: event.client + 1, answer }];
  });
}

/** A read is told what was there before the last receipt that it must have seen. */
function staleRead(level: LevelHistory, random: Random): LevelHistory | undefined {
  const late = level.events.filter(
    ({ answer, calledAt }) =>
      answer.kind === 'level' && received(level.events, level.opening, calledAt) > level.opening,
  );
  return swapped(level, pickOf(late, random), (event) => {
    const must = received(level.events, level.opening, event.calledAt);
    const older = level.events.findLast(
      ({ answer, returnedAt }) => answer.kind === 'level' && returnedAt < event.calledAt && answer.onHand < must,
    );
    const opening = { kind: 'level', onHand: level.opening, reserved: 0, version: 1 } as const;
    return [{ ...event, answer: older?.answer ?? opening }];
  });
}

const pickOf = (events: readonly Event[], random: Random): Event | undefined =>
  events[Math.floor(random.next() * events.length)];

function swapped(
  level: LevelHistory,
  chosen: Event | undefined,
  by: (event: Event) => readonly Event[],
): LevelHistory | undefined {
  if (chosen === undefined) return undefined;
  return { ...level, events: level.events.flatMap((event) => (event === chosen ? by(event) : [event])) };
}
