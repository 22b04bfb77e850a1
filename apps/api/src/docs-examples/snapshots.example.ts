/** A shelf before and after a busy hour, compared; what happens after the call is in no snapshot. */
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import type { Row } from './render.ts';
import type { Session } from './session.ts';

export async function snapshotsExample({ call, databaseUrl }: Session): Promise<Record<string, readonly Row[]>> {
  const lines = [
    { skuId: 'MUG', quantity: 20, unitCost: '3.20', batchNo: 'LOT-1' },
    { skuId: 'TSHIRT-M', quantity: 50, unitCost: '6.00', batchNo: 'LOT-2' },
  ];
  await call('inbound.purchase', { documentNo: 'PO-1', lines });
  const before = await call('snapshot.create', { name: 'before the rush' });
  // The worker comes late: these are not in it all the same.
  await call('reservation.reserve', { skuId: 'TSHIRT-M', quantity: 8, type: 'order', businessId: 'ORDER-1' });
  await call('outbound.sales', { orderNo: 'ORDER-2', lines: [{ skuId: 'MUG', quantity: 5 }] });
  await call('inbound.purchase', { documentNo: 'PO-2', lines: [{ skuId: 'CAP', quantity: 12, unitCost: '4.25' }] });
  const after = await call('snapshot.create', { name: 'after the rush' });
  await work(databaseUrl);

  const rows = async (snapshotId: string) =>
    (await call('snapshot.rows', { snapshotId })).items.map(({ skuId, batchNo, onHand, reserved, locked }): Row => ({
      ...{ sku: skuId, batch: batchNo ?? '(level)', onHand, reserved, locked },
    }));
  const { items } = await call('snapshot.compare', { fromId: before.id, toId: after.id });
  const differences = items.map(({ skuId, batchNo, from, to, onHandDelta, reservedDelta }): Row => ({
    ...{ sku: skuId, batch: batchNo ?? '(level)', 'onHand before': from.onHand, 'onHand after': to.onHand },
    ...{ onHandDelta, reservedDelta },
  }));
  const snapshots: Row[] = [];
  for (const snapshotId of [before.id, after.id]) {
    const { name, kind, state, levels, batches } = await call('snapshot.get', { snapshotId });
    snapshots.push({ name, kind, state, levels, batches });
  }
  return { snapshots, before: await rows(before.id), differences };
}

/** What a worker does: the job, chunk by chunk. */
async function work(databaseUrl: string): Promise<void> {
  const config = parseConfig({ DATABASE_URL: databaseUrl, STOCK_LOCK: 'none' });
  const granary = await openGranary(config, { log: silentLog });
  try {
    while ((await granary.domain.jobRunner.runOnce({ holder: 'example', leaseMs: 60_000 })).chunks > 0);
  } finally {
    await granary.close();
  }
}
