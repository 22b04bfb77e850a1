/**
 * The working copy of one unit of work: the rows that were loaded, as the decisions so far have left them, and what
 * must be written. Decisions change nothing else; whoever decides first checks, then posts.
 */
import type { Assembly } from '../entities/assembly.ts';
import type { DocumentLineRow, DocumentRow } from '../entities/document.ts';
import type { BatchRow } from '../entities/batch.ts';
import { type LevelKey, type LevelRow, levelKey } from '../entities/level.ts';
import type { LocationRow } from '../entities/location.ts';
import type { MovementRow } from '../entities/movement.ts';
import type { Fact } from '../entities/outbox.ts';
import { type Hold, isHeld } from '../entities/reservation.ts';
import type { SkuRow } from '../entities/sku.ts';
import type { Instant } from '@granary/contracts/instant';
import type { OnHandChange } from '../ports/on-hand-handler.ts';
import type { StockValidator } from '../ports/stock-validator.ts';
import { invariant } from '../refusal.ts';
import { BatchBook } from './batch-book.ts';
import { everywhere, type LocationScope } from './location-scope.ts';
import { openBook, type SerialBook } from './serial-book.ts';

/** A definition, and of a capped one how many units were held when it was loaded. */
export interface LoadedAssembly extends Assembly {
  readonly held: number;
}

export interface Draft {
  readonly now: Instant;
  /** For whom is decided. Holds and batches of elsewhere may be among the rows, where a key or a deadline led to them. */
  readonly scope: LocationScope;
  /** The user's own rules. */
  readonly validators: readonly StockValidator[];
  readonly ids: () => string;
  readonly sha256: (text: string) => string;
  readonly skus: Map<string, SkuRow>;
  /** What SKUs without stock of their own are made of, as the definitions in force say. */
  readonly assemblies: Map<string, LoadedAssembly>;
  readonly locations: Map<string, LocationRow>;
  readonly levels: Map<LevelKey, LevelRow>;
  readonly batches: BatchBook;
  readonly holds: Map<string, Hold>;
  /** The held reservation of each business key. */
  readonly heldBy: Map<string, string>;
  /** Rows as they were loaded, and of holds the version: the fence of their update; absent for rows that are new. */
  readonly loaded: {
    readonly levels: Map<LevelKey, LevelRow>;
    readonly batches: Map<string, BatchRow>;
    readonly holds: Map<string, number>;
  };
  readonly movements: MovementRow[];
  /** How many of the movements the unit has sent already. */
  readonly sent: { movements: number };
  readonly changedBatches: Set<string>;
  readonly changedHolds: Set<string>;
  /** Each of them as it was before its first change; new ones were not. */
  readonly holdsBefore: Map<string, Hold>;
  /** Levels at which no overdue hold is left that this unit has not met. */
  readonly swept: Set<LevelKey>;
  /** The pieces of serial-tracked SKUs; a fork shares them, since they move once it is decided. */
  readonly serials: SerialBook;
  readonly documents: DocumentRow[];
  readonly documentLines: DocumentLineRow[];
  /** Whoever hears them is told the types of their documents as well, which are put into the draft later. */
  readonly onHandChanges: Omit<OnHandChange, 'documentType'>[];
  readonly facts: Fact[];
}

export function openDraft(
  base: Pick<Draft, 'now' | 'ids' | 'sha256'> & Partial<Pick<Draft, 'scope' | 'validators'>>,
): Draft {
  return {
    scope: everywhere,
    validators: [],
    ...base,
    skus: new Map(),
    assemblies: new Map(),
    locations: new Map(),
    levels: new Map(),
    batches: new BatchBook(),
    holds: new Map(),
    heldBy: new Map(),
    loaded: { levels: new Map(), batches: new Map(), holds: new Map() },
    movements: [],
    sent: { movements: 0 },
    changedBatches: new Set(),
    changedHolds: new Set(),
    holdsBefore: new Map(),
    swept: new Set(),
    serials: openBook(),
    documents: [],
    documentLines: [],
    onHandChanges: [],
    facts: [],
  };
}

export function addLevels(draft: Draft, rows: readonly LevelRow[]): void {
  for (const row of rows) {
    const key = levelKey(row);
    if (draft.levels.has(key)) continue;
    draft.levels.set(key, row);
    draft.loaded.levels.set(key, row);
  }
}

/** Rows that the draft has already are left as the decisions have made them. */
export function addBatches(draft: Draft, rows: readonly BatchRow[]): void {
  for (const row of rows) {
    if (draft.batches.has(row.batchId)) continue;
    draft.batches.set(row.batchId, row);
    draft.loaded.batches.set(row.batchId, row);
  }
}

export function addHolds(draft: Draft, holds: readonly Hold[]): void {
  for (const hold of holds) {
    if (draft.holds.has(hold.reservationId)) continue;
    draft.loaded.holds.set(hold.reservationId, hold.version);
    setHold(draft, hold);
  }
}

/** Puts a hold as a decision left it, new or changed. */
export function putHold(draft: Draft, hold: Hold): void {
  const before = draft.holds.get(hold.reservationId);
  if (before !== undefined) {
    if (draft.heldBy.get(businessKey(before)) === hold.reservationId) draft.heldBy.delete(businessKey(before));
    if (!draft.changedHolds.has(hold.reservationId)) draft.holdsBefore.set(hold.reservationId, before);
  }
  setHold(draft, hold);
  draft.changedHolds.add(hold.reservationId);
}

function setHold(draft: Draft, hold: Hold): void {
  draft.holds.set(hold.reservationId, hold);
  if (isHeld(hold.state)) draft.heldBy.set(businessKey(hold), hold.reservationId);
}

/** What was decided of movements and holds is written: what follows changes them as if they had been loaded so. */
export function markSent(draft: Draft): void {
  draft.sent.movements = draft.movements.length;
  for (const id of draft.changedHolds) {
    const hold = draft.holds.get(id);
    if (hold !== undefined) draft.loaded.holds.set(id, hold.version);
  }
  draft.changedHolds.clear();
}

/** Of which at most one reservation is held: the unique key of the table, in code. */
export function businessKey(of: Pick<Hold, 'type' | 'businessId' | 'skuId' | 'lineId'>): string {
  return [of.type, of.businessId, of.skuId, of.lineId].join('\0');
}

export function levelOf(draft: Draft, at: { readonly skuId: string; readonly locationId: string }): LevelRow {
  const level = draft.levels.get(levelKey(at));
  invariant(level !== undefined, `level ${at.skuId} at ${at.locationId} was not loaded`);
  return level;
}

export function batchOf(draft: Draft, batchId: string): BatchRow {
  const batch = draft.batches.get(batchId);
  invariant(batch !== undefined, `batch ${batchId} was not loaded`);
  return batch;
}
