/** The load of a soak: callers that sell, hold and receive at a steady pace, and others that look, all through the api's door. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type GranaryClient } from '@granary/client';
import { call } from '../effects/callers.ts';
import { type Diary, emptyDiary } from '../effects/diary.ts';
import { createRandom } from '../sample/random.ts';

export interface SoakLoadOptions {
  readonly url: string;
  readonly skuIds: readonly [string, ...string[]];
  readonly writers: number;
  readonly readers: number;
  readonly seed: number;
  readonly goesOn: () => boolean;
}

/** A steady pace shows a slowdown; callers that only wait for answers would simply ask less. */
const PAUSE_MS = 40;
const CALL_TIMEOUT_MS = 10_000;

/** The diary holds what writers were told; the answers of readers are among its answers. */
export async function load(options: SoakLoadOptions): Promise<Diary> {
  const { url, skuIds, writers, readers, seed, goesOn } = options;
  const diary = emptyDiary();
  const client = createClient({ url, timeoutMs: CALL_TIMEOUT_MS });
  const paced = async () => {
    await sleep(PAUSE_MS);
    return client;
  };
  await Promise.all([
    call({ diary, skuIds, callers: writers, seed, client: paced, goesOn }),
    ...Array.from({ length: readers }, (_, reader) => look({ ...options, diary, client, seed: seed + reader })),
  ]);
  return diary;
}

type Question = (skuId: string) => Promise<unknown>;

async function look(options: SoakLoadOptions & { readonly diary: Diary; readonly client: GranaryClient }) {
  const { skuIds, seed, goesOn, diary, client } = options;
  const random = createRandom(seed);
  const questions: readonly [Question, ...Question[]] = [
    (skuId: string) => client.stock.check.query({ skuId }),
    (skuId: string) => client.stock.available.query({ skuId }),
    (skuId: string) => client.stock.allocate.query({ skuId, quantity: 3 }),
    (skuId: string) => client.stock.explain.query({ skuId }),
  ];
  while (goesOn()) {
    await sleep(PAUSE_MS);
    const startedAt = performance.now();
    const outcome = await random
      .pick(questions)(random.pick(skuIds))
      .then(
        () => 'done' as const,
        () => 'unknown' as const,
      );
    const at = performance.now();
    diary.answers.push({ at, ms: at - startedAt, outcome });
  }
}
