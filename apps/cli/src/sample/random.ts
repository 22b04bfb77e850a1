/** A seeded source of chance, so that the same seed tells the same story on every machine. */

export interface Random {
  /** 0 <= value < 1. */
  next(): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  chance(probability: number): boolean;
  /** How many of many rare things happen when `mean` are expected (Poisson, by Knuth's product of uniforms). */
  poisson(mean: number): number;
}

/** mulberry32: 32 bits of state, good enough for a story and short enough to read. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    chance: (probability) => next() < probability,
    poisson(mean) {
      const limit = Math.exp(-mean);
      let product = next();
      let count = 0;
      for (; product > limit; count += 1) product *= next();
      return count;
    },
  };
}
