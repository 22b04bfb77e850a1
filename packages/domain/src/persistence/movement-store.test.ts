/** stock.asOf reads as few movements of a long ledger as halving needs. */
import { fromMicros } from '@granary/contracts/instant';
import { expect, test } from 'vitest';
import type { MovementRow } from '../entities/movement.ts';
import { findMovementAt } from './movement-store.ts';
import type { Tx } from './transaction.ts';

/** A ledger of so many movements, one every second, that counts how often it is read. */
function ledgerOf(length: number) {
  const seen = { reads: 0 };
  const row = (version: number) => ({ version, recordedAt: fromMicros(BigInt(version) * 1_000_000n) }) as MovementRow;
  const select = async (_table: unknown, tail: string) => {
    seen.reads += 1;
    const [, asked] = /t\.version = (\d+)/.exec(tail) ?? [];
    const version = asked === undefined ? length : Number(asked);
    return version >= 1 && version <= length ? [row(version)] : [];
  };
  return { seen, tx: { select } as unknown as Tx };
}

test.each([
  [0, 1],
  [1, 2],
  [1_000, 12],
  [1_000_000, 22],
  [1_000_000_000, 32],
])('of %i movements at most %i are read', async (length, most) => {
  for (const version of [0, 1, 2, Math.floor(length / 3), length - 1, length, length + 1]) {
    const { seen, tx } = ledgerOf(length);
    const at = fromMicros(BigInt(Math.max(version, 0)) * 1_000_000n);
    const found = await findMovementAt(tx, { skuId: 'A', locationId: 'default', at });
    expect(found?.version ?? 0).toBe(Math.max(0, Math.min(version, length)));
    expect(seen.reads).toBeLessThanOrEqual(most);
  }
});
