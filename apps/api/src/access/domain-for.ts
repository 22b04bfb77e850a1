/**
 * The engine as one principal may see it. Inputs arrive here parsed, whichever door they came through, so this is the one
 * place where scopes are enforced: every procedure that the routers can call has its rule here, or this does not compile.
 */
import type { Principal } from '@granary/contracts/permission';
import type { StockCheck } from '@granary/contracts/stock';
import type { Domain } from '@granary/domain';
import { notFound } from '@granary/domain/refusal';
import { createLocationScope, type LocationScope, needsEverywhere } from './location-scope.ts';
import { scopedReservations } from './scoped-reservations.ts';

/** What the routers call. */
export type CalledDomain = Pick<
  Domain,
  'skus' | 'locations' | 'batches' | 'stock' | 'reservations' | 'inbound' | 'outbound' | 'jobs' | 'strategies'
> & { readonly tokens: Pick<Domain['tokens'], 'create' | 'revoke' | 'list'> };

export function domainFor(domain: Domain, principal: Principal, publicCap: number): CalledDomain {
  const { locationIds } = principal;
  if (locationIds !== null) return scoped(domain, createLocationScope(locationIds), publicCap);
  return principal.may('stock.read') ? domain : publicly(domain, publicCap);
}

/** How much there is in all is nobody's business who may not read stock; whether there is any is everybody's. */
function publicly(domain: Domain, cap: number): CalledDomain {
  const { skus, locations, batches, reservations, inbound, outbound, jobs, strategies, tokens } = domain;
  const rest = { skus, locations, batches, reservations, inbound, outbound, jobs, strategies, tokens };
  return { ...rest, stock: { ...stockMethods(domain.stock), ...cappedChecks(domain.stock, cap) } };
}

function cappedChecks(stock: Domain['stock'], cap: number): Pick<Domain['stock'], 'check' | 'checkMany'> {
  const capped = (check: StockCheck): StockCheck => ({ ...check, available: Math.min(check.available, cap) });
  return {
    check: async (input) => capped(await stock.check(input)),
    checkMany: async (input) => {
      const answer = await stock.checkMany(input);
      return { ...answer, items: answer.items.map(capped) };
    },
  };
}

/** By name, as a service need not be a plain object. */
function stockMethods(stock: Domain['stock']): Domain['stock'] {
  const { check, checkMany, available, allocate, explain, asOf, movements, levels, configure } = stock;
  return { check, checkMany, available, allocate, explain, asOf, movements, levels, configure };
}

function scoped(domain: Domain, scope: LocationScope, publicCap: number): CalledDomain {
  const { skus, strategies, tokens } = domain;
  return {
    // SKUs and strategies belong to no location; tokens know scopes of their own.
    ...{ skus, strategies, tokens },
    locations: scopedLocations(domain.locations, scope),
    batches: scopedBatches(domain.batches, scope),
    stock: scopedStock(domain.stock, scope, publicCap),
    reservations: scopedReservations(domain.reservations, scope),
    ...scopedDocuments(domain, scope),
    jobs: scopedJobs,
  };
}

function scopedLocations(locations: Domain['locations'], scope: LocationScope): Domain['locations'] {
  return {
    create: async (input, call) => (scope.named(input), locations.create(input, call)),
    update: async (input, call) => (scope.named(input), locations.update(input, call)),
    get: async (input) => (scope.named(input), locations.get(input)),
    list: async (input) => {
      const page = await locations.list(input);
      return { ...page, items: scope.only(page.items) };
    },
  };
}

function scopedBatches(batches: Domain['batches'], scope: LocationScope): Domain['batches'] {
  return {
    create: async (input, call) => (scope.named(input), batches.create(input, call)),
    get: async (input) => {
      const batch = await batches.get(input);
      if (!scope.holds(batch)) throw notFound('batch', input.batchId);
      return batch;
    },
    list: async (input) => (scope.named(input), batches.list(input)),
  };
}

/** `check` tells of all locations together, so it is capped as for the public. */
function scopedStock(stock: Domain['stock'], scope: LocationScope, publicCap: number): Domain['stock'] {
  return {
    ...cappedChecks(stock, publicCap),
    available: async (input) => (scope.named(input), stock.available(input)),
    allocate: async (input) => {
      scope.named(input);
      const plan = await stock.allocate(input);
      return { ...plan, passedOver: scope.only(plan.passedOver) };
    },
    explain: async (input) => {
      const told = await stock.explain(input);
      const levels = scope.only(told.levels);
      const available = levels.reduce((sum, level) => sum + level.available, 0);
      const [batches, reservations] = [scope.only(told.batches), scope.only(told.reservations)];
      return { ...told, available, levels, batches, reservations };
    },
    asOf: async (input) => (scope.named(input), stock.asOf(input)),
    movements: async (input) => (scope.named(input), stock.movements(input)),
    levels: async (input) => (scope.named(input), stock.levels(input)),
    configure: async (input, call) => (scope.named(input), stock.configure(input, call)),
  };
}

/** A document is seen by whoever may see all of it. A list tells no lines, so nobody could say whose it is. */
function scopedDocuments({ inbound, outbound }: Domain, scope: LocationScope): Pick<Domain, 'inbound' | 'outbound'> {
  const whole = <T extends Parameters<LocationScope['holdsAll']>[0]>(
    document: T,
    { id, documentNo }: { readonly id?: string | undefined; readonly documentNo?: string | undefined },
  ): T => {
    if (!scope.holdsAll(document)) throw notFound('document', id ?? documentNo ?? '');
    return document;
  };
  return {
    inbound: {
      purchase: async (input, call) => (scope.namedInLines(input.lines), inbound.purchase(input, call)),
      return: async (input, call) => (scope.namedInLines(input.lines), inbound.return(input, call)),
      get: async (input) => whole(await inbound.get(input), input),
      list: needsEverywhere('inbound.read'),
    },
    outbound: {
      sales: async (input, call) => (scope.namedInLines(input.lines), outbound.sales(input, call)),
      get: async (input) => whole(await outbound.get(input), input),
      list: needsEverywhere('outbound.read'),
    },
  };
}

/** Jobs look at the whole ledger, and so do their reports. */
const scopedJobs: Domain['jobs'] = {
  verify: needsEverywhere('system.jobs.run'),
  rebuild: needsEverywhere('system.jobs.run'),
  cancelJob: needsEverywhere('system.jobs.run'),
  get: needsEverywhere('system.jobs.read'),
  list: needsEverywhere('system.jobs.read'),
};
