/**
 * The engine as one principal may see it. Inputs arrive here parsed, whichever door they came through, so this is the one
 * place that says what a token with a scope of locations is given: every service that the routers can call has its rule
 * here, or this does not compile. What stands at locations comes from `domain.within`, where the engine itself knows no
 * place outside; nothing is looked at first and acted on later.
 */
import { GranaryError } from '@granary/contracts/error';
import type { Permission, Principal } from '@granary/contracts/permission';
import type { StockCheck } from '@granary/contracts/stock';
import type { Domain } from '@granary/domain';
import { isOfNumber } from '@granary/contracts/batch-life';

/** What the routers call. */
export type CalledDomain = Pick<
  Domain,
  | 'skus'
  | 'locations'
  | 'batches'
  | 'bundles'
  | 'virtuals'
  | 'locks'
  | 'stock'
  | 'reservations'
  | 'inbound'
  | 'outbound'
  | 'transfers'
  | 'inTransit'
  | 'adjustments'
  | 'serials'
  | 'snapshots'
  | 'imports'
  | 'alerts'
  | 'jobs'
  | 'webhooks'
  | 'audit'
  | 'strategies'
> & { readonly tokens: Pick<Domain['tokens'], 'create' | 'revoke' | 'list'> };

export function domainFor(domain: Domain, principal: Principal, publicCap: number): CalledDomain {
  const { locationIds } = principal;
  const seen = locationIds === null ? domain : scoped(domain, locationIds);
  return principal.may('stock.read') ? seen : publicly(seen, publicCap);
}

/** How much there is in all is nobody's business who may not read stock; whether there is any is everybody's. */
function publicly(domain: CalledDomain, cap: number): CalledDomain {
  const { skus, locations, batches, locks, reservations, inbound, outbound, jobs, strategies, tokens } = domain;
  const { imports, snapshots, alerts, webhooks, audit, adjustments, bundles, virtuals, transfers, inTransit, serials } =
    domain;
  const stocked = { skus, locations, batches, locks, reservations, inbound, outbound, transfers, inTransit };
  const rest = {
    ...stocked,
    imports,
    snapshots,
    alerts,
    bundles,
    virtuals,
    adjustments,
    serials,
    jobs,
    strategies,
    tokens,
    webhooks,
    audit,
  };
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
  const { check, checkMany, available, allocate, explain, asOf, movements, levels, lowStock, configure, trace } = stock;
  return { check, checkMany, available, allocate, explain, asOf, movements, levels, lowStock, configure, trace };
}

function scoped(domain: Domain, locationIds: readonly string[]): CalledDomain {
  const { strategies, tokens } = domain;
  const within = domain.within(locationIds);
  const { skus, locations, batches, locks, stock, reservations, inbound, outbound } = within;
  return {
    // Strategies belong to no location; tokens know scopes of their own.
    ...{ strategies, tokens },
    ...{ adjustments: within.adjustments, serials: within.serials },
    // A transfer is seen where both of its places are, what is expected where it arrives.
    ...{ transfers: within.transfers, inTransit: within.inTransit },
    // What a SKU is made of holds at every location.
    bundles: { ...within.bundles, ...onlyRead('bundle.write') },
    virtuals: { ...within.virtuals, ...onlyRead('virtual.write') },
    ...{ skus, locations, stock, inbound, outbound },
    batches: scopedBatches(batches),
    locks: { ...locks, expireDue: needsEverywhere('lock.expire') },
    reservations: { ...reservations, expireDue: needsEverywhere('reservation.expire') },
    alerts: within.alerts,
    snapshots: scopedSnapshots,
    imports: scopedImports,
    jobs: scopedJobs,
    webhooks: scopedWebhooks,
    audit: scopedAudit,
  };
}

/** A snapshot is of all places, and so are its counts. */
const scopedSnapshots: Domain['snapshots'] = {
  create: needsEverywhere('snapshot.write'),
  get: needsEverywhere('snapshot.read'),
  list: needsEverywhere('snapshot.read'),
  rows: needsEverywhere('snapshot.read'),
  compare: needsEverywhere('snapshot.read'),
};

/** A file may name any place. */
const scopedImports: Domain['imports'] = {
  create: needsEverywhere('import.write'),
  upload: needsEverywhere('import.write'),
  check: needsEverywhere('import.write'),
  run: needsEverywhere('import.write'),
  cancel: needsEverywhere('import.write'),
  get: needsEverywhere('import.read'),
  list: needsEverywhere('import.read'),
  errors: needsEverywhere('import.read'),
};

/** A recall is of a number, wherever it lies, and so is what a number means; attributes are of one batch. */
function scopedBatches(batches: Domain['batches']): Domain['batches'] {
  return {
    ...batches,
    recall: needsEverywhere('batch.recall'),
    expireDue: needsEverywhere('batch.expire'),
    update: async (input, call) =>
      isOfNumber(input) ? needsEverywhere('batch.write')() : await batches.update(input, call),
  };
}

/** Jobs look at the whole ledger, and so do their reports. */
const scopedJobs: Domain['jobs'] = {
  verify: needsEverywhere('system.jobs.run'),
  rebuild: needsEverywhere('system.jobs.run'),
  doctor: needsEverywhere('system.jobs.run'),
  prune: needsEverywhere('system.jobs.run'),
  cancelJob: needsEverywhere('system.jobs.run'),
  get: needsEverywhere('system.jobs.read'),
  list: needsEverywhere('system.jobs.read'),
};

/** Events are of every location, and so is what a webhook is sent. */
const scopedWebhooks: Domain['webhooks'] = {
  create: needsEverywhere('webhook.write'),
  update: needsEverywhere('webhook.write'),
  rotateSecret: needsEverywhere('webhook.write'),
  remove: needsEverywhere('webhook.write'),
  test: needsEverywhere('webhook.write'),
  replay: needsEverywhere('webhook.write'),
  get: needsEverywhere('webhook.read'),
  list: needsEverywhere('webhook.read'),
  deliveries: needsEverywhere('webhook.read'),
};

/** A command may have moved stock anywhere, and its request may name any place. */
const scopedAudit: Domain['audit'] = {
  search: needsEverywhere('audit.read'),
  get: needsEverywhere('audit.read'),
  verify: needsEverywhere('system.jobs.run'),
};

/** Definitions, for those who may not write them from where they are. */
function onlyRead(permission: Permission) {
  const refuse = needsEverywhere(permission);
  return { create: refuse, update: refuse, remove: refuse };
}

/** For what looks at all locations at once. */
export function needsEverywhere(permission: Permission): () => never {
  return () => {
    throw new GranaryError('notPermitted', {
      message: 'This call looks at every location, and this token is limited to some.',
      hint: 'Use a token without a scope of locations, or ask for one thing by its id.',
      details: { permission },
    });
  };
}
