/** Numbers that look drawn and are the same for every run of a seed, so that a failure can be had again. */
export type Draw = (limit: number) => number;

/** Each call answers a number from 0 up to, not including, the limit. */
export function drawing(seed: number): Draw {
  let state = Math.imul(seed, 2_654_435_761) + 12_345;
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return (state >>> 8) % limit;
  };
}
