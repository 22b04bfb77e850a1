/** Looks at every procedure before the first request: one without a known permission stops the start. */
import { permissions } from '@granary/contracts/permission';
import type { AnyRouter } from '@trpc/server';

const known: ReadonlySet<unknown> = new Set(permissions);

/** Answers the permission of every procedure by its path. */
export function permissionsOf(router: AnyRouter): ReadonlyMap<string, string> {
  // A router that loads itself later could bring procedures that nobody looked at.
  const late = Object.keys(router._def.lazy);
  const found = Object.entries(router._def.procedures).map(
    ([path, procedure]) => [path, permissionOf(procedure)] as const,
  );
  const undeclared = found.filter(([, permission]) => !known.has(permission)).map(([path]) => path);
  if (late.length > 0 || undeclared.length > 0) {
    throw new Error(
      `Every procedure must be made by procedure(permission); these declare no known permission: ${[...undeclared, ...late].sort().join(', ')}`,
    );
  }
  return new Map(found.map(([path, permission]) => [path, String(permission)]));
}

function permissionOf(procedure: unknown): unknown {
  if (!isRecordLike(procedure) || !isRecordLike(procedure['_def'])) return undefined;
  const { meta } = procedure['_def'];
  return isRecordLike(meta) ? meta['permission'] : undefined;
}

/** A procedure is a function with properties. */
function isRecordLike(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
