/** All scenes by name: one for every situation that the rules treat differently, and some for rules beside. A situation without a scene does not compile. */
import type { Situation } from '../oracle/sometimes.ts';
import { rulesOfBatches, scenesOfBatches } from './scenes-of-batches.ts';
import { rulesOfHolds, scenesOfHolds } from './scenes-of-holds.ts';
import { rulesOfQuestions } from './scenes-of-questions.ts';
import { rulesOfStock, scenesOfShortage, scenesOfStock } from './scenes-of-stock.ts';
import type { Scene } from './stage.ts';

const situations = {
  ...scenesOfHolds,
  ...scenesOfStock,
  ...scenesOfBatches,
  ...scenesOfShortage,
} as const satisfies Record<Situation, Scene>;

export const scenes = { ...situations, ...rulesOfHolds, ...rulesOfStock, ...rulesOfBatches, ...rulesOfQuestions };

export type SceneName = keyof typeof scenes;

/** Those that need a world in which what is short may be sold; all others need one in which it may not. */
export const SHORTAGES = Object.keys(scenesOfShortage) as readonly SceneName[];
export const OTHERS = (Object.keys(scenes) as SceneName[]).filter((name) => !SHORTAGES.includes(name));
