/** Callers at work while something goes wrong: what they were told is kept for afterwards, and how fast somebody was served again. */
import { createClient } from '@granary/client';
import { call } from '../effects/callers.ts';
import { type Diary, emptyDiary } from '../effects/diary.ts';
import type { Told } from './fault.ts';
import { DEADLINE_MS, type Testbed, untilSo } from './testbed.ts';

export interface Load extends Told {
  /** How many calls were decided so far, done or refused. */
  decided(): number;
  /** After how many milliseconds from now on a call was decided; undefined when none was in time. */
  servedAgain(): Promise<number | undefined>;
  /** No caller begins anything more; resolves when all have their answers, with what went wrong. */
  end(): Promise<readonly string[]>;
}

export interface LoadOptions {
  readonly url: string;
  readonly callers?: number;
  /** Of each SKU; few, so that callers want more than there is. */
  readonly quantity?: number;
}

const CALLERS = 12;
const SKUS = 4;
const QUANTITY = 40;
const SEEDS_APART = 1_000;
/** A deadline that has passed leaves so much to look up what became of a COMMIT, and to be heard on a machine that is busy. */
const LATEST_ANSWER_MS = DEADLINE_MS + 2_000 + 1_000;
const CALL_TIMEOUT_MS = 20_000;
const PATIENCE_MS = 15_000;

export async function beginLoad(
  bed: Testbed,
  { url, callers = CALLERS, quantity = QUANTITY }: LoadOptions,
): Promise<Load> {
  const opening = await bed.stock('LOAD', SKUS, quantity);
  const [first = '', ...others] = opening.keys();
  const diary: Diary = emptyDiary();
  // Each call is sent once: what is measured is how long one call may take.
  const client = createClient({ url, retries: 0, timeoutMs: CALL_TIMEOUT_MS });
  let goesOn = true;
  const seed = Number(bed.name('seed').split('-').at(-1)) * SEEDS_APART;
  const calling = call({
    ...{ diary, callers, seed, skuIds: [first, ...others] },
    ...{ client: () => client, goesOn: () => goesOn },
  });
  const decided = () => diary.answers.filter(({ outcome }) => outcome !== 'unknown').length;
  return {
    ...{ diary, opening, decided },
    servedAgain: () => {
      const since = performance.now();
      const isServed = () => diary.answers.some(({ at, ms, outcome }) => at - ms >= since && outcome !== 'unknown');
      return untilSo(isServed, PATIENCE_MS);
    },
    async end() {
      goesOn = false;
      await calling;
      const slowest = slowestMs(diary);
      return slowest > LATEST_ANSWER_MS ? [`a call was answered after ${slowest} ms, past its deadline`] : [];
    },
  };
}

export function slowestMs({ answers }: Diary): number {
  return Math.round(answers.reduce((slowest, { ms }) => Math.max(slowest, ms), 0));
}

export function unansweredOf({ unanswered }: Diary): number {
  return Object.values(unanswered).reduce((sum, count) => sum + count, 0);
}
