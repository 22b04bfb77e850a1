/** The operations on stock that the oracle can judge beside its core: batches, locks, adjustments, what is made of others. */
import type {
  AdjustInput,
  AdjustManyInput,
  AdjustmentDocument,
  AdjustmentGetInput,
  AdjustmentListInput,
  CountInput,
  CountManyInput,
} from '@granary/contracts/adjustment';
import type { Batch } from '@granary/contracts/batch';
import type {
  BatchExpireDueAnswer,
  BatchExpireDueInput,
  BatchMerge,
  BatchMergeInput,
  BatchSplit,
  BatchSplitInput,
  BatchUpdateInput,
} from '@granary/contracts/batch-life';
import type { Bundle, BundleCreateInput, BundleListInput, BundleRemoveInput } from '@granary/contracts/bundle';
import type {
  DamageInput,
  Document,
  DocumentSummary,
  OpeningInput,
  PickInput,
  ProductionInput,
  ReverseInput,
  SupplierReturnInput,
} from '@granary/contracts/document';
import type {
  Lock,
  LockBusinessInput,
  LockExpireDueAnswer,
  LockExpireDueInput,
  LockListInput,
  LockOperationInput,
  LockReleaseInput,
} from '@granary/contracts/lock';
import type {
  OutboundTransferInput,
  Transfer,
  TransferCancelInput,
  TransferCreateInput,
  TransferGetInput,
  TransferListInput,
  TransferMove,
  TransferReceiveInput,
  TransferShipInput,
  TransferSummary,
  TransferWriteOffInput,
} from '@granary/contracts/transfer';
import type {
  InTransit,
  InTransitCancelInput,
  InTransitCreateInput,
  InTransitListInput,
  InTransitUpdateInput,
} from '@granary/contracts/in-transit';
import type { Serial, SerialListInput, SerialSummary } from '@granary/contracts/serial';
import type { BatchRecall, BatchRecallInput } from '@granary/contracts/trace';
import type {
  Virtual,
  VirtualCreateInput,
  VirtualListInput,
  VirtualRemoveInput,
  VirtualUpdateInput,
} from '@granary/contracts/virtual';
import type { Listed } from './lists.ts';

export interface Of<I, A> {
  readonly input: I;
  readonly answer: A;
}

export interface OperationMutations {
  'batch.merge': Of<BatchMergeInput, BatchMerge>;
  'batch.split': Of<BatchSplitInput, BatchSplit>;
  'batch.update': Of<BatchUpdateInput, Batch>;
  'batch.expireDue': Of<BatchExpireDueInput, BatchExpireDueAnswer>;
  'batch.recall': Of<BatchRecallInput, BatchRecall>;
  'lock.business': Of<LockBusinessInput, Lock>;
  'lock.operation': Of<LockOperationInput, Lock>;
  'lock.release': Of<LockReleaseInput, Lock>;
  'lock.expireDue': Of<LockExpireDueInput, LockExpireDueAnswer>;
  'inbound.production': Of<ProductionInput, Document>;
  'inbound.opening': Of<OpeningInput, Document>;
  'inbound.reverse': Of<ReverseInput, Document>;
  'outbound.damage': Of<DamageInput, Document>;
  'outbound.pick': Of<PickInput, Document>;
  'outbound.supplierReturn': Of<SupplierReturnInput, Document>;
  'outbound.reverse': Of<ReverseInput, Document>;
  'adjustment.adjust': Of<AdjustInput, AdjustmentDocument>;
  'adjustment.adjustMany': Of<AdjustManyInput, AdjustmentDocument>;
  'adjustment.count': Of<CountInput, AdjustmentDocument>;
  'adjustment.countMany': Of<CountManyInput, AdjustmentDocument>;
  'transfer.create': Of<TransferCreateInput, Transfer>;
  'transfer.ship': Of<TransferShipInput, TransferMove>;
  'transfer.receive': Of<TransferReceiveInput, TransferMove>;
  'transfer.writeOff': Of<TransferWriteOffInput, Transfer>;
  'transfer.cancel': Of<TransferCancelInput, Transfer>;
  'outbound.transfer': Of<OutboundTransferInput, TransferMove>;
  'inbound.transfer': Of<TransferReceiveInput, TransferMove>;
  'inTransit.create': Of<InTransitCreateInput, InTransit>;
  'inTransit.update': Of<InTransitUpdateInput, InTransit>;
  'inTransit.cancel': Of<InTransitCancelInput, InTransit>;
  'bundle.create': Of<BundleCreateInput, Bundle>;
  'bundle.update': Of<BundleCreateInput, Bundle>;
  'bundle.remove': Of<BundleRemoveInput, Bundle>;
  'virtual.create': Of<VirtualCreateInput, Virtual>;
  'virtual.update': Of<VirtualUpdateInput, Virtual>;
  'virtual.remove': Of<VirtualRemoveInput, Virtual>;
}

export interface OperationQueries {
  'transfer.get': Of<TransferGetInput, Transfer>;
  'transfer.list': Of<TransferListInput, Listed<TransferSummary>>;
  'inTransit.get': Of<{ inTransitId: string }, InTransit>;
  'inTransit.list': Of<InTransitListInput, Listed<InTransit>>;
  'serial.get': Of<{ skuId: string; serial: string }, Serial>;
  'serial.list': Of<SerialListInput, Listed<SerialSummary>>;
  'lock.get': Of<{ lockId: string }, Lock>;
  'lock.list': Of<LockListInput, Listed<Lock>>;
  'adjustment.get': Of<AdjustmentGetInput, AdjustmentDocument>;
  'adjustment.list': Of<AdjustmentListInput, Listed<DocumentSummary>>;
  'bundle.get': Of<{ skuId: string }, Bundle>;
  'bundle.list': Of<BundleListInput, Listed<Bundle>>;
  'virtual.get': Of<{ skuId: string }, Virtual>;
  'virtual.list': Of<VirtualListInput, Listed<Virtual>>;
}
