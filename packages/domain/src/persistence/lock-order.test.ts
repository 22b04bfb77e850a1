/** The one order of locks: whoever names the same rows, in whatever order, asks the server for them in the order of their keys. */
import { expect, test } from 'vitest';
import type { Instant } from '@granary/contracts/instant';
import { ensureSkus } from './catalog-store.ts';
import { ensureLevels, lockLevels } from './level-store.ts';
import { lockHolds } from './reservation-store.ts';
import type { Statement, Tx } from './transaction.ts';

const NOW = '2026-11-20T10:00:00.000000Z' as Instant;

/** Keeps what it is asked, and finds nothing. */
function listening() {
  const asked: Statement[] = [];
  const keep = (sql: string, parameters: readonly unknown[] = []) => void asked.push({ sql, parameters });
  const tx: Pick<Tx, 'later' | 'select'> = {
    later: async ({ sql, parameters }) => await Promise.resolve(keep(sql, parameters)),
    select: async (_table, tail, parameters) => {
      keep(tail, parameters);
      return await Promise.resolve([]);
    },
  };
  // No store asks for more of it here.
  return { asked, tx: tx as Tx };
}

/** Where in a statement each of some names stands. */
function orderOf({ parameters }: Statement | undefined = { sql: '', parameters: [] }, names: readonly string[]) {
  const [rows] = parameters as readonly { toSqlString(): string }[];
  const text = rows?.toSqlString() ?? '';
  return names.toSorted((a, b) => text.indexOf(`'${a}'`) - text.indexOf(`'${b}'`));
}

const IN_ORDER = ['A', 'B', 'a', 'é'];
const TURNED = IN_ORDER.toReversed();

test('SKUs are made, and locked, in the order of their bytes', async () => {
  const { asked, tx } = listening();
  await ensureSkus(tx, TURNED, NOW);
  expect(orderOf(asked[0], TURNED)).toEqual(IN_ORDER);
});

test('levels are made, and locked, in the order of SKU and place', async () => {
  const { asked, tx } = listening();
  await ensureLevels(
    tx,
    TURNED.map((skuId) => ({ skuId, locationId: 'default' })),
  );
  expect(orderOf(asked[0], TURNED)).toEqual(IN_ORDER);
  await ensureLevels(
    tx,
    TURNED.map((locationId) => ({ skuId: 'S', locationId })),
  );
  expect(orderOf(asked[1], TURNED)).toEqual(IN_ORDER);
});

test('levels are read with a lock, along their key', async () => {
  const { asked, tx } = listening();
  await lockLevels(tx, { skuIds: TURNED, pairs: [] });
  expect(asked[0]?.sql).toMatch(/FORCE INDEX \(PRIMARY\) .* ORDER BY t\.sku_id, t\.location_id FOR UPDATE$/u);
});

test('reservations are locked in the order of their ids', async () => {
  const { asked, tx } = listening();
  await lockHolds(tx, TURNED);
  expect(asked[0]).toMatchObject({ sql: expect.stringMatching(/FOR UPDATE$/u), parameters: [IN_ORDER] });
});
