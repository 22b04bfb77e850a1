/** The judges of the operations on stock: each procedure with the function that knows its rules. */
import { adjusting, judgeAdjusting } from './adjustment.ts';
import * as assembly from './assembly.ts';
import { judgeBatchExpireDue, judgeBatchUpdate, judgeSplit } from './batch-life.ts';
import { judgeMerge } from './batch-merge.ts';
import { judgeInbound } from './inbound.ts';
import * as inTransit from './in-transit.ts';
import * as lists from './lists.ts';
import { judgeLockBusiness, judgeLockExpireDue, judgeLockOperation, judgeLockRelease } from './lock.ts';
import { expectLock, judgeLockList } from './lock-end.ts';
import type { OperationMutations, OperationQueries } from './operation-procedures.ts';
import { judgeRecall } from './recall.ts';
import { judgeReverse } from './reversal.ts';
import { judgeSerialGet, judgeSerialList } from './serials.ts';
import { judgeTaking } from './taking.ts';
import { judgeOutboundTransfer, judgeShip, judgeTransferCreate, transferOf } from './transfer.ts';
import { expectTransfer, judgeTransferList } from './transfer-told.ts';
import { judgeTransferCancel, judgeTransferReceive, judgeTransferWriteOff } from './transfer-arrival.ts';
import type { Outcome } from './verdict.ts';
import type { World } from './world.ts';

type Operations = OperationMutations & OperationQueries;
type OperationJudges = {
  readonly [P in keyof Operations]: (
    world: World,
    input: Operations[P]['input'],
    outcome: Outcome<Operations[P]['answer']>,
  ) => void;
};

const adjustmentTypes = ['adjustment', 'count'] as const;

export const operationJudges: OperationJudges = {
  'inTransit.create': inTransit.judgeInTransitCreate,
  'inTransit.update': inTransit.judgeInTransitUpdate,
  'inTransit.cancel': inTransit.judgeInTransitCancel,
  'inTransit.get': inTransit.judgeInTransitGet,
  'inTransit.list': inTransit.judgeInTransitList,
  'serial.get': judgeSerialGet,
  'serial.list': judgeSerialList,
  'batch.merge': judgeMerge,
  'batch.split': judgeSplit,
  'batch.update': judgeBatchUpdate,
  'batch.expireDue': judgeBatchExpireDue,
  'batch.recall': judgeRecall,
  'lock.business': judgeLockBusiness,
  'lock.operation': judgeLockOperation,
  'lock.release': judgeLockRelease,
  'lock.expireDue': judgeLockExpireDue,
  'inbound.production': (world, input, outcome) => judgeInbound(world, { type: 'production', input }, outcome),
  'inbound.opening': (world, input, outcome) => judgeInbound(world, { type: 'opening', input }, outcome),
  'inbound.reverse': (world, input, outcome) => judgeReverse(world, { door: 'inbound', input }, outcome),
  'outbound.damage': (world, input, outcome) => judgeTaking(world, { type: 'damage', input }, outcome),
  'outbound.pick': (world, input, outcome) => judgeTaking(world, { type: 'pick', input }, outcome),
  'outbound.supplierReturn': (world, input, outcome) => judgeTaking(world, { type: 'supplierReturn', input }, outcome),
  'outbound.reverse': (world, input, outcome) => judgeReverse(world, { door: 'outbound', input }, outcome),
  'adjustment.adjust': (world, input, outcome) => judgeAdjusting(world, adjusting(input), outcome),
  'adjustment.adjustMany': (world, input, outcome) => judgeAdjusting(world, adjusting(input), outcome),
  'adjustment.count': (world, input, outcome) => judgeAdjusting(world, adjusting(input), outcome),
  'adjustment.countMany': (world, input, outcome) => judgeAdjusting(world, adjusting(input), outcome),
  'transfer.create': judgeTransferCreate,
  'transfer.ship': judgeShip,
  'transfer.receive': judgeTransferReceive,
  'transfer.writeOff': judgeTransferWriteOff,
  'transfer.cancel': judgeTransferCancel,
  'outbound.transfer': judgeOutboundTransfer,
  'inbound.transfer': judgeTransferReceive,
  'transfer.get': (world, input, outcome) =>
    lists.judgeGet(transferOf(world, input), { code: 'INV_007', compare: expectTransfer }, outcome),
  'transfer.list': judgeTransferList,
  'bundle.create': assembly.judgeBundleCreate,
  'bundle.update': assembly.judgeBundleUpdate,
  'bundle.remove': assembly.judgeBundleRemove,
  'virtual.create': assembly.judgeVirtualCreate,
  'virtual.update': assembly.judgeVirtualUpdate,
  'virtual.remove': assembly.judgeVirtualRemove,
  'lock.get': (world, { lockId }, outcome) =>
    lists.judgeGet(
      world.locks.get(lockId),
      { code: 'INV_007', compare: (actual, expected) => expectLock(world, actual, expected) },
      outcome,
    ),
  'lock.list': judgeLockList,
  'adjustment.get': (world, input, outcome) =>
    lists.judgeDocumentGet(world, { types: adjustmentTypes, input }, outcome),
  'adjustment.list': (world, input, outcome) =>
    lists.judgeDocumentList(world, { types: adjustmentTypes, type: input.type }, outcome),
  'bundle.get': (world, { skuId }, outcome) =>
    lists.judgeGet(
      ofKind(world, skuId, 'bundle'),
      { code: 'INV_007', compare: (actual, expected) => assembly.expectBundle(actual, expected) },
      outcome,
    ),
  'bundle.list': (world, input, outcome) => assembly.judgeAssemblyList(world, { kind: 'bundle', input }, outcome),
  'virtual.get': (world, { skuId }, outcome) =>
    lists.judgeGet(
      ofKind(world, skuId, 'virtual'),
      { code: 'INV_007', compare: (actual, expected) => assembly.expectVirtual(actual, expected) },
      outcome,
    ),
  'virtual.list': (world, input, outcome) => assembly.judgeAssemblyList(world, { kind: 'virtual', input }, outcome),
};

/** Also one that was removed can be read. */
function ofKind(world: World, skuId: string, kind: 'bundle' | 'virtual') {
  const found = world.assemblies.get(skuId);
  return found?.kind === kind ? found : undefined;
}
