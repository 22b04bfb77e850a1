/** Judges the history of one level: by the search for a legal order, and by the order of the ledger. */
import { isUnknown, type LevelHistory } from './history.ts';
import type { Ledger } from './ledger.ts';
import { type Linearized, linearize } from './linearize.ts';
import { opened, step } from './model.ts';
import type { Event } from './history.ts';
import { settled } from './settle.ts';

/** @param level settled */
export function searchOrder({ opening, events }: LevelHistory, mostSteps?: number): Linearized<Event> {
  return linearize({
    ...{ events, initial: opened(opening), step, ...(mostSteps === undefined ? {} : { mostSteps }) },
    isOptional: (event) => isUnknown(event) && event.returnedAt === Infinity,
  });
}

export const searchSettled = (level: LevelHistory, ledger: Ledger, mostSteps?: number): Linearized<Event> =>
  searchOrder(settled(level, ledger), mostSteps);

/** Of what was planted the search must come to an end, however long it takes. */
export const PLANT_STEPS = 1_500_000;
