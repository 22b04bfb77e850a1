/** Small drafts for the tests of rules: what a test does not say is ordinary, and balances follow from batches and holds. */
import { createHash } from 'node:crypto';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { type BatchRow, NEVER } from '../entities/batch.ts';
import { emptyLevel, levelKey, type LevelRow } from '../entities/level.ts';
import type { LocationRow } from '../entities/location.ts';
import { type Hold, heldOf, isHeld } from '../entities/reservation.ts';
import type { SkuRow } from '../entities/sku.ts';
import { addBatches, addHolds, addLevels, type Draft, openDraft } from '../rules/draft.ts';

export const NOW = '2026-11-20T10:00:00.000000Z' as Instant;
export const COMMAND = 'the-command';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
export const after = (seconds: number): Instant => plusSeconds(NOW, seconds);

export type BatchFacts = Partial<BatchRow> & Pick<BatchRow, 'batchId'>;

/** Ten free units of SKU `S` at `default`, received an hour ago. */
export function batch(facts: BatchFacts): BatchRow {
  return {
    skuId: 'S',
    locationId: 'default',
    batchNo: facts.batchId,
    qualityLevel: 'A',
    status: 'available',
    onHand: 10,
    reserved: 0,
    locked: 0,
    unitCost: 1_000_000n as Money,
    producedOn: null,
    expiresAt: NEVER,
    receivedAt: after(-3600),
    ...{ frozenBy: null, mergedInto: null, splitFrom: null },
    attributes: null,
    revision: 1,
    version: 1,
    ...facts,
  };
}

export interface HoldFacts extends Partial<Omit<Hold, 'lines'>> {
  readonly reservationId: string;
  /** How many units of which batch; an ended hold holds none of them any more. */
  readonly of?: Readonly<Record<string, number>>;
  readonly locationId?: string;
}

/** Half an hour to go, for order `O-1`. */
export function hold({ of = {}, locationId = 'default', ...facts }: HoldFacts): Hold {
  const state = facts.state ?? 'active';
  const expiresAt = facts.expiresAt ?? (state === 'active' ? after(1800) : null);
  const quantity = Object.values(of).reduce((sum, units) => sum + units, 0) + (facts.fulfilled ?? 0) || 1;
  return {
    skuId: 'S',
    type: 'order',
    businessId: 'O-1',
    lineId: '',
    quantity,
    fulfilled: state === 'fulfilled' ? quantity : 0,
    contentHash: sha256('content'),
    originType: null,
    originBusinessId: null,
    createdAt: after(-60),
    endedAt: isHeld(state) ? null : after(-10),
    reason: null,
    version: 1,
    commandId: 'an-earlier-command',
    ...facts,
    state,
    expiresAt,
    lines: Object.entries(of).map(([batchId, units], at) => ({
      reservationId: facts.reservationId,
      lineNo: at + 1,
      skuId: facts.skuId ?? 'S',
      locationId,
      batchId,
      quantity: units,
      held: isHeld(state) ? units : 0,
      deducted: 0,
      dueAt: state === 'active' ? expiresAt : null,
    })),
  };
}

export interface DraftFacts {
  readonly batches?: readonly BatchFacts[];
  readonly holds?: readonly Hold[];
  /** Priority by location; `default` has 100. */
  readonly priorities?: Readonly<Record<string, number>>;
  readonly inactive?: readonly string[];
  /** Levels without a batch, or with settings of their own. */
  readonly levels?: readonly (Partial<LevelRow> & Pick<LevelRow, 'locationId'>)[];
}

/** What the holds hold is added to what the batches say is reserved; levels are the sums of their batches. */
export function draftWith({
  batches = [],
  holds = [],
  priorities = {},
  inactive = [],
  levels = [],
}: DraftFacts): Draft {
  let made = 0;
  const draft = openDraft({ now: NOW, ids: () => `new-${(made += 1)}`, sha256 });
  for (const [locationId, priority] of Object.entries({ default: 100, ...priorities }))
    draft.locations.set(locationId, location(locationId, { priority, isActive: !inactive.includes(locationId) }));
  const rows = batches.map((facts): BatchRow => {
    const row = batch(facts);
    const held = holds.flatMap((each) => each.lines).filter((line) => line.batchId === row.batchId);
    return { ...row, reserved: row.reserved + held.reduce((sum, line) => sum + line.held, 0) };
  });
  const sums = new Map<string, LevelRow>();
  for (const each of levels) {
    const level = { ...emptyLevel(each.skuId ?? 'S', each.locationId), ...each };
    sums.set(levelKey(level), level);
  }
  for (const row of rows) {
    const level = sums.get(levelKey(row)) ?? emptyLevel(row.skuId, row.locationId);
    sums.set(levelKey(row), { ...level, ...added(level, row) });
  }
  addLevels(draft, [...sums.values()]);
  addBatches(draft, rows);
  addHolds(draft, holds);
  for (const { skuId } of [...rows, ...sums.values()]) draft.skus.set(skuId, sku(skuId));
  return draft;
}

type Balances = Pick<BatchRow, 'onHand' | 'reserved' | 'locked'>;

function added(level: Balances, row: Balances): Balances {
  return {
    onHand: level.onHand + row.onHand,
    reserved: level.reserved + row.reserved,
    locked: level.locked + row.locked,
  };
}

export function location(locationId: string, facts: Partial<LocationRow> = {}): LocationRow {
  const times = { createdAt: NOW, updatedAt: NOW };
  return { locationId, name: locationId, priority: 100, isActive: true, version: 1, ...times, ...facts };
}

function sku(skuId: string): SkuRow {
  return {
    ...{ skuId, spuId: null, name: skuId, unit: 'unit', status: 'active', kind: 'stock', serialTracked: false },
    ...{ shelfLifeDays: null, attributes: null, defaultStrategy: null, version: 1, createdAt: NOW, updatedAt: NOW },
  };
}

/** What a decision has broken of I1, I2, I3 and I5; a sound draft answers none. */
export function unsoundness(draft: Draft): string[] {
  const found: string[] = [];
  const held = new Map<string, number>();
  for (const line of [...draft.holds.values()].flatMap((each) => (heldOf(each) > 0 ? each.lines : [])))
    held.set(line.batchId, (held.get(line.batchId) ?? 0) + line.held);
  const sums = new Map<string, Balances>();
  for (const row of draft.batches.values()) {
    const before = sums.get(levelKey(row)) ?? { onHand: 0, reserved: 0, locked: 0 };
    sums.set(levelKey(row), added(before, row));
    if (row.reserved !== (held.get(row.batchId) ?? 0)) found.push(`I5 ${row.batchId}`);
    if (row.onHand < 0 || row.reserved + row.locked > row.onHand) found.push(`I1 ${row.batchId}`);
  }
  for (const [key, level] of draft.levels) {
    const { onHand, reserved, locked } = level;
    const name = key.replace('\0', ' at ');
    if (
      JSON.stringify(sums.get(key) ?? added(emptyLevel('', ''), emptyLevel('', ''))) !==
      JSON.stringify({ onHand, reserved, locked })
    )
      found.push(`I2 ${name}`);
    const last = draft.movements.findLast((movement) => levelKey(movement) === key);
    if (last !== undefined && (last.onHand !== onHand || last.reserved !== reserved)) found.push(`I3 ${name}`);
    if (last !== undefined && last.version !== level.version) found.push(`I4 ${name}`);
  }
  return found;
}

/** The movements of a decision in short: `deduct a -2 -2`. */
export function moves(draft: Draft): string[] {
  return draft.movements.map(
    ({ kind, batchId, onHandDelta, reservedDelta }) => `${kind} ${batchId} ${onHandDelta} ${reservedDelta}`,
  );
}
