/**
 * A transaction that takes its ids first and commits last: it waits for one level while others move the second one that it
 * wants, so the lowest id carries the highest version.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inboundInput } from '@granary/contracts/document';
import { reserveInput, reserveManyInput } from '@granary/contracts/reservation';
import type { Granary } from '@granary/platform/granary';
import { callHere } from '../fleet/call-here.ts';

export interface LateCommit {
  readonly openMs: number;
  readonly problems: readonly string[];
}

const OTHERS = 5;
const BEGIN_MS = 200;
const DEADLINE_MS = 30_000;

export async function commitLate(
  { domain, dataSource }: Granary,
  { name, openMs }: { name: string; openMs: number },
): Promise<LateCommit> {
  // The order of locks is that of names: it waits at the first and has not the second.
  const [first, second] = [`${name}-A`, `${name}-B`] as const;
  const lines = [first, second].map((skuId) => ({ skuId, quantity: 100, unitCost: '1.00' }));
  await domain.inbound.purchase(inboundInput.parse({ documentNo: name, lines }), callHere());
  const runner = dataSource.createQueryRunner();
  const since = performance.now();
  try {
    await runner.startTransaction();
    await runner.query('SELECT version FROM stock_level WHERE sku_id = ? FOR UPDATE', [first]);
    const hold = { quantity: 1, type: 'order', ttlSeconds: 3_600 } as const;
    const wanted = [first, second].map((skuId) => ({ ...hold, skuId, businessId: `${name}-late` }));
    const late = domain.reservations.reserveMany(reserveManyInput.parse({ lines: wanted }), {
      ...callHere(),
      deadlineMs: DEADLINE_MS,
    });
    // Whoever fails first is told below.
    late.catch(() => undefined);
    await sleep(BEGIN_MS);
    for (let each = 0; each < OTHERS; each += 1)
      await domain.reservations.reserve(
        reserveInput.parse({ ...hold, skuId: second, businessId: `${name}-${each}` }),
        callHere(),
      );
    await sleep(Math.max(0, openMs - (performance.now() - since)));
    await runner.rollbackTransaction();
    await late;
  } finally {
    if (runner.isTransactionActive) await runner.rollbackTransaction();
    await runner.release();
  }
  const took = Math.round(performance.now() - since);
  return { openMs: took, problems: await unlikeIt(dataSource, second) };
}

/** It proves nothing unless the first id really has the last version. */
async function unlikeIt(dataSource: Granary['dataSource'], skuId: string): Promise<readonly string[]> {
  const rows = await dataSource.query<{ commandId: string }[]>(
    `SELECT command_id AS commandId FROM stock_movement WHERE sku_id = ? AND kind = 'reserve' ORDER BY version`,
    [skuId],
  );
  const ids = rows.map(({ commandId }) => commandId);
  const last = ids.at(-1) ?? '';
  return ids.length === OTHERS + 1 && ids.every((id) => id >= last)
    ? []
    : [`the late transaction on ${skuId} did not have the lowest id and the highest version`];
}
