/**
 * A decision over a long past, cut into slices. It stays pure and takes no time of its own: whoever drives it goes straight on,
 * or lets others have their turn between two slices.
 */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** So many events are costed in a few milliseconds. */
const ITEMS_A_SLICE = 200;

/** Does something with each of them, in their order. */
export function* inSlices<T>(all: Iterable<T>, one: (each: T, place: number) => void): Sliced<void> {
  let place = 0;
  for (const each of all) {
    one(each, place);
    place += 1;
    if (place % ITEMS_A_SLICE === 0) yield;
  }
}

/** For what is short, or where nobody waits. */
export function atOnce<T>(decision: Sliced<T>): T {
  for (;;) {
    const step = decision.next();
    if (step.done === true) return step.value;
  }
}
