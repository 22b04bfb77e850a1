/**
 * Adjusting: each line adds to a batch or takes free stock away, by so many units or to what was counted; all lines or none.
 * Nothing is clamped: what is reserved or locked is never cut into, and a count of yesterday is refused.
 */
import { type CurrentStock, GranaryError } from '@granary/contracts/error';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { type BatchRow, freeOf, NEVER } from '../entities/batch.ts';
import type { CountLineRow } from '../entities/count-line.ts';
import type { DocumentLineRow } from '../entities/document.ts';
import { emptyLevel, type LevelKey, type LevelRow, levelKey } from '../entities/level.ts';
import { accepted, insufficientStock, invalidInput, type Outcome, quote, refused } from '../refusal.ts';
import type { AllocationStrategy } from '../strategies/strategy.ts';
import { allocate } from './allocation.ts';
import { batchOf, type Draft } from './draft.ts';
import { forkDraft } from './draft-fork.ts';
import { documentLine } from './document-line.ts';
import { type FailedLine, gathered } from './line-failures.ts';
import { post } from './post.ts';
import { overflow, receive } from './receive.ts';
import { settleDeficit } from './settle-deficit.ts';
import { refusesBatches } from './validate.ts';

/** The quality of goods that were found and about which nobody said anything. */
const FOUND_QUALITY = 'A';

export interface AdjustLine {
  readonly skuId: string;
  readonly locationId: string;
  /** The named batch, or what it was merged into; looked at already. */
  readonly batchId?: string | undefined;
  readonly wanted: Wanted;
  /** As the caller says it. */
  readonly unitCost?: Money | undefined;
  /** Of the SKU's newest batch, for units that open a batch. */
  readonly lastCost?: Money | undefined;
  /** Of pieces that the line names: where they lie. */
  readonly groups?: readonly { readonly batchId: string; readonly quantity: number }[] | undefined;
  /** By which goods are taken that no batch names. */
  readonly strategy: AllocationStrategy;
  /** Where the line stands in the input: `lines.4.`, or nothing. */
  readonly path: string;
}

export type Wanted = { readonly delta: number } | { readonly counted: number; readonly onHandVersion: number };

export interface AdjustRequest {
  readonly kind: 'adjust' | 'count';
  readonly commandId: string;
  readonly documentId: string;
  readonly occurredAt: Instant;
  readonly reason: string;
  readonly lines: readonly AdjustLine[];
}

export interface Adjusted {
  /** The draft with everything posted; the one that was given is as it was. */
  readonly draft: Draft;
  readonly lines: readonly DocumentLineRow[];
  readonly counts: readonly CountLineRow[];
}

export function decideAdjustment(draft: Draft, request: AdjustRequest): Outcome<Adjusted> {
  const trial = forkDraft(draft);
  const deltas = deltasOf(draft, request.lines);
  const lines: DocumentLineRow[] = [];
  const failed: FailedLine[] = [];
  for (const [at, line] of request.lines.entries()) {
    const refusal = adjustLine({ before: draft, trial, request, deltas, lines }, line, at);
    if (refusal !== undefined) failed.push({ line: at + 1, refusal });
  }
  const refusal = gathered(failed);
  if (refusal !== undefined) return refused(refusal);
  return accepted({ draft: trial, lines, counts: countsOf(draft, request) });
}

interface Work {
  /** As it was loaded: versions and what was expected are those of before the call. */
  readonly before: Draft;
  readonly trial: Draft;
  readonly request: AdjustRequest;
  readonly deltas: readonly number[];
  readonly lines: DocumentLineRow[];
}

function adjustLine(work: Work, line: AdjustLine, at: number): GranaryError | undefined {
  const stale = staleCount(work.before, line, at);
  if (stale !== undefined) return stale;
  const delta = work.deltas[at] ?? 0;
  if (delta === 0) return undefined;
  return delta > 0 ? add(work, { line, at, quantity: delta }) : takeAway(work, { line, at, quantity: -delta });
}

/** A level that nothing ever lay at counts as empty. */
export function levelAt(draft: Draft, { skuId, locationId }: Pick<AdjustLine, 'skuId' | 'locationId'>): LevelRow {
  return draft.levels.get(levelKey({ skuId, locationId })) ?? emptyLevel(skuId, locationId);
}

function onBooks(draft: Draft, line: AdjustLine): number {
  return line.batchId === undefined ? levelAt(draft, line).onHand : batchOf(draft, line.batchId).onHand;
}

/**
 * What each line posts. What was sold short is paid back by what is found, so that much more is found than the difference
 * says: after a count onHand is what was counted. The first line that finds something at a level pays for all of it.
 */
export function deltasOf(draft: Draft, lines: readonly AdjustLine[]): readonly number[] {
  const paid = new Set<LevelKey>();
  return lines.map((line) => {
    if ('delta' in line.wanted) return line.wanted.delta;
    const difference = line.wanted.counted - onBooks(draft, line);
    const findsMore = difference > 0 || (difference === 0 && line.batchId === undefined);
    if (!findsMore || paid.has(levelKey(line))) return difference;
    paid.add(levelKey(line));
    return difference + levelAt(draft, line).deficit;
  });
}

/** The version is that of onHand: what is reserved meanwhile does not make a count stale. */
function staleCount(draft: Draft, line: AdjustLine, at: number): GranaryError | undefined {
  if ('delta' in line.wanted) return undefined;
  const { onHandVersion } = levelAt(draft, line);
  if (line.wanted.onHandVersion === onHandVersion) return undefined;
  const { skuId, locationId, batchId = null } = line;
  const current: CurrentStock = {
    line: at + 1,
    skuId,
    locationId,
    batchId,
    onHand: onBooks(draft, line),
    onHandVersion,
  };
  const moved = line.wanted.onHandVersion < onHandVersion ? 'has changed since' : 'has not come that far';
  return new GranaryError('invalidState', {
    message: `${quote(skuId)} at ${quote(locationId)} was counted at version ${line.wanted.onHandVersion} and ${moved}: onHand is ${current.onHand} at version ${onHandVersion}.`,
    hint: 'Count again and name the version in details.current.',
    details: { noun: 'level', id: skuId, state: 'changed', current: [current] },
  });
}

interface Portion {
  readonly line: AdjustLine;
  readonly at: number;
  readonly quantity: number;
}

/** Into the named batch, or the newest open one, or one of its own. */
function add(work: Work, { line, at, quantity }: Portion): GranaryError | undefined {
  const { trial, request, lines } = work;
  const { skuId, locationId } = line;
  const into = line.batchId === undefined ? newestOpen(trial, line) : batchOf(trial, line.batchId);
  const unitCost = line.unitCost ?? into?.unitCost ?? line.lastCost;
  if (unitCost === undefined) {
    const message = `is needed: no cost of SKU ${quote(skuId)} is known`;
    return invalidInput([{ path: `${line.path}unitCost`, message }]);
  }
  const full = overflow(trial, [{ skuId, locationId, quantity }]);
  if (full !== undefined) return full;
  const { kind, commandId, documentId, occurredAt, reason } = request;
  const identity = into ?? { ...NEW_BATCH, batchNo: newNumber(request, at) };
  const { batchNo, qualityLevel, producedOn, expiresAt, attributes } = identity;
  const receipt = { skuId, locationId, quantity, unitCost, batchNo, qualityLevel, producedOn, expiresAt, attributes };
  const opposed = refusesBatches(trial, [{ path: line.path, of: receipt }]);
  if (opposed !== undefined) return opposed;
  const { batchId } = receive(trial, receipt, { kind, commandId, documentId, occurredAt, reason });
  settleDeficit(trial, { batchId, quantity, commandId, documentId, occurredAt });
  lines.push({ ...lineFor(work, { batchId, at, quantity }), unitCost });
  return undefined;
}

const NEW_BATCH = { qualityLevel: FOUND_QUALITY, producedOn: null, expiresAt: NEVER, attributes: null };

function newNumber({ documentId, lines }: AdjustRequest, at: number): string {
  return lines.length === 1 ? `ADJ-${documentId}` : `ADJ-${documentId}-${at + 1}`;
}

/** As the store looks for it, and what this call has opened itself. */
function newestOpen(draft: Draft, at: Pick<AdjustLine, 'skuId' | 'locationId'>): BatchRow | undefined {
  const rank = (batch: BatchRow) => `${freeOf(batch) > 0 ? 1 : 0}${batch.receivedAt}${batch.batchId}`;
  let newest: BatchRow | undefined;
  for (const batch of draft.batches.values()) {
    if (levelKey(batch) !== levelKey(at) || batch.onHand === 0 || !isGood(draft, batch)) continue;
    if (newest === undefined || rank(batch) > rank(newest)) newest = batch;
  }
  return newest;
}

function isGood(draft: Draft, { status, expiresAt }: BatchRow): boolean {
  return status === 'available' && expiresAt > draft.now;
}

/** From the named batch, or by the strategy over what is free, good and not frozen. */
function takeAway(work: Work, { line, at, quantity }: Portion): GranaryError | undefined {
  const { trial, request, lines } = work;
  const { skuId, locationId, batchId } = line;
  const found = foundFor(trial, line, quantity);
  if (found.shortfall > 0) {
    const short = { skuId, locationId, requested: quantity, available: quantity - found.shortfall };
    return insufficientStock([batchId === undefined ? short : { ...short, batchId }]);
  }
  const { kind, commandId, documentId, occurredAt, reason } = request;
  for (const taken of found.lines) {
    const why = { kind, commandId, documentId, occurredAt, reason };
    post(trial, { ...why, batchId: taken.batchId, onHandDelta: -taken.quantity, reservedDelta: 0 });
    lines.push(lineFor(work, { batchId: taken.batchId, at, quantity: -taken.quantity }));
  }
  return undefined;
}

function foundFor(draft: Draft, line: AdjustLine, quantity: number) {
  const { batchId, groups } = line;
  if (groups !== undefined) return fromGroups(draft, groups);
  return batchId === undefined ? byStrategy(draft, line, quantity) : fromBatch(draft, batchId, quantity);
}

function fromGroups(draft: Draft, groups: NonNullable<AdjustLine['groups']>) {
  const each = groups.map((group) => fromBatch(draft, group.batchId, group.quantity));
  return {
    lines: each.flatMap((found) => found.lines),
    shortfall: each.reduce((sum, found) => sum + found.shortfall, 0),
  };
}

/** Also where the level or its location is closed: goods are lost there like anywhere. */
function byStrategy(draft: Draft, line: AdjustLine, quantity: number) {
  const candidates = [...draft.batches.values()]
    .filter((batch) => levelKey(batch) === levelKey(line) && isGood(draft, batch) && freeOf(batch) > 0)
    .map((batch) => ({ ...batch, free: freeOf(batch) }));
  return allocate(candidates, { quantity, strategy: line.strategy, locations: draft.locations, now: draft.now });
}

function fromBatch(draft: Draft, batchId: string, quantity: number) {
  const taken = Math.min(freeOf(batchOf(draft, batchId)), quantity);
  return { lines: [{ batchId, quantity: taken }], shortfall: quantity - taken };
}

function lineFor(work: Work, { batchId, at, quantity }: { batchId: string; at: number; quantity: number }) {
  const { trial, request, lines } = work;
  const facts = { quantity, documentId: request.documentId, at, lineNo: lines.length + 1, reservationId: null };
  return documentLine(batchOf(trial, batchId), facts);
}

function countsOf(draft: Draft, { documentId, lines }: AdjustRequest): readonly CountLineRow[] {
  return lines.flatMap((line, at): CountLineRow[] => {
    if ('delta' in line.wanted) return [];
    const { skuId, locationId, batchId = null } = line;
    const { counted } = line.wanted;
    return [{ documentId, lineNo: at + 1, skuId, locationId, batchId, expected: onBooks(draft, line), counted }];
  });
}
