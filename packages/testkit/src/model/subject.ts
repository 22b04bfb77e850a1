/** What the model test drives: the engine, a clock that can be moved, and a way to look at everything. Handed in, so that testkit depends on contracts only. */
import type { Caller } from '@granary/contracts/command';
import type { Instant } from '@granary/contracts/instant';
import type { VerifyReport } from '@granary/contracts/system';
import type { AnswerOf, InputOf, Mutation, Queries } from '../oracle/procedures.ts';

export interface SubjectCall {
  readonly caller: Caller;
  /** Whether it may tell what happened before stock of a SKU last changed. */
  readonly mayBackdate: boolean;
}

/** One page of a list, or the answer itself. */
type Told<P extends keyof Queries> =
  AnswerOf<P> extends { readonly items: readonly (infer T)[] }
    ? P extends 'stock.checkMany'
      ? AnswerOf<P>
      : PageTold<T>
    : AnswerOf<P>;

interface PageTold<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

type Mutate<P extends Mutation> = (input: InputOf<P>, call: SubjectCall) => Promise<AnswerOf<P>>;
type Ask<P extends keyof Queries> = (input: InputOf<P>) => Promise<Told<P>>;

/** The methods of the domain that the model calls. */
export interface SubjectDomain {
  readonly skus: {
    create: Mutate<'sku.create'>;
    update: Mutate<'sku.update'>;
    get: Ask<'sku.get'>;
    list: Ask<'sku.list'>;
  };
  readonly locations: {
    create: Mutate<'location.create'>;
    update: Mutate<'location.update'>;
    get: Ask<'location.get'>;
    list: Ask<'location.list'>;
  };
  readonly batches: {
    create: Mutate<'batch.create'>;
    merge: Mutate<'batch.merge'>;
    split: Mutate<'batch.split'>;
    update: Mutate<'batch.update'>;
    expireDue: Mutate<'batch.expireDue'>;
    recall: Mutate<'batch.recall'>;
    get: Ask<'batch.get'>;
    list: Ask<'batch.list'>;
  };
  readonly locks: {
    business: Mutate<'lock.business'>;
    operation: Mutate<'lock.operation'>;
    release: Mutate<'lock.release'>;
    expireDue: Mutate<'lock.expireDue'>;
    get: Ask<'lock.get'>;
    list: Ask<'lock.list'>;
  };
  readonly adjustments: {
    adjust: Mutate<'adjustment.adjust'>;
    adjustMany: Mutate<'adjustment.adjustMany'>;
    count: Mutate<'adjustment.count'>;
    countMany: Mutate<'adjustment.countMany'>;
    get: Ask<'adjustment.get'>;
    list: Ask<'adjustment.list'>;
  };
  readonly transfers: {
    create: Mutate<'transfer.create'>;
    ship: Mutate<'transfer.ship'>;
    receive: Mutate<'transfer.receive'>;
    writeOff: Mutate<'transfer.writeOff'>;
    cancel: Mutate<'transfer.cancel'>;
    get: Ask<'transfer.get'>;
    list: Ask<'transfer.list'>;
  };
  readonly serials: {
    get: Ask<'serial.get'>;
    list: Ask<'serial.list'>;
  };
  readonly inTransit: {
    create: Mutate<'inTransit.create'>;
    update: Mutate<'inTransit.update'>;
    cancel: Mutate<'inTransit.cancel'>;
    get: Ask<'inTransit.get'>;
    list: Ask<'inTransit.list'>;
  };
  readonly bundles: {
    create: Mutate<'bundle.create'>;
    update: Mutate<'bundle.update'>;
    remove: Mutate<'bundle.remove'>;
    get: Ask<'bundle.get'>;
    list: Ask<'bundle.list'>;
  };
  readonly virtuals: {
    create: Mutate<'virtual.create'>;
    update: Mutate<'virtual.update'>;
    remove: Mutate<'virtual.remove'>;
    get: Ask<'virtual.get'>;
    list: Ask<'virtual.list'>;
  };
  readonly stock: {
    check: Ask<'stock.check'>;
    checkMany: Ask<'stock.checkMany'>;
    available: Ask<'stock.available'>;
    allocate: Ask<'stock.allocate'>;
    explain: Ask<'stock.explain'>;
    asOf: Ask<'stock.asOf'>;
    movements: Ask<'stock.movements'>;
    levels: Ask<'stock.levels'>;
    configure: Mutate<'stock.configure'>;
  };
  readonly reservations: {
    reserve: Mutate<'reservation.reserve'>;
    reserveMany: Mutate<'reservation.reserveMany'>;
    confirm: Mutate<'reservation.confirm'>;
    release: Mutate<'reservation.release'>;
    deduct: Mutate<'reservation.deduct'>;
    extend: Mutate<'reservation.extend'>;
    convert: Mutate<'reservation.convert'>;
    expireDue: Mutate<'reservation.expireDue'>;
    get: Ask<'reservation.get'>;
    list: Ask<'reservation.list'>;
  };
  readonly inbound: {
    purchase: Mutate<'inbound.purchase'>;
    return: Mutate<'inbound.return'>;
    production: Mutate<'inbound.production'>;
    opening: Mutate<'inbound.opening'>;
    transfer: Mutate<'inbound.transfer'>;
    reverse: Mutate<'inbound.reverse'>;
    get: Ask<'inbound.get'>;
    list: Ask<'inbound.list'>;
  };
  readonly outbound: {
    sales: Mutate<'outbound.sales'>;
    transfer: Mutate<'outbound.transfer'>;
    damage: Mutate<'outbound.damage'>;
    pick: Mutate<'outbound.pick'>;
    supplierReturn: Mutate<'outbound.supplierReturn'>;
    reverse: Mutate<'outbound.reverse'>;
    get: Ask<'outbound.get'>;
    list: Ask<'outbound.list'>;
  };
}

export interface Subject {
  readonly domain: SubjectDomain;
  /** The time that the domain believes it is, give or take a second. */
  now(): Instant;
  /** Moves the domain's clock forward. */
  advanceClock(seconds: number): void;
  verify(): Promise<VerifyReport>;
  /** Whether what is short may be sold, as the engine of this subject is set. */
  readonly allowNegative: boolean;
}

/** A fresh, empty world for each run of the model: only the location `default` exists. */
export type OpenSubject = () => Promise<Subject>;
