/** Answers kept in this process: the least recently used go first, and an older one never takes the place of a newer one. */
import type { Sources } from '@granary/domain/ports/read-cache';

export interface KeptAnswer {
  readonly answer: unknown;
  readonly sources: Sources;
  /** Where in the order of changes it was read. */
  readonly mark: number;
  /** When reading it began, in monotonic milliseconds. */
  readonly readAtMs: number;
  readonly untilMs: number;
  /** Another process had read it. */
  readonly isShared: boolean;
}

export interface AnswerShelf {
  find(key: string): KeptAnswer | undefined;
  put(key: string, kept: KeptAnswer): void;
}

export function createAnswerShelf(most: number): AnswerShelf {
  const shelf = new Map<string, KeptAnswer>();
  return {
    find: (key) => {
      const kept = shelf.get(key);
      if (kept === undefined) return undefined;
      shelf.delete(key);
      shelf.set(key, kept);
      return kept;
    },
    put: (key, kept) => {
      const there = shelf.get(key);
      if (there !== undefined && isNewer(there, kept)) return;
      shelf.delete(key);
      shelf.set(key, kept);
      if (shelf.size <= most) return;
      const [oldest] = shelf.keys();
      if (oldest !== undefined) shelf.delete(oldest);
    },
  };
}

function isNewer(one: KeptAnswer, other: KeptAnswer): boolean {
  return one.mark === other.mark ? one.readAtMs > other.readAtMs : one.mark > other.mark;
}
