/** The oracle's face: judges one call with its outcome, and moves the world on. */
import type { Instant } from '@granary/contracts/instant';
import { expectBatch, judgeBatchCreate } from './batch.ts';
import { judgeConvert } from './convert.ts';
import { judgeWithKey } from './idempotency.ts';
import { judgeInbound } from './inbound.ts';
import { judgeConfigure } from './level.ts';
import { judgeConfirm, judgeDeduct, judgeExpireDue, judgeExtend, judgeRelease } from './lifecycle.ts';
import * as lists from './lists.ts';
import { expectLocation, judgeLocationCreate, judgeLocationUpdate } from './location.ts';
import { operationJudges } from './operation-judges.ts';
import type { AnswerOf, InputOf, Procedure } from './procedures.ts';
import { noteHappened } from './occurrence.ts';
import { expectPieces } from './piece.ts';
import { judgeReserve } from './reserve.ts';
import { expectReservation } from './reserve-answer.ts';
import { expectSku, judgeSkuCreate, judgeSkuUpdate } from './sku.ts';
import * as stock from './stock.ts';
import { judgeTaking } from './taking.ts';
import type { Outcome } from './verdict.ts';
import type { OracleCaller } from './settings.ts';
import type { World } from './world.ts';

export type Judges = {
  readonly [P in Procedure]: (world: World, input: InputOf<P>, outcome: Outcome<AnswerOf<P>>) => void;
};

const inboundTypes = ['purchase', 'return', 'production', 'transferIn', 'opening'] as const;
const outboundTypes = ['sales', 'damage', 'pick', 'supplierReturn', 'transferOut'] as const;

const judges: Judges = {
  ...operationJudges,
  'sku.create': judgeSkuCreate,
  'sku.update': judgeSkuUpdate,
  'location.create': judgeLocationCreate,
  'location.update': judgeLocationUpdate,
  'batch.create': judgeBatchCreate,
  'stock.configure': judgeConfigure,
  'reservation.reserve': (world, { idempotencyKey: _key, ...line }, outcome) =>
    judgeReserve(world, [line], outcome.ok ? { ok: true, answer: [outcome.answer] } : outcome),
  'reservation.reserveMany': (world, input, outcome) =>
    judgeReserve(world, input.lines, outcome.ok ? { ok: true, answer: outcome.answer.reservations } : outcome),
  'reservation.confirm': judgeConfirm,
  'reservation.release': judgeRelease,
  'reservation.deduct': judgeDeduct,
  'reservation.extend': judgeExtend,
  'reservation.convert': judgeConvert,
  'reservation.expireDue': judgeExpireDue,
  'inbound.purchase': (world, input, outcome) => judgeInbound(world, { type: 'purchase', input }, outcome),
  'inbound.return': (world, input, outcome) => judgeInbound(world, { type: 'return', input }, outcome),
  'outbound.sales': (world, input, outcome) => judgeTaking(world, { type: 'sales', input }, outcome),
  'sku.get': (world, { skuId }, outcome) =>
    lists.judgeGet(world.skus.get(skuId), { code: 'INV_001', compare: expectSku }, outcome),
  'sku.list': lists.judgeSkuList,
  'location.get': (world, { locationId }, outcome) =>
    lists.judgeGet(world.locations.get(locationId), { code: 'INV_007', compare: expectLocation }, outcome),
  'location.list': lists.judgeLocationList,
  'batch.get': (world, { batchId }, outcome) =>
    lists.judgeGet(
      world.batches.get(batchId),
      { code: 'INV_007', compare: (actual, expected) => expectBatch(world, actual, expected) },
      outcome,
    ),
  'batch.list': lists.judgeBatchList,
  'stock.check': stock.judgeCheck,
  'stock.checkMany': stock.judgeCheckMany,
  'stock.available': stock.judgeAvailable,
  'stock.allocate': stock.judgeAllocate,
  'stock.explain': stock.judgeExplain,
  'stock.asOf': stock.judgeAsOf,
  'stock.movements': lists.judgeMovements,
  'stock.levels': lists.judgeLevels,
  'reservation.get': (world, { id }, outcome) =>
    lists.judgeGet(
      world.reservations.get(id),
      { code: 'INV_007', compare: (actual, expected) => expectReservation(world, actual, expected) },
      outcome,
    ),
  'reservation.list': lists.judgeReservationList,
  'inbound.get': (world, input, outcome) => lists.judgeDocumentGet(world, { types: inboundTypes, input }, outcome),
  'inbound.list': (world, input, outcome) =>
    lists.judgeDocumentList(world, { types: inboundTypes, type: input.type, supplier: input.supplier }, outcome),
  'outbound.get': (world, input, outcome) => lists.judgeDocumentGet(world, { types: outboundTypes, input }, outcome),
  'outbound.list': (world, input, outcome) =>
    lists.judgeDocumentList(
      world,
      { types: outboundTypes, type: input.type, orderNo: input.orderNo, supplier: input.supplier },
      outcome,
    ),
};

export interface Judged<P extends Procedure> {
  readonly procedure: P;
  readonly input: InputOf<P>;
  readonly outcome: Outcome<AnswerOf<P>>;
  /** The virtual time of the call, give or take a second. */
  readonly now: Instant;
  readonly caller?: OracleCaller;
}

/** Throws a Mismatch when Granary did anything else than SPEC says. */
export function judge<P extends Procedure>(world: World, call: Judged<P>): void {
  world.now = call.now;
  world.happenedAt = call.now;
  if (call.caller !== undefined) world.caller = call.caller;
  const judgeFresh: Judges[P] = judges[call.procedure];
  judgeWithKey(world, call, () => judgeFresh(world, call.input, call.outcome));
  noteHappened(world);
  expectPieces(world);
}
