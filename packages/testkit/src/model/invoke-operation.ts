/** How the operations on stock are called on the subject. */
import type { OperationMutations, OperationQueries } from '../oracle/operation-procedures.ts';
import type { SubjectCall, SubjectDomain } from './subject.ts';

type Operations = OperationMutations & OperationQueries;
type Invoke = {
  readonly [P in keyof Operations]: (
    domain: SubjectDomain,
    input: Operations[P]['input'],
    call: SubjectCall,
  ) => Promise<Operations[P]['answer']>;
};

type AllPages = <I extends { limit: number; cursor?: string | undefined }, T>(
  ask: (input: I) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
  input: I,
) => Promise<{ items: T[] }>;

export function operationInvokers(allPages: AllPages): Invoke {
  return {
    'batch.merge': (domain, input, call) => domain.batches.merge(input, call),
    'batch.split': (domain, input, call) => domain.batches.split(input, call),
    'batch.update': (domain, input, call) => domain.batches.update(input, call),
    'batch.expireDue': (domain, input, call) => domain.batches.expireDue(input, call),
    'batch.recall': (domain, input, call) => domain.batches.recall(input, call),
    'lock.business': (domain, input, call) => domain.locks.business(input, call),
    'lock.operation': (domain, input, call) => domain.locks.operation(input, call),
    'lock.release': (domain, input, call) => domain.locks.release(input, call),
    'lock.expireDue': (domain, input, call) => domain.locks.expireDue(input, call),
    'lock.get': (domain, input) => domain.locks.get(input),
    'lock.list': (domain, input) => allPages(domain.locks.list, input),
    'inbound.production': (domain, input, call) => domain.inbound.production(input, call),
    'inbound.opening': (domain, input, call) => domain.inbound.opening(input, call),
    'inbound.reverse': (domain, input, call) => domain.inbound.reverse(input, call),
    'outbound.damage': (domain, input, call) => domain.outbound.damage(input, call),
    'outbound.pick': (domain, input, call) => domain.outbound.pick(input, call),
    'outbound.supplierReturn': (domain, input, call) => domain.outbound.supplierReturn(input, call),
    'outbound.reverse': (domain, input, call) => domain.outbound.reverse(input, call),
    'adjustment.adjust': (domain, input, call) => domain.adjustments.adjust(input, call),
    'adjustment.adjustMany': (domain, input, call) => domain.adjustments.adjustMany(input, call),
    'adjustment.count': (domain, input, call) => domain.adjustments.count(input, call),
    'adjustment.countMany': (domain, input, call) => domain.adjustments.countMany(input, call),
    'adjustment.get': (domain, input) => domain.adjustments.get(input),
    'adjustment.list': (domain, input) => allPages(domain.adjustments.list, input),
    'transfer.create': (domain, input, call) => domain.transfers.create(input, call),
    'transfer.ship': (domain, input, call) => domain.transfers.ship(input, call),
    'transfer.receive': (domain, input, call) => domain.transfers.receive(input, call),
    'transfer.writeOff': (domain, input, call) => domain.transfers.writeOff(input, call),
    'transfer.cancel': (domain, input, call) => domain.transfers.cancel(input, call),
    'outbound.transfer': (domain, input, call) => domain.outbound.transfer(input, call),
    'inbound.transfer': (domain, input, call) => domain.inbound.transfer(input, call),
    'transfer.get': (domain, input) => domain.transfers.get(input),
    'transfer.list': (domain, input) => allPages(domain.transfers.list, input),
    'serial.get': (domain, input) => domain.serials.get(input),
    'serial.list': (domain, input) => allPages(domain.serials.list, input),
    'inTransit.create': (domain, input, call) => domain.inTransit.create(input, call),
    'inTransit.update': (domain, input, call) => domain.inTransit.update(input, call),
    'inTransit.cancel': (domain, input, call) => domain.inTransit.cancel(input, call),
    'inTransit.get': (domain, input) => domain.inTransit.get(input),
    'inTransit.list': (domain, input) => allPages(domain.inTransit.list, input),
    'bundle.create': (domain, input, call) => domain.bundles.create(input, call),
    'bundle.update': (domain, input, call) => domain.bundles.update(input, call),
    'bundle.remove': (domain, input, call) => domain.bundles.remove(input, call),
    'bundle.get': (domain, input) => domain.bundles.get(input),
    'bundle.list': (domain, input) => allPages(domain.bundles.list, input),
    'virtual.create': (domain, input, call) => domain.virtuals.create(input, call),
    'virtual.update': (domain, input, call) => domain.virtuals.update(input, call),
    'virtual.remove': (domain, input, call) => domain.virtuals.remove(input, call),
    'virtual.get': (domain, input) => domain.virtuals.get(input),
    'virtual.list': (domain, input) => allPages(domain.virtuals.list, input),
  };
}
