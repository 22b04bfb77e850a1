/** What a consumer notes of each event that it is brought: one line of JSON in its journal, written before it answers. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { StockEvent } from '@granary/contracts/event';

export interface Note {
  readonly id: string;
  readonly aggregate: string;
  readonly type: string;
  readonly from: number;
  readonly to: number;
  readonly recordedAt: number;
  readonly heardAt: number;
  /** False where the consumer refused it, or broke off before it said yes. */
  readonly taken: boolean;
  /** How many movements a level's event tells of. */
  readonly movements: number;
}

/** A request that is no event of ours: one is enough to fail. */
export interface Stray {
  readonly stray: string;
}

export function noteOf(event: StockEvent, taken: boolean): Note {
  const { id, type, aggregate, fromVersion: from, toVersion: to } = event;
  return {
    ...{ id, type, from, to, taken, aggregate: `${aggregate.kind}:${aggregate.id}` },
    ...{ recordedAt: Date.parse(event.recordedAt), heardAt: Date.now(), movements: movementsIn(event.after) },
  };
}

function movementsIn(after: unknown): number {
  const told = typeof after === 'object' && after !== null && 'movements' in after ? after.movements : [];
  return Array.isArray(told) ? told.length : 0;
}

/** One short write at the end of the file, so that several processes may keep one journal. */
export function note(file: string, ...entries: readonly (Note | Stray)[]): void {
  if (entries.length > 0) appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

export interface Journal {
  readonly notes: readonly Note[];
  readonly strays: readonly string[];
}

/** A process that was killed may have left half a line, and has not said yes to what stood there. */
export function readJournal(file: string): Journal {
  const entries = existsSync(file) ? readFileSync(file, 'utf8').split('\n').flatMap(parsed) : [];
  return {
    notes: entries.filter((entry): entry is Note => 'id' in entry),
    strays: entries.flatMap((entry) => ('stray' in entry ? [entry.stray] : [])),
  };
}

function parsed(line: string): (Note | Stray)[] {
  try {
    return [JSON.parse(line) as Note | Stray]; // Written by `note` alone.
  } catch {
    return [];
  }
}
