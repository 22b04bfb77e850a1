/**
 * What the oracle believes: every SKU, location, level, batch, reservation, document and key, in plain maps, written from SPEC and from nothing
 * that runs. Ids and moments that Granary makes are learned from its answers.
 */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import type { ReservationState, ReservationType } from '@granary/contracts/reservation';
import type { OracleAssembly } from './assembly-row.ts';
import type { OracleDocument } from './document-row.ts';
import type { OracleExpected } from './expected-row.ts';
import type { OracleLock } from './lock-row.ts';
import type { OracleCaller, OracleSettings } from './settings.ts';
import type { OraclePiece } from './piece-row.ts';
import type { OracleTransfer } from './transfer-row.ts';

export interface OracleSku {
  readonly skuId: string;
  spuId: string | null;
  status: 'active' | 'inactive';
  shelfLifeDays: number | null;
  defaultStrategy: string | null;
  /** Whether every piece has a name. */
  serialTracked: boolean;
}

export interface OracleLocation {
  readonly locationId: string;
  priority: number;
  isActive: boolean;
}

export interface OracleLevel {
  readonly skuId: string;
  readonly locationId: string;
  onHand: number;
  reserved: number;
  locked: number;
  /** Sold although it was not there, and not settled yet. */
  deficit: number;
  /** The number of movements. */
  version: number;
  /** The version of the newest movement that changed onHand. */
  onHandVersion: number;
  isActive: boolean;
  warning: number | null;
  critical: number | null;
  high: number | null;
}

export interface OracleBatch {
  readonly id: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchNo: string;
  qualityLevel: string;
  producedOn: CalendarDate | null;
  expiresAt: Instant | null;
  receivedAt: Instant;
  /** Millionths. */
  unitCost: bigint;
  onHand: number;
  reserved: number;
  locked: number;
  /** Marked as past its date by the sweep. */
  isMarked: boolean;
  /** The operation lock that holds it still. */
  frozenBy: string | null;
  mergedInto: string | null;
  readonly splitFrom: string | null;
}

/** What a batch has whatever made it. */
export const UNBORN = {
  ...{ onHand: 0, reserved: 0, locked: 0, isMarked: false },
  ...{ frozenBy: null, mergedInto: null, splitFrom: null },
} as const;

export interface OracleLine {
  /** From 1 within its reservation, in the order in which lines came. */
  readonly lineNo: number;
  readonly batchId: string;
  readonly quantity: number;
  held: number;
  /** Units of it that left without a document. */
  deducted: number;
}

export interface OracleReservation {
  readonly id: string;
  readonly skuId: string;
  type: ReservationType;
  businessId: string;
  readonly lineId: string;
  state: ReservationState;
  quantity: number;
  /** What has left. */
  fulfilled: number;
  /** What makes two calls the same call while it is held. */
  content: string;
  readonly createdAt: Instant;
  expiresAt: Instant | null;
  /** Learned when it is next told. */
  endedAt: Instant | null;
  /** Its place in the order in which reservations ended; 0 while it is held. */
  endedOrder: number;
  reason: string | null;
  version: number;
  /** The business document that it was converted from last. */
  origin: string | null;
  /** The actor that made it. */
  readonly madeBy: string;
  lines: OracleLine[];
}

export interface KeptCall {
  readonly procedure: string;
  readonly input: string;
  /** The answer or the refusal, as it was given the first time. */
  readonly outcome: string;
}

export interface World {
  readonly settings: OracleSettings;
  /** The virtual time of the call under judgement, give or take a second. */
  now: Instant;
  caller: OracleCaller;
  /** When what the call under judgement does happened, as far as it says so. */
  happenedAt: Instant;
  /** SKUs of which the call under judgement changed what is on hand or owed. */
  readonly touched: Set<string>;
  /** When stock of a SKU last changed, by the clocks of those who told. */
  readonly lastChanged: Map<string, Instant>;
  readonly skus: Map<string, OracleSku>;
  readonly locations: Map<string, OracleLocation>;
  readonly levels: Map<string, OracleLevel>;
  readonly batches: Map<string, OracleBatch>;
  readonly reservations: Map<string, OracleReservation>;
  readonly documents: Map<string, OracleDocument>;
  /** Units that came or went back of a line of a document or of a reservation. */
  readonly cameBack: Map<string, number>;
  readonly pieces: Map<string, OraclePiece>;
  readonly locks: Map<string, OracleLock>;
  readonly assemblies: Map<string, OracleAssembly>;
  readonly transfers: Map<string, OracleTransfer>;
  /** Purchases that are on their way; transfers stand among them by themselves. */
  readonly expected: Map<string, OracleExpected>;
  /** Documents that nobody was told: those by which a cancelled transfer came back. */
  readonly untold: Set<string>;
  readonly keys: Map<string, KeptCall>;
  /** Overdue holds that the call may have expired or not, as far as SPEC says; the dump after it tells. */
  readonly mayExpire: Set<string>;
  /** How often each rare situation was met. */
  readonly met: Map<string, number>;
  /** How many reservations have ended. */
  endings: number;
  /** Balances of every level at moments of the past. */
  readonly past: { readonly at: Instant; readonly levels: ReadonlyMap<string, OracleLevel> }[];
}

export function createWorld(settings: OracleSettings, first: { location: OracleLocation; now: Instant }): World {
  return {
    settings,
    now: first.now,
    caller: { actor: 'somebody', mayBackdate: true },
    happenedAt: first.now,
    touched: new Set(),
    lastChanged: new Map(),
    skus: new Map(),
    locations: new Map([[first.location.locationId, { ...first.location }]]),
    levels: new Map(),
    batches: new Map(),
    reservations: new Map(),
    documents: new Map(),
    cameBack: new Map(),
    pieces: new Map(),
    locks: new Map(),
    assemblies: new Map(),
    transfers: new Map(),
    expected: new Map(),
    untold: new Set(),
    keys: new Map(),
    mayExpire: new Set(),
    met: new Map(),
    endings: 0,
    past: [],
  };
}

/** Strings that can never be confused, unlike joined ones. */
export function keyOf(...parts: readonly (string | number | null | undefined)[]): string {
  return JSON.stringify(parts.map((part) => part ?? null));
}

/** The level's row, made when it is first needed. */
export function levelAt(world: World, skuId: string, locationId: string): OracleLevel {
  const key = keyOf(skuId, locationId);
  const known = world.levels.get(key);
  if (known !== undefined) return known;
  const made: OracleLevel = {
    ...{ skuId, locationId, onHand: 0, reserved: 0, locked: 0, deficit: 0, version: 0, onHandVersion: 0 },
    ...{ isActive: true, warning: null, critical: null, high: null },
  };
  world.levels.set(key, made);
  return made;
}

/** True when stock at the level may be held or sold: neither it nor its location is switched off. */
export function isOpen(world: World, skuId: string, locationId: string): boolean {
  const level = world.levels.get(keyOf(skuId, locationId));
  return level?.isActive !== false && world.locations.get(locationId)?.isActive === true;
}

export function batchOf(world: World, batchId: string): OracleBatch {
  const batch = world.batches.get(batchId);
  if (batch === undefined) throw new Error(`the oracle knows no batch ${batchId}`);
  return batch;
}

/** What a batch number or id stands for now: itself, or what it was merged into in the end. */
export function standingFor(world: World, batchId: string): OracleBatch | undefined {
  let batch = world.batches.get(batchId);
  while (batch !== undefined && batch.mergedInto !== null) batch = world.batches.get(batch.mergedInto);
  return batch;
}

export function isHeld(reservation: OracleReservation): boolean {
  return reservation.state === 'active' || reservation.state === 'confirmed';
}

export function heldOf(reservation: OracleReservation): number {
  return isHeld(reservation) ? unitsOf(reservation, (line) => line.held) : 0;
}

/** What lines have of something, in units of the reservation: of a bundle or a virtual SKU a unit is several units of its parts. */
export function unitsOf(reservation: OracleReservation, of: (line: OracleLine) => number): number {
  const all = reservation.lines.reduce((sum, line) => sum + line.quantity, 0);
  const some = reservation.lines.reduce((sum, line) => sum + of(line), 0);
  return all === 0 ? 0 : Math.floor((some * reservation.quantity) / all);
}

export function isOverdue(world: World, reservation: OracleReservation): boolean {
  return reservation.state === 'active' && reservation.expiresAt !== null && reservation.expiresAt <= world.now;
}

/** Remembers the balances of now, for questions about the past. */
export function rememberLevels(world: World): void {
  world.past.push({ at: world.now, levels: new Map([...world.levels].map(([key, level]) => [key, { ...level }])) });
}
