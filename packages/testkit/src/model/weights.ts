/** How often each call is drawn. In groups, so that a run can look at some of them more closely than at the rest. */
import type * as fc from 'fast-check';
import * as adjustment from './draw-adjustment.ts';
import * as assembly from './draw-assembly.ts';
import * as batch from './draw-batch.ts';
import * as document from './draw-document.ts';
import * as inTransit from './draw-in-transit.ts';
import * as inbound from './draw-inbound.ts';
import * as lock from './draw-lock.ts';
import * as piece from './draw-piece.ts';
import * as reading from './draw-reading.ts';
import * as reservation from './draw-reservation.ts';
import * as hold from './draw-reserve.ts';
import { sell, sellPart } from './draw-sales.ts';
import * as settings from './draw-settings.ts';
import * as transfer from './draw-transfer.ts';
import type { Draw } from './picks.ts';

type Weighted = readonly (readonly [weight: number, arbitrary: fc.Arbitrary<Draw>])[];

const groups = {
  inbound: [
    [14, inbound.receive],
    [3, inbound.receiveOther],
    [5, inbound.createBatch],
  ],
  reserve: [
    [16, hold.reserve],
    [8, hold.reserveAgain],
    [6, hold.reserveBeside],
    [2, hold.reserveOverlapping],
    [8, hold.reserveMany],
  ],
  hold: [
    [6, reservation.confirm],
    [4, reservation.confirmOne],
    [11, reservation.deduct],
    [5, reservation.release],
    [5, reservation.extend],
    [5, reservation.convert],
    [2, reservation.convertAgain],
    [5, reservation.convertOnto],
    [4, reservation.convertBeside],
  ],
  sweep: [
    [4, reservation.sweep],
    [5, batch.sweep],
    [2, lock.sweep],
  ],
  sell: [
    [12, sell],
    [5, sellPart],
  ],
  settings: [
    [2, settings.createSku],
    [2, settings.updateSku],
    [2, settings.activateSku],
    [2, settings.createLocation],
    [2, settings.updateLocation],
    [2, settings.openLocation],
    [2, settings.configureLevel],
    [2, settings.openLevel],
  ],
  document: [
    [2, document.open],
    [5, document.takeBack],
    [5, document.comeBack],
    [3, document.damage],
    [3, document.pick],
    [3, document.sendBack],
  ],
  batch: [
    [5, batch.merge],
    [4, batch.split],
    [5, batch.correct],
    [3, batch.recall],
    [2, batch.receiveMerged],
  ],
  lock: [
    [4, lock.business],
    [3, lock.operation],
    [5, lock.freezeHeld],
    [4, lock.shipBeside],
    [4, lock.release],
  ],
  adjustment: [
    [4, adjustment.adjust],
    [2, adjustment.adjustMany],
    [3, adjustment.count],
    [2, adjustment.countMany],
  ],
  transfer: [
    [3, transfer.create],
    [3, transfer.ship],
    [3, transfer.send],
    [7, transfer.receive],
    [2, transfer.writeOff],
    [2, transfer.cancel],
  ],
  piece: [
    [4, piece.sell],
    [3, piece.deduct],
    [3, piece.send],
    [2, piece.split],
    [2, piece.turn],
    [2, piece.ask],
  ],
  expected: [
    [4, inTransit.create],
    [2, inTransit.update],
    [1, inTransit.cancel],
    [5, inTransit.receive],
  ],
  assembly: [
    [3, assembly.defineBundle],
    [3, assembly.defineVirtual],
    [2, assembly.remove],
    [4, assembly.reserveMade],
  ],
  reading: [
    [2, reading.check],
    [1, reading.checkMany],
    [2, reading.available],
    [2, reading.allocate],
    [2, reading.explain],
    [2, reading.asOf],
    [2, reading.movements],
    [8, reading.list],
    [8, reading.get],
  ],
} as const satisfies Record<string, Weighted>;

/** A group of calls, the moves of the clock, or calls made once more with their keys. */
export type Group = keyof typeof groups | 'clock' | 'replay';

export const draws = Object.entries(groups).flatMap(([group, weighted]) =>
  weighted.map(([weight, arbitrary]) => ({ group: group as Group, weight, arbitrary })),
);
