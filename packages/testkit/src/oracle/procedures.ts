/** Every procedure that the oracle can judge, with the types of its input and answer, as contracts has them. */
import type { Batch, BatchCreateInput, BatchListInput } from '@granary/contracts/batch';
import type {
  Document,
  DocumentGetInput,
  DocumentSummary,
  InboundInput,
  InboundListInput,
  OutboundListInput,
  ReturnInput,
  SalesInput,
} from '@granary/contracts/document';
import type {
  Location,
  LocationCreateInput,
  LocationListInput,
  LocationUpdateInput,
} from '@granary/contracts/location';
import type { Movement } from '@granary/contracts/movement';
import type {
  ConfirmInput,
  ConvertInput,
  DeductInput,
  ExpireDueAnswer,
  ExpireDueInput,
  ExtendInput,
  ReleaseInput,
  Reservation,
  ReservationListInput,
  Reservations,
  ReserveInput,
  ReserveManyInput,
} from '@granary/contracts/reservation';
import type { Sku, SkuCreateInput, SkuListInput, SkuUpdateInput } from '@granary/contracts/sku';
import type { StockExplanation } from '@granary/contracts/explanation';
import type {
  Level,
  LevelListInput,
  StockAllocateInput,
  StockAllocation,
  StockAsOf,
  StockAsOfInput,
  StockAvailableInput,
  StockCheck,
  StockCheckMany,
  StockConfigureInput,
  StockMovementsInput,
  StockSummary,
} from '@granary/contracts/stock';
import type { Listed } from './lists.ts';
import type { Of, OperationMutations, OperationQueries } from './operation-procedures.ts';

/** Mutations: they take an idempotency key. */
export interface Mutations extends OperationMutations {
  'sku.create': Of<SkuCreateInput, Sku>;
  'sku.update': Of<SkuUpdateInput, Sku>;
  'location.create': Of<LocationCreateInput, Location>;
  'location.update': Of<LocationUpdateInput, Location>;
  'batch.create': Of<BatchCreateInput, Batch>;
  'stock.configure': Of<StockConfigureInput, Level>;
  'reservation.reserve': Of<ReserveInput, Reservation>;
  'reservation.reserveMany': Of<ReserveManyInput, Reservations>;
  'reservation.confirm': Of<ConfirmInput, Reservations>;
  'reservation.release': Of<ReleaseInput, Reservations>;
  'reservation.deduct': Of<DeductInput, Reservations>;
  'reservation.extend': Of<ExtendInput, Reservations>;
  'reservation.convert': Of<ConvertInput, Reservations>;
  'reservation.expireDue': Of<ExpireDueInput, ExpireDueAnswer>;
  'inbound.purchase': Of<InboundInput, Document>;
  'inbound.return': Of<ReturnInput, Document>;
  'outbound.sales': Of<SalesInput, Document>;
}

/** Queries; of a list the answer is all of its pages. */
export interface Queries extends OperationQueries {
  'sku.get': Of<{ skuId: string }, Sku>;
  'sku.list': Of<SkuListInput, Listed<Sku>>;
  'location.get': Of<{ locationId: string }, Location>;
  'location.list': Of<LocationListInput, Listed<Location>>;
  'batch.get': Of<{ batchId: string }, Batch>;
  'batch.list': Of<BatchListInput, Listed<Batch>>;
  'stock.check': Of<{ skuId: string }, StockCheck>;
  'stock.checkMany': Of<{ skuIds: string[] }, StockCheckMany>;
  'stock.available': Of<StockAvailableInput, StockSummary>;
  'stock.allocate': Of<StockAllocateInput, StockAllocation>;
  'stock.explain': Of<{ skuId: string }, StockExplanation>;
  'stock.asOf': Of<StockAsOfInput, StockAsOf>;
  'stock.movements': Of<StockMovementsInput, Listed<Movement>>;
  'stock.levels': Of<LevelListInput, Listed<Level>>;
  'reservation.get': Of<{ id: string }, Reservation>;
  'reservation.list': Of<ReservationListInput, Listed<Reservation>>;
  'inbound.get': Of<DocumentGetInput, Document>;
  'inbound.list': Of<InboundListInput, Listed<DocumentSummary>>;
  'outbound.get': Of<DocumentGetInput, Document>;
  'outbound.list': Of<OutboundListInput, Listed<DocumentSummary>>;
}

export type Procedures = Mutations & Queries;
export type Procedure = keyof Procedures;
export type Mutation = keyof Mutations;
export type InputOf<P extends Procedure> = Procedures[P]['input'];
export type AnswerOf<P extends Procedure> = Procedures[P]['answer'];
