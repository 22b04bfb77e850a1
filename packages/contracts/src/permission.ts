/** Permissions, one per kind of act. Every procedure declares one; roles join them in a table when access control comes. */
export const permissions = [
  'stock.check',
  'stock.read',
  'stock.configure',
  'sku.read',
  'sku.write',
  'location.read',
  'location.write',
  'batch.read',
  'batch.write',
  'reservation.read',
  'reservation.write',
  'reservation.expire',
  'inbound.read',
  'inbound.write',
  'outbound.read',
  'outbound.write',
  'system.health',
  'system.read',
  'system.jobs.read',
  'system.jobs.run',
] as const;

export type Permission = (typeof permissions)[number];

/** Who may act: until access control exists there is one, `local`, who may do everything from this machine. */
export interface Principal {
  readonly actor: string;
  may(permission: Permission): boolean;
}

export const localPrincipal: Principal = { actor: 'local', may: () => true };
