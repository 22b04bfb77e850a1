/** The rare turns of alerts: more orders than one round looks at, what already stands, repeats, and reports that are gone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StockEvent } from '@granary/contracts/event';
import { alertsOf, createAlertDesk } from '../testing/alerts.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain({ config: { reservationMaxTtlSeconds: 100 * 86_400 } });
});
afterAll(() => closeSound(at));

test('what stands is told of again, and resolved once however often it is asked for', async () => {
  await at.domain.inbound.purchase(inbound('PO-LOW', [receipt('LOW', 5)]), at.call);
  const first = await at.domain.alerts.evaluate({ skuIds: ['LOW'] }, at.call);
  expect(first).toMatchObject({ raised: 1, resolved: 0, alerts: [{ kind: 'low' }] });
  expect(await at.domain.alerts.evaluate({ skuIds: ['LOW'] }, at.call)).toEqual({ ...first, raised: 0 });
  await at.domain.outbound.sales({ orderNo: 'OUT', lines: [{ skuId: 'LOW', quantity: 5 }] }, at.call);
  await at.domain.alerts.evaluate({ skuIds: ['LOW'] }, at.call);
  const { items } = await at.domain.stock.lowStock({ limit: 5 });
  expect(items).toMatchObject([{ kind: 'outOfStock', available: 0 }]);
  const alertId = items[0]?.alertId ?? '';
  const resolve = () => at.domain.alerts.resolve({ alertId, reason: 'ordered' }, at.call);
  const resolved = await resolve();
  expect(await resolve()).toEqual(resolved);
});

test('more confirmed orders than one round looks at are found in several', { timeout: 60_000 }, async () => {
  await at.domain.inbound.purchase(inbound('PO-MANY', [receipt('MANY', 600)]), at.call);
  const ttlSeconds = 90 * 86_400;
  const lines = Array.from({ length: 501 }, (_, each) => hold('MANY', 1, { businessId: `C-${each}`, ttlSeconds }));
  for (let from = 0; from < lines.length; from += 100)
    await at.domain.reservations.reserveMany({ lines: lines.slice(from, from + 100) }, at.call);
  for (const { businessId } of lines) await at.domain.reservations.confirm({ type: 'order', businessId }, at.call);
  at.advance(73 * 3600);
  const { rounds } = await createAlertDesk(at).scan();
  expect(rounds).toBeGreaterThan(2);
  const stuck = await at.domain.alerts.list({ kind: 'confirmedTooLong', limit: 500 });
  expect([stuck.items.length, stuck.nextCursor === null]).toEqual([500, false]);
});

test('the end of a verification whose report is gone changes no alert', async () => {
  const { id } = await at.domain.jobs.verify({}, at.call);
  const ended = (jobId: string, after: unknown) =>
    ({ type: 'stock.job.ended', aggregate: { kind: 'job', id: jobId }, after }) as unknown as StockEvent;
  const done = { kind: 'verify', state: 'done' };
  const before = await alertsOf(at);
  await at.domain.alertWatch.follow([ended('01J00000000000000000000000', done), ended(id, null)], at.call);
  await at.domain.alertWatch.follow([ended(id, done)], at.call);
  expect(await alertsOf(at)).toEqual(before);
});
