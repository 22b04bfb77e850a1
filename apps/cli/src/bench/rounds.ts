/** Things that are compared are measured in turns, so that whatever else the machine does meets all of them alike. */

export interface Work {
  readonly name: string;
  run(): Promise<void>;
  /** Not measured: what the next round needs. */
  prepare?(): Promise<void>;
}

/** The median milliseconds of each, after one round that warms up. Every second round goes the other way round. */
export async function interleaved(works: readonly Work[], rounds: number): Promise<ReadonlyMap<string, number>> {
  const took = new Map<string, number[]>(works.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const work of round % 2 === 0 ? works : works.toReversed()) {
      await work.prepare?.();
      const startedAt = performance.now();
      await work.run();
      if (round > 0) took.get(work.name)?.push(performance.now() - startedAt);
    }
  }
  return new Map([...took].map(([name, each]) => [name, median(each)]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
