/** A small world for the oracle's own tests, and answers as Granary would write them. */
import type { Document } from '@granary/contracts/document';
import type { ErrorAnswer } from '@granary/contracts/error';
import { plusSeconds, type Instant } from '@granary/contracts/instant';
import type { Reservation, ReserveLine } from '@granary/contracts/reservation';
import type { Take } from './stock-draft.ts';
import { move } from './ledger.ts';
import { makeSku } from './receipt.ts';
import { judgeReserve } from './reserve.ts';
import { canonical, type Outcome } from './verdict.ts';
import type { OracleSettings } from './settings.ts';
import { batchOf, createWorld, UNBORN, type OracleBatch, type OracleReservation, type World } from './world.ts';

export const NOW = '2026-11-20T10:00:00.000000Z' as Instant;

export const exampleSettings: OracleSettings = {
  defaultStrategy: 'fifo',
  reservationTtlSeconds: 1800,
  reservationMaxTtlSeconds: 86_400,
  autoCreateSku: true,
  allowNegative: false,
  lockTtlSeconds: 7200,
  timezone: 'UTC',
  alertLowThreshold: 10,
  alertHighThreshold: 1000,
  ...{ holdMaxPerBusiness: 0, holdMaxSharePercent: 100, holdMaxPerToken: 0 },
  strategies: ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'],
};

export interface ExampleBatch {
  readonly id: string;
  readonly onHand: number;
  readonly skuId?: string;
  readonly locationId?: string;
  readonly qualityLevel?: string;
  readonly expiresAt?: Instant;
  readonly receivedAt?: Instant;
  readonly unitCost?: bigint;
}

/** SKU S, locations default (priority 0), east (1) and shut (2, inactive), and the batches given. */
export function exampleWorld(...batches: readonly ExampleBatch[]): World {
  const world = createWorld(exampleSettings, {
    location: { locationId: 'default', priority: 0, isActive: true },
    now: NOW,
  });
  world.locations.set('east', { locationId: 'east', priority: 1, isActive: true });
  world.locations.set('shut', { locationId: 'shut', priority: 2, isActive: false });
  for (const skuId of ['S', 'T']) makeSku(world, skuId);
  for (const batch of batches) addBatch(world, batch);
  return world;
}

function addBatch(world: World, given: ExampleBatch): void {
  const {
    id,
    onHand,
    skuId = 'S',
    locationId = 'default',
    qualityLevel = 'A',
    expiresAt = null,
    receivedAt = NOW,
    unitCost = 1_000_000n,
  } = given;
  const batch: OracleBatch = {
    ...{ id, skuId, locationId, batchNo: `no-${id}`, qualityLevel, producedOn: null, expiresAt, receivedAt, unitCost },
    ...UNBORN,
  };
  world.batches.set(id, batch);
  move(world, batch, { onHand });
}

export function aLine(line: Partial<ReserveLine> = {}): ReserveLine {
  return { skuId: 'S', quantity: 1, type: 'order', businessId: 'o', lineId: '', replace: false, ...line };
}

export function refused(code: string, details: object = {}): { readonly ok: false; readonly failure: ErrorAnswer } {
  return {
    ok: false,
    failure: {
      code,
      kind: 'invalidState',
      message: code,
      details: details as ErrorAnswer['details'],
      hint: '',
      retryable: false,
    },
  };
}

export function answered<A>(answer: A): Outcome<A> {
  return { ok: true, answer };
}

/** A hold as Granary would answer it. */
export function holdAnswer(world: World, id: string, of: { line: ReserveLine; takes: readonly Take[] }): Reservation {
  const { skuId, quantity, type, businessId, lineId } = of.line;
  return {
    ...{ id, skuId, type, businessId, lineId, state: 'active', quantity, fulfilled: 0, held: quantity },
    expiresAt: of.line.expiresAt ?? plusSeconds(world.now, of.line.ttlSeconds ?? world.settings.reservationTtlSeconds),
    ...{ createdAt: world.now, endedAt: null, reason: null, version: 1 },
    lines: of.takes.map((take) => ({
      skuId,
      locationId: batchOf(world, take.batchId).locationId,
      ...take,
      held: take.quantity,
    })),
  };
}

/** Puts a hold into the world by the front door. */
export function hold(
  world: World,
  id: string,
  of: { line?: Partial<ReserveLine>; takes: readonly Take[] },
): OracleReservation {
  const quantity = of.takes.reduce((sum, take) => sum + take.quantity, 0);
  const line = aLine({ quantity, ...of.line });
  judgeReserve(world, [line], answered([holdAnswer(world, id, { line, takes: of.takes })]));
  const made = world.reservations.get(id);
  if (made === undefined) throw new Error('the hold was not made');
  return made;
}

/** The reservation as Granary would tell it now. */
export function told(world: World, reservation: OracleReservation, changes: Partial<Reservation> = {}): Reservation {
  const {
    id,
    skuId,
    type,
    businessId,
    lineId,
    state,
    quantity,
    fulfilled,
    createdAt,
    expiresAt,
    endedAt,
    reason,
    version,
  } = reservation;
  const lines = reservation.lines.map(({ batchId, quantity: units, held: left }) => ({
    skuId,
    locationId: batchOf(world, batchId).locationId,
    ...{ batchId, quantity: units, held: left },
  }));
  const held = lines.reduce((sum, line) => sum + line.held, 0);
  return {
    id,
    skuId,
    type,
    businessId,
    lineId,
    state,
    quantity,
    fulfilled,
    held,
    expiresAt,
    createdAt,
    endedAt,
    reason,
    version,
    lines,
    ...changes,
  };
}

export function documentAnswer(
  document: Partial<Document> & Pick<Document, 'type' | 'documentNo' | 'lines'>,
): Document {
  return {
    id: `doc-${document.documentNo}`,
    orderNo: null,
    supplier: null,
    operator: null,
    reason: null,
    occurredAt: NOW,
    recordedAt: NOW,
    ...document,
  };
}

/** The balances of a world, to see that a call changed nothing. */
export function balances(world: World): string {
  return canonical(
    [...world.levels.values()].map(({ locationId, onHand, reserved, version }) => ({
      locationId,
      onHand,
      reserved,
      version,
    })),
  );
}
