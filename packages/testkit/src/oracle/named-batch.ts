/** A batch that a line names must be what the caller thinks it is, and nobody may hold it still. */
import { isExpired } from './allocation.ts';
import type { Refusals } from './verdict.ts';
import { standingFor, type OracleBatch, type World } from './world.ts';

/** What stands for the named batch now: whoever names a merged one means what took it over. */
export function checkNamed(
  world: World,
  named: {
    line: { readonly skuId: string; readonly locationId?: string | undefined };
    batchId: string;
    evenExpired: boolean;
  },
  refusals: Refusals,
): OracleBatch | undefined {
  const { line, batchId, evenExpired } = named;
  const batch = standingFor(world, batchId);
  if (batch === undefined) refusals.must.set('INV_007', `no batch ${batchId}`);
  else if (batch.skuId !== line.skuId) refusals.must.set('INV_005', `batch ${batchId} is of another SKU`);
  else if (line.locationId !== undefined && batch.locationId !== line.locationId)
    refusals.must.set('INV_005', `batch ${batchId} is elsewhere`);
  else if (batch.frozenBy !== null) refusals.must.set('INV_016', `batch ${batchId} is frozen`);
  else if (!evenExpired && isExpired(world, batch)) refusals.must.set('INV_010', `batch ${batchId} is expired`);
  return batch;
}
