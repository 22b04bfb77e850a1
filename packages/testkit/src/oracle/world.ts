/**
 * What the oracle believes: every SKU, location, level, batch, reservation, document and key, in plain maps, written from SPEC and from nothing
 * that runs. Ids and moments that Granary makes are learned from its answers.
 */
import type { CalendarDate, Instant } from '@granary/contracts/instant';
import type { ReservationState, ReservationType } from '@granary/contracts/reservation';
import type { DocumentType } from '@granary/contracts/document';

export interface OracleSettings {
  readonly defaultStrategy: string;
  readonly reservationTtlSeconds: number;
  readonly reservationMaxTtlSeconds: number;
  readonly autoCreateSku: boolean;
  readonly timezone: string;
  readonly alertLowThreshold: number;
  readonly alertHighThreshold: number;
  readonly strategies: readonly string[];
}

export interface OracleSku {
  readonly skuId: string;
  spuId: string | null;
  status: 'active' | 'inactive';
  shelfLifeDays: number | null;
  defaultStrategy: string | null;
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
  readonly qualityLevel: string;
  readonly producedOn: CalendarDate | null;
  readonly expiresAt: Instant | null;
  readonly receivedAt: Instant;
  /** Millionths. */
  unitCost: bigint;
  onHand: number;
  reserved: number;
}

export interface OracleLine {
  readonly batchId: string;
  quantity: number;
  held: number;
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
  lines: OracleLine[];
}

export interface OracleDocument {
  readonly type: DocumentType;
  readonly documentNo: string;
  readonly orderNo: string | null;
  readonly content: string;
  readonly answer: unknown;
  readonly id: string;
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
  readonly skus: Map<string, OracleSku>;
  readonly locations: Map<string, OracleLocation>;
  readonly levels: Map<string, OracleLevel>;
  readonly batches: Map<string, OracleBatch>;
  readonly reservations: Map<string, OracleReservation>;
  readonly documents: Map<string, OracleDocument>;
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
    skus: new Map(),
    locations: new Map([[first.location.locationId, { ...first.location }]]),
    levels: new Map(),
    batches: new Map(),
    reservations: new Map(),
    documents: new Map(),
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
    ...{ skuId, locationId, onHand: 0, reserved: 0, version: 0, onHandVersion: 0 },
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

export function isHeld(reservation: OracleReservation): boolean {
  return reservation.state === 'active' || reservation.state === 'confirmed';
}

export function heldOf(reservation: OracleReservation): number {
  return isHeld(reservation) ? reservation.lines.reduce((sum, line) => sum + line.held, 0) : 0;
}

export function isOverdue(world: World, reservation: OracleReservation): boolean {
  return reservation.state === 'active' && reservation.expiresAt !== null && reservation.expiresAt <= world.now;
}

/** Remembers the balances of now, for questions about the past. */
export function rememberLevels(world: World): void {
  world.past.push({ at: world.now, levels: new Map([...world.levels].map(([key, level]) => [key, { ...level }])) });
}
