/**
 * A live board of stock levels. It reads the levels when it is told to, lays every change on top, and knows by the versions
 * that none is missing. It runs in Node and in a browser alike: how levels are read and changes heard is handed in.
 */

export interface Level {
  readonly skuId: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly locked: number;
  readonly version: number;
}

/** What the board understands of what a watcher is told. */
export type Item =
  | (Level & { readonly kind: 'level'; readonly previousVersion: number })
  | { readonly kind: 'reset'; readonly reason: string }
  /** Its id matters to whoever listens; and more kinds may come. */
  | { readonly kind: string };

export interface BoardParts {
  /** All levels as they are now. */
  readonly readLevels: () => Promise<readonly Level[]>;
  /** Called after every change with the level that changed, or without one when everything was read anew. */
  readonly onChange: (level: Level | undefined) => void;
  /** Levels could not be read; the board tries again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Board {
  hear(item: Item): void;
  /** By SKU and location, in order. */
  levels(): readonly Level[];
  counters(): { readonly changes: number; readonly repeats: number; readonly gaps: number; readonly reads: number };
}

const AGAIN_MS = 500;

export function createBoard({ readLevels, onChange, onTrouble }: BoardParts): Board {
  const levels = new Map<string, Level>();
  const counters = { changes: 0, repeats: 0, gaps: 0, reads: 0 };
  /** What is heard while the levels are being read is laid on top afterwards. */
  let waiting: Level[] | undefined;
  /** Told to read while reading: what is being read may be older than that. */
  let isStale = false;

  async function readAnew(): Promise<void> {
    waiting ??= [];
    isStale = false;
    const read = await readLevels().catch((error: unknown) => {
      onTrouble?.(error);
      return undefined;
    });
    if (read === undefined || isStale) {
      setTimeout(() => void readAnew(), read === undefined ? AGAIN_MS : 0);
      return;
    }
    counters.reads += 1;
    levels.clear();
    for (const level of read) levels.set(keyOf(level), level);
    const later = waiting;
    waiting = undefined;
    onChange(undefined);
    // A level that was made after its page had been read is not there yet: it begins wherever it is first heard of.
    for (const level of later) lay(level);
  }

  const versionOf = (level: Level) => levels.get(keyOf(level))?.version ?? 0;

  function lay(level: Level): void {
    if (level.version <= versionOf(level)) {
      counters.repeats += 1;
      return;
    }
    levels.set(keyOf(level), level);
    counters.changes += 1;
    onChange(level);
  }

  return {
    hear(item) {
      if (item.kind === 'reset') {
        if (waiting === undefined) void readAnew();
        else isStale = true;
        return;
      }
      if (!isLevel(item)) return;
      if (waiting !== undefined) {
        waiting.push(item);
        return;
      }
      if (item.previousVersion > versionOf(item)) {
        counters.gaps += 1;
        void readAnew();
        return;
      }
      lay(item);
    },
    levels: () => [...levels.values()].toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    counters: () => ({ ...counters }),
  };
}

function isLevel(item: Item): item is Extract<Item, { readonly kind: 'level' }> {
  return item.kind === 'level';
}

/** No identifier holds a line break. */
function keyOf({ skuId, locationId }: Level): string {
  return `${skuId}\n${locationId}`;
}
