/** Plays scenes, each in a life of its own, and tells which of them are not what they say. */
import type { Situation } from '../oracle/sometimes.ts';
import { inspect } from './execute.ts';
import { furnish } from './furnish.ts';
import { scenes, type SceneName } from './scenes.ts';
import { createStage } from './stage.ts';
import { openState } from './state.ts';
import type { OpenSubject } from './subject.ts';
import type { Tally } from './tally.ts';

export interface Playing {
  readonly open: OpenSubject;
  readonly strategies: readonly string[];
  readonly tally: Tally;
}

/** What went wrong, or undefined: the engine and the oracle disagree, or a scene does not bring about what its name says. */
export async function playScene(name: SceneName, { open, strategies, tally }: Playing): Promise<string | undefined> {
  const subject = await open();
  const state = await openState(subject, strategies);
  const { met } = state.world;
  try {
    await furnish(subject, state);
    met.clear();
    await scenes[name](createStage(subject, state, tally));
    await inspect(subject, state);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  tally.meet(met);
  const isSituation = name in tally.situations;
  return isSituation && !met.has(name as Situation) ? `the scene does not meet '${name}'` : undefined;
}
