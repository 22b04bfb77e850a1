/**
 * Runs events side by side where they may, and in order where they must: along each key (a SKU, a document) the n-th stage of an
 * event waits for the n-th stage of every earlier event of that key. So one order may be shipped while the next one of the
 * same SKU is being reserved, yet reservations follow reservations and shipments follow shipments.
 */
export const STAGES = 3;

export interface LaneJob {
  readonly keys: readonly string[];
  /** One function per stage; a job with a single function takes its place in all of them. */
  readonly stages: readonly (() => Promise<void>)[];
}

export interface Lanes {
  /** Resolves when there is room for another job, not when this one is done. Rejects once any job has failed. */
  add(job: LaneJob): Promise<void>;
  /** Resolves when everything is done; rejects with the first failure. */
  finish(): Promise<void>;
}

export interface LanesOptions {
  /** How many stages run at once. */
  readonly concurrency: number;
  /** How many jobs may be known at once, running or waiting. */
  readonly window?: number;
}

export function createLanes({ concurrency, window = concurrency * 16 }: LanesOptions): Lanes {
  const tails = Array.from({ length: STAGES }, () => new Map<string, Promise<void>>());
  const permits = createPermits(concurrency);
  const open = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const check = () => {
    if (failure !== undefined) throw failure.error;
  };

  const start = ({ keys, stages }: LaneJob): Promise<void> => {
    const single = stages.length === 1;
    let before: Promise<void> = Promise.resolve();
    stages.forEach((work, index) => {
      // A single stage waits for everything before it and holds back everything after it.
      const waitsFor = single ? STAGES - 1 : index;
      const ready = Promise.all([before, ...keys.map((key) => tails[waitsFor]?.get(key))]);
      const done = ready.then(async () => {
        check();
        await permits.use(work);
      });
      for (const stage of single ? tails : [tails[index]]) for (const key of keys) stage?.set(key, done);
      before = done;
    });
    return before;
  };

  return {
    async add(job) {
      while (open.size >= window && failure === undefined) await Promise.race(open);
      check();
      const done = start(job)
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => open.delete(done));
      open.add(done);
    },
    async finish() {
      while (open.size > 0) await Promise.all(open);
      check();
    },
  };
}

/** A counting semaphore whose waiters are served in order. */
function createPermits(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async use(work: () => Promise<void>): Promise<void> {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
