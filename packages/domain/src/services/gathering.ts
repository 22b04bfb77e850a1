/**
 * Questions that are asked while others are on their way to the database go with the next one, all in one query. There is no timer: who
 * asks alone goes at once. What is answered was read after it was asked.
 */

/** More at a time only wait for each other in the database. */
const AT_ONCE = 2;
/** What a query may ask of; a greater question goes alone. */
const MOST_KEYS = 500;

export interface Gathering<T> {
  /** By key; a key without an answer is left out. */
  ask(keys: readonly string[]): Promise<ReadonlyMap<string, T>>;
}

interface Group<T> {
  readonly keys: Set<string>;
  readonly answered: Promise<ReadonlyMap<string, T>>;
  depart(): void;
}

/** `load` is told how long the first of those who wait has waited, in milliseconds. */
export function createGathering<T>(
  load: (keys: readonly string[], waitedMs: number) => Promise<ReadonlyMap<string, T>>,
): Gathering<T> {
  let onTheirWay = 0;
  const waiting: Group<T>[] = [];

  function openGroup(): Group<T> {
    const keys = new Set<string>();
    const askedAtMs = performance.now();
    let depart = () => {};
    const departed = new Promise<void>((resolve) => {
      depart = resolve;
    });
    const answered = departed.then(() => load([...keys], performance.now() - askedAtMs)).finally(land);
    return { keys, answered, depart };
  }

  function land(): void {
    onTheirWay -= 1;
    send();
  }

  function send(): void {
    while (onTheirWay < AT_ONCE) {
      const group = waiting.shift();
      if (group === undefined) return;
      onTheirWay += 1;
      group.depart();
    }
  }

  return {
    ask: async (keys) => {
      let group = waiting.at(-1);
      if (group === undefined || group.keys.size + keys.length > MOST_KEYS) waiting.push((group = openGroup()));
      for (const key of keys) group.keys.add(key);
      const { answered } = group;
      send();
      return await answered;
    },
  };
}
