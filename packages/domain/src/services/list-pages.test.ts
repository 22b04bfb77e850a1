/** Every list goes on where its page ended: page by page it tells the same as at once, each row one time. */
import type { Page, PageInput } from '@granary/contracts/page';
import { transferCreateInput } from '@granary/contracts/transfer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adjusting } from '../testing/adjustment-inputs.ts';
import { createAlertDesk } from '../testing/alerts.ts';
import { imported } from '../testing/importing.ts';
import { hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { receivePieces } from '../testing/pieces.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const COUNT = 3;
const numbers = Array.from({ length: COUNT }, (_, each) => each + 1);

beforeAll(async () => {
  at = await openTestDomain();
  const { domain, call } = at;
  await domain.locations.create({ locationId: 'north' }, call);
  await domain.skus.create({ skuId: 'TRACKED', serialTracked: true }, call);
  await receivePieces(at, 'TRACKED', { LOT: numbers.map(String) });
  for (const each of numbers) {
    const skuId = `S${each}`;
    await domain.inbound.purchase(inbound(`GOODS-${each}`, [receipt(skuId, 5)]), call);
    await domain.adjustments.adjust(adjusting(skuId, 1), call);
    await domain.reservations.reserve(hold(skuId, 1, `O-${each}`), call);
    await domain.virtuals.create({ skuId: `V${each}`, realSkuId: skuId, ratio: 2 }, call);
    await domain.bundles.create({ skuId: `B${each}`, components: [{ skuId, quantity: 1 }] }, call);
    const lines = [{ skuId, quantity: 1 }];
    const way = { transferNo: `T-${each}`, fromLocationId: 'default', toLocationId: 'north' };
    await domain.transfers.create(transferCreateInput.parse({ ...way, lines }), call);
    const expected = { skuId, locationId: 'default', quantity: 4 };
    const reference = `EX-${each}`;
    const expectedAt = secondsFromNow(86_400);
    await domain.inTransit.create({ reference, source: 'purchase', expectedAt, lines: [expected] }, call);
    await imported(at, { kind: 'skus', csv: `skuId,shelfLifeDays\r\nI${each},0\r\nJ${each},0\r\nK${each},0\r\n` });
    await domain.snapshots.create({ name: `N-${each}` }, call);
  }
  await createAlertDesk(at).follow();
});
afterAll(() => closeSound(at));

const firstImport = async () => (await at.domain.imports.list({ limit: 1 })).items[0]?.id ?? '';

test.each<[string, (page: PageInput) => Promise<Page<unknown>>]>([
  ['adjustments', (page) => at.domain.adjustments.list(page)],
  ['alerts', (page) => at.domain.alerts.list(page)],
  ['low stock', (page) => at.domain.stock.lowStock(page)],
  ['bundles', (page) => at.domain.bundles.list({ state: 'active', ...page })],
  ['errors of an import', async (page) => at.domain.imports.errors({ importId: await firstImport(), ...page })],
  ['expected receipts', (page) => at.domain.inTransit.list(page)],
  ['imports', (page) => at.domain.imports.list(page)],
  ['inbound documents', (page) => at.domain.inbound.list(page)],
  ['pieces', (page) => at.domain.serials.list({ skuId: 'TRACKED', ...page })],
  ['reservations', (page) => at.domain.reservations.list(page)],
  ['snapshots', (page) => at.domain.snapshots.list(page)],
  ['transfers', (page) => at.domain.transfers.list(page)],
  ['virtual SKUs', (page) => at.domain.virtuals.list({ state: 'active', ...page })],
])('%s', async (_name, list) => {
  const { items: all, nextCursor } = await list({ limit: 100 });
  expect(all.length).toBeGreaterThanOrEqual(COUNT);
  expect(nextCursor).toBeNull();
  const told: unknown[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await list({ limit: 1, cursor });
    expect(page.items.length).toBeLessThanOrEqual(1);
    told.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(told).toEqual(all);
});

test('adjustments of one type, and of one stretch of time', async () => {
  const [from, to] = [secondsFromNow(-60), secondsFromNow(60)];
  const of = async (more: object) => (await at.domain.adjustments.list({ limit: 10, ...more })).items.length;
  expect([await of({ type: 'adjustment', from, to }), await of({ type: 'count' }), await of({ to: from })]).toEqual([
    COUNT,
    0,
    0,
  ]);
});
