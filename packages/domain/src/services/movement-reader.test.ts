/** stock.movements: the ledger of a level, a command or a document, page by page. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Movement } from '@granary/contracts/movement';
import type { StockMovementsInput } from '@granary/contracts/stock';
import { inbound, receipt } from '../testing/inputs.ts';
import { buildRichHistory } from '../testing/rich-history.ts';
import { refusalOf } from '../testing/refusals.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await buildRichHistory(at);
});
afterAll(() => at.close());

async function read(input: Omit<StockMovementsInput, 'limit'>, limit = 500): Promise<readonly Movement[]> {
  const found: Movement[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await at.domain.stock.movements({ ...input, limit, cursor });
    found.push(...page.items);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
}
const keys = (rows: readonly Movement[]) => rows.map(({ skuId, locationId, version }) => [skuId, locationId, version]);

test('the ledger of a SKU goes level by level, without a gap, each balance following from the one before', async () => {
  const rows = await read({ skuId: 'H1' });
  for (const locationId of ['default', 'north']) {
    const own = rows.filter((row) => row.locationId === locationId);
    expect(own.map((row) => row.version)).toEqual(own.map((_, each) => each + 1));
    let [onHand, reserved] = [0, 0];
    for (const row of own) {
      [onHand, reserved] = [onHand + row.onHandDelta, reserved + row.reservedDelta];
      expect([row.onHand, row.reserved]).toEqual([onHand, reserved]);
    }
    expect(await read({ skuId: 'H1', locationId })).toEqual(own);
  }
  expect(rows).toEqual(
    [...rows].toSorted((a, b) =>
      a.locationId < b.locationId ? -1 : a.locationId > b.locationId ? 1 : a.version - b.version,
    ),
  );
});

test('pages of one are the whole, in the same order', async () => {
  for (const skuId of ['H1', 'H2', '商品-3']) expect(await read({ skuId }, 1)).toEqual(await read({ skuId }));
});

test('a document’s movements are its own, over all its SKUs', async () => {
  const lines = [receipt('M2', 1), receipt('M1', 2, { locationId: 'north' }), receipt('M1', 3)];
  const { id } = await at.domain.inbound.purchase(inbound('PO-M', lines), at.call);
  const rows = await read({ documentId: id });
  expect(keys(rows)).toEqual([
    ['M1', 'default', 1],
    ['M1', 'north', 1],
    ['M2', 'default', 1],
  ]);
  expect(rows.every((row) => row.documentId === id)).toBe(true);
  expect(await read({ documentId: id }, 1)).toEqual(rows);
});

test('a command’s movements are all that it did', async () => {
  const [converted] = await read({ skuId: 'H4', kinds: ['expire'] });
  const rows = await read({ commandId: converted?.commandId });
  // One reserve expired the two holds in its way, and held what they had held.
  expect(rows.map(({ kind, reservedDelta }) => [kind, reservedDelta])).toEqual([
    ['expire', -5],
    ['expire', -4],
    ['reserve', 7],
  ]);
  expect(await read({ commandId: converted?.commandId }, 1)).toEqual(rows);
});

test('kinds and times are filters inside', async () => {
  const rows = await read({ skuId: 'H2' });
  const taken = await read({ skuId: 'H2', kinds: ['deduct', 'ship'] }, 1);
  expect(taken).toEqual(rows.filter(({ kind }) => kind === 'deduct' || kind === 'ship'));
  expect(taken.length).toBeGreaterThan(1);
  const [from, to] = [rows[2]?.recordedAt ?? '', rows.at(-2)?.recordedAt ?? ''];
  const between = await read({ skuId: 'H2', from, to }, 1);
  expect(between).toEqual(rows.filter(({ recordedAt }) => recordedAt >= from && recordedAt < to));
  expect(between.length).toBeGreaterThan(0);
});

test('what nobody knows is named; a command that moved nothing has none', async () => {
  const stranger = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
  expect(await refusalOf(read({ skuId: 'ghost' }))).toMatchObject({ code: 'INV_001' });
  expect(await refusalOf(read({ documentId: stranger }))).toMatchObject({ code: 'INV_007', details: { id: stranger } });
  expect(await read({ commandId: stranger })).toEqual([]);
  expect(await refusalOf(at.domain.stock.movements({ skuId: 'H1', limit: 1, cursor: 'bGV2ZWxz' }))).toMatchObject({
    code: 'INV_005',
  });
});
