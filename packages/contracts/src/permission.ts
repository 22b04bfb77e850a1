/** Permissions, one per kind of act, and the one table that says which role has which. What is not in it is denied. */
export const permissions = [
  'stock.check',
  'stock.read',
  'stock.configure',
  /** Telling what happened before stock of the same SKU last changed; together with the permission of the call itself. */
  'stock.backdate',
  'sku.read',
  'sku.write',
  'location.read',
  'location.write',
  'bundle.read',
  /** What is sold as one and taken as several; like the SKUs themselves. */
  'bundle.write',
  'virtual.read',
  'virtual.write',
  'batch.read',
  'batch.write',
  'batch.expire',
  /** Freezing a batch everywhere and moving what others hold of it. */
  'batch.recall',
  /** Opening what is sealed of the attributes of SKUs and batches (STOCK_SENSITIVE_ATTRIBUTES). */
  'attributes.open',
  'lock.read',
  'lock.write',
  'lock.expire',
  'reservation.read',
  'reservation.write',
  'reservation.expire',
  'inbound.read',
  'inbound.write',
  'outbound.read',
  'outbound.write',
  'transfer.read',
  'transfer.write',
  'inTransit.read',
  'inTransit.write',
  'adjustment.read',
  /** Correcting the books by hand. */
  'adjustment.write',
  'serial.read',
  'snapshot.read',
  'snapshot.write',
  'alert.read',
  /** Acknowledging and resolving. */
  'alert.write',
  'import.read',
  /** Files of rows change and make what single calls do, without their limits. */
  'import.write',
  /** What stock costs and is worth, over all locations. */
  'cost.read',
  /** Switching strategies, writing down, standard costs. */
  'cost.write',
  'period.read',
  /** Making and freezing accounting periods. */
  'period.write',
  'period.close',
  /** Opening books again that somebody has frozen. */
  'period.unfreeze',
  'costAllocation.read',
  'costAllocation.write',
  'costReport.read',
  'costAnalysis.read',
  'token.read',
  'token.write',
  'audit.read',
  'webhook.read',
  'webhook.write',
  'system.health',
  'system.read',
  'system.jobs.read',
  'system.jobs.run',
] as const;

export type Permission = (typeof permissions)[number];

export const roles = [
  'guest',
  'user',
  'business',
  'admin',
  'cost_viewer',
  'cost_manager',
  'accounting_manager',
] as const;

export type Role = (typeof roles)[number];

/** What everybody may ask, token or not. */
const open = ['stock.check', 'system.health'] as const satisfies readonly Permission[];
const reads = [
  ...open,
  'stock.read',
  'sku.read',
  'location.read',
  'bundle.read',
  'virtual.read',
  'batch.read',
  'lock.read',
  'reservation.read',
  'inbound.read',
  'outbound.read',
  'transfer.read',
  'inTransit.read',
  'adjustment.read',
  'serial.read',
  'snapshot.read',
  'alert.read',
  'system.read',
] as const satisfies readonly Permission[];

/** What is bought dear or cheap is not for everybody who may see stock (stock-cost-bundle 8.1). */
const costReads = [
  ...reads,
  'attributes.open',
  'cost.read',
  'period.read',
  'costAllocation.read',
  'costReport.read',
  'costAnalysis.read',
] as const satisfies readonly Permission[];

/** Total over the roles. Who closes the books may see who wrote them; opening them again is an administrator's. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  guest: open,
  user: reads,
  business: [
    ...reads,
    'reservation.write',
    'lock.write',
    'inbound.write',
    'outbound.write',
    'transfer.write',
    'inTransit.write',
    'snapshot.write',
    'alert.write',
  ],
  admin: permissions,
  cost_viewer: costReads,
  cost_manager: [...costReads, 'cost.write', 'costAllocation.write'],
  accounting_manager: [...costReads, 'period.write', 'period.close', 'audit.read'],
};

/** Who may act, on what, and where. */
export interface Principal {
  readonly actor: string;
  readonly role: Role;
  /** The only locations that it may name or see; null is all of them. */
  readonly locationIds: readonly string[] | null;
  may(permission: Permission): boolean;
}

export function principalOf({ actor, role, locationIds }: Omit<Principal, 'may'>): Principal {
  const held = new Set<Permission>(rolePermissions[role]);
  return { actor, role, locationIds, may: (permission) => held.has(permission) };
}

/** Whoever reaches a port that only this machine reaches, while GRANARY_ACCESS is `local`. */
export const localPrincipal: Principal = principalOf({ actor: 'local', role: 'admin', locationIds: null });
/** Whoever shows no token. */
export const guestPrincipal: Principal = principalOf({ actor: 'guest', role: 'guest', locationIds: null });

/** Whether everything that `wanted` lets one do, `held` lets one do as well: nobody hands on more than that. */
export function covers(held: Principal, wanted: Pick<Principal, 'role' | 'locationIds'>): boolean {
  return rolePermissions[wanted.role].every((permission) => held.may(permission)) && isWithin(held, wanted.locationIds);
}

/** Whether a scope lies within what this principal may see. */
export function isWithin(
  { locationIds: held }: Pick<Principal, 'locationIds'>,
  scope: readonly string[] | null,
): boolean {
  if (held === null) return true;
  return scope !== null && scope.every((locationId) => held.includes(locationId));
}
