/**
 * Answers that are wrong by a simple argument each, without any search. They prove that a fault that was planted is one, so
 * that the search can be held to finding every one of them. What they do not see may be wrong all the same.
 */
import type { Event, LevelHistory } from './history.ts';

/** The most that can have been free at any moment of the call: all that came in at latest then, less all that was held throughout. */
export function mostFree({ opening, events }: LevelHistory, call: Event): number {
  let free = opening;
  const letGo = new Set(
    events.flatMap(({ calledAt, operation, answer }) =>
      operation.kind === 'release' && calledAt <= call.returnedAt && answer.kind !== 'refused' ? [operation.hold] : [],
    ),
  );
  for (const { operation, answer, calledAt, returnedAt } of events) {
    if (operation.kind === 'receive' && calledAt <= call.returnedAt) free += operation.quantity;
    const isHeld = operation.kind === 'reserve' && answer.kind === 'hold' && returnedAt < call.calledAt;
    if (isHeld && operation.lifeMs === null && !letGo.has(operation.hold)) free -= operation.quantity;
  }
  return free;
}

/** Holds that were given though at no moment of their call there was so much. */
export const oversold = (level: LevelHistory): readonly Event[] =>
  level.events.filter(
    (event) =>
      event.operation.kind === 'reserve' &&
      event.answer.kind === 'hold' &&
      event.operation.quantity > mostFree(level, event),
  );

/** A hold is confirmed once, and a repeat is told the same version. */
export const confirmedAnew = ({ events }: LevelHistory): readonly Event[] => {
  const first = new Map<string, number>();
  return events.filter(({ operation, answer }) => {
    if (operation.kind !== 'confirm' || answer.kind !== 'hold' || answer.state !== 'confirmed') return false;
    const version = first.get(operation.hold) ?? answer.version;
    first.set(operation.hold, version);
    return version !== answer.version;
  });
};

/** Nothing leaves in a history, so what is on hand never falls below what had come in when the read began. */
export const staleReads = ({ opening, events }: LevelHistory): readonly Event[] =>
  events.filter(
    ({ answer, calledAt }) => answer.kind === 'level' && answer.onHand < received(events, opening, calledAt),
  );

export function received(events: readonly Event[], opening: number, before: number): number {
  return events.reduce(
    (sum, { operation, answer, returnedAt }) =>
      operation.kind === 'receive' && answer.kind === 'received' && returnedAt < before
        ? sum + operation.quantity
        : sum,
    opening,
  );
}
