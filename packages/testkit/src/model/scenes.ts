/** All scenes by name: one for every situation that the rules treat differently, and some for rules beside. A situation without a scene does not compile. */
import type { Situation } from '../oracle/sometimes.ts';
import { rulesOfBatches, scenesOfBatches } from './scenes-of-batches.ts';
import { scenesOfCaps } from './scenes-of-caps.ts';
import { rulesOfDocuments, scenesOfDocuments, scenesOfShortage } from './scenes-of-documents.ts';
import { rulesOfExpected, scenesOfExpected } from './scenes-of-expected.ts';
import { rulesOfHolds, scenesOfHolds } from './scenes-of-holds.ts';
import { rulesOfLocks, scenesOfLocks } from './scenes-of-locks.ts';
import { rulesOfMaking, scenesOfMaking } from './scenes-of-making.ts';
import { rulesOfPieces, scenesOfPieces } from './scenes-of-pieces.ts';
import { rulesOfQuestions } from './scenes-of-questions.ts';
import { rulesOfSettings } from './scenes-of-settings.ts';
import { scenesOfTransfers } from './scenes-of-transfers.ts';
import type { Scene } from './stage.ts';

const situations = {
  ...{ ...scenesOfHolds, ...scenesOfCaps, ...scenesOfDocuments, ...scenesOfShortage, ...scenesOfExpected },
  ...{ ...scenesOfPieces, ...scenesOfBatches, ...scenesOfLocks, ...scenesOfTransfers, ...scenesOfMaking },
} as const satisfies Record<Situation, Scene>;

const rules = {
  ...{ ...rulesOfHolds, ...rulesOfDocuments, ...rulesOfExpected, ...rulesOfPieces, ...rulesOfLocks },
  ...{ ...rulesOfBatches, ...rulesOfMaking, ...rulesOfSettings, ...rulesOfQuestions },
} as const satisfies Record<string, Scene>;

export const scenes = { ...situations, ...rules };

export type SceneName = keyof typeof scenes;

/** Those that need a world in which what is short may be sold; all others need one in which it may not. */
export const SHORTAGES = Object.keys(scenesOfShortage) as readonly SceneName[];
export const OTHERS = (Object.keys(scenes) as SceneName[]).filter((name) => !SHORTAGES.includes(name));
