/** Alerts raised by events and by the scan, deduplicated, acknowledged, resolved; by any number of workers. */
import type { StockEvent } from '@granary/contracts/event';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertsOf, createAlertDesk } from '../testing/alerts.ts';
import { rowsOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale, secondsFromNow } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { createRelayDesk } from '../testing/relaying.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let desk: ReturnType<typeof createAlertDesk>;
const config = { alertLowThreshold: 20, alertHighThreshold: 1000 };

beforeAll(async () => {
  at = await openTestDomain({ config });
  desk = createAlertDesk(at);
  await at.domain.locations.create({ locationId: 'north' }, at.call);
});
afterAll(() => closeSound(at));

const receive = (skuId: string, quantity: number, more = {}) =>
  at.domain.inbound.purchase(
    inbound(`PO-${skuId}-${quantity}-${Math.random()}`, [receipt(skuId, quantity, more)]),
    at.call,
  );
const sell = (skuId: string, quantity: number) =>
  at.domain.outbound.sales(sale(`SO-${Math.random()}`, [{ skuId, quantity }]), at.call);

describe('how much there is', () => {
  test('is followed from enough over low and critical to nothing and back, one alert at a time', async () => {
    await receive('S', 30);
    await desk.follow();
    expect(await desk.told('S')).toEqual([]);
    await sell('S', 10);
    await desk.follow();
    expect(await desk.told('S')).toEqual(['low warning open']);
    await sell('S', 1);
    await desk.follow();
    expect(await desk.told('S')).toEqual(['low warning open']);
    await at.domain.reservations.reserve(hold('S', 12, 'H1'), at.call);
    await desk.follow();
    expect(await desk.told('S')).toEqual(['low critical open']);
    await at.domain.reservations.reserve(hold('S', 7, 'H2'), at.call);
    await desk.follow();
    expect(await desk.told('S')).toEqual(['outOfStock critical open', 'low critical resolved']);
    await receive('S', 1200);
    await desk.follow();
    expect(await desk.told('S')).toEqual([
      'high warning open',
      'outOfStock critical resolved',
      'low critical resolved',
    ]);
  });

  test('follows the thresholds as they are set, and a level that closes', async () => {
    await receive('T', 50);
    const configure = (settings: object) =>
      at.domain.stock.configure({ skuId: 'T', locationId: 'default', ...settings }, at.call);
    await configure({ warningThreshold: 60, criticalThreshold: 55 });
    await desk.follow();
    expect(await desk.told('T')).toEqual(['low critical open']);
    await configure({ isActive: false });
    await desk.follow();
    expect(await desk.told('T')).toEqual(['low critical resolved']);
  });

  test('raises one alert, however many workers follow and scan at once, and however often they hear of it', async () => {
    await receive('M', 5);
    const relay = createRelayDesk(at);
    await relay.drain();
    const events: readonly StockEvent[] = relay.delivered;
    await Promise.all([
      ...Array.from({ length: 6 }, () => at.domain.alertWatch.follow(events, at.call)),
      ...['a', 'b', 'c'].map((holder) => desk.scan(holder)),
    ]);
    await at.domain.alertWatch.follow(events, at.call);
    expect(await desk.told('M')).toEqual(['low critical open']);
  });

  test('is asked for as low stock from the alerts that stand, with the balances of now', async () => {
    await receive('P', 4, { locationId: 'north' });
    await desk.follow();
    const { items } = await at.domain.stock.lowStock({ locationId: 'north', limit: 50 });
    expect(items).toMatchObject([
      { skuId: 'P', locationId: 'north', kind: 'low', severity: 'critical', available: 4, threshold: 10, onHand: 4 },
    ]);
    expect((await at.domain.stock.lowStock({ severity: 'warning', locationId: 'north', limit: 50 })).items).toEqual([]);
    const first = await at.domain.stock.lowStock({ limit: 1 });
    expect(first.nextCursor).not.toBeNull();
    await receive('P', 400, { locationId: 'north' });
    await desk.follow();
    expect((await at.domain.stock.lowStock({ locationId: 'north', limit: 50 })).items).toEqual([]);
  });
});

describe('the scan', () => {
  // Whoever scanned before has gone silent.
  beforeAll(() => at.advance(60));

  test('finds what no event told of', async () => {
    await receive('N', 3);
    await createRelayDesk(at).drain();
    expect(await desk.told('N')).toEqual([]);
    await desk.scan();
    expect(await desk.told('N')).toEqual(['low critical open']);
  });

  test('is made by one worker at a time', async () => {
    const other = await at.domain.alertWatch.scanOnce({ holder: 'other', leaseMs: 60_000, from: null }, at.call);
    // The scanner of the other tests has the lease.
    expect(other).toEqual({ held: false, next: null });
  });

  test('tells of batches before they expire and after, until they are gone', async () => {
    await receive('E', 100, { expiresAt: secondsFromNow(20 * 86_400), batchNo: 'SOON' });
    await receive('E', 100, { expiresAt: secondsFromNow(90 * 86_400), batchNo: 'LATER' });
    await desk.scan();
    expect(await alertsOf(at, 'E')).toMatchObject([
      { kind: 'expiring', severity: 'warning', value: 100, threshold: 30 },
    ]);
    const batchId = (await alertsOf(at, 'E'))[0]?.batchId ?? '';
    expect((await at.domain.batches.get({ batchId })).batchNo).toBe('SOON');
    at.advance(21 * 86_400);
    await desk.scan();
    expect(await desk.told('E')).toEqual(['expired critical open', 'expiring warning resolved']);
    await at.domain.outbound.damage(
      { documentNo: 'WRITE-OFF', reason: 'too old', lines: [{ skuId: 'E', quantity: 100, batchId }] },
      at.call,
    );
    await desk.scan();
    expect(await desk.told('E')).toEqual(['expired critical resolved', 'expiring warning resolved']);
  });

  test('tells of reservations that are paid and not shipped, until they are', async () => {
    await receive('C', 100);
    const order = { type: 'order' as const, businessId: 'PAID' };
    await at.domain.reservations.reserve(hold('C', 1, 'PAID'), at.call);
    await at.domain.reservations.confirm(order, at.call);
    await desk.scan();
    expect(await desk.told('C')).toEqual([]);
    at.advance(72 * 3600);
    await desk.scan();
    expect(await alertsOf(at, 'C')).toMatchObject([
      { kind: 'confirmedTooLong', locationId: 'default', value: 72, message: expect.stringContaining('PAID') },
    ]);
    await at.domain.reservations.deduct(order, at.call);
    await desk.scan();
    expect(await desk.told('C')).toEqual(['confirmedTooLong warning resolved']);
  });

  test('tells of too many timeouts, and that they are over', async () => {
    await receive('X', 500);
    for (let each = 0; each < 25; each += 1) await at.domain.reservations.reserve(hold('X', 1, `X${each}`), at.call);
    at.advance(1801);
    await at.domain.reservations.expireDue({ limit: 500 }, at.call);
    await desk.scan();
    const timeouts = async () => (await at.domain.alerts.list({ kind: 'reservationTimeouts', limit: 5 })).items;
    expect(await timeouts()).toMatchObject([{ state: 'open', skuId: null }]);
    at.advance(3600);
    await desk.scan();
    expect(await timeouts()).toMatchObject([{ state: 'resolved', resolvedBy: 'worker' }]);
  });
});

describe('what happened once', () => {
  test('a movement far beyond the usual is told of until a person resolves it', async () => {
    await receive('Q', 2000);
    for (let each = 0; each < 25; each += 1) await sell('Q', 1 + (each % 2));
    await desk.follow();
    const abnormal = async () => (await alertsOf(at, 'Q')).filter(({ kind }) => kind === 'abnormalMovement');
    expect(await abnormal()).toEqual([]);
    await sell('Q', 300);
    await desk.follow();
    await desk.scan();
    const [alert] = await abnormal();
    expect(alert).toMatchObject({ state: 'open', value: 300, skuId: 'Q', locationId: 'default' });
    const over = await at.domain.alerts.resolve({ alertId: alert?.id ?? '', reason: 'a large customer' }, at.call);
    expect(over).toMatchObject({ state: 'resolved', resolvedBy: 'local', resolveReason: 'a large customer' });
  });

  test('what a verification finds stands until one no longer finds it', async () => {
    const verify = async () => {
      const { id } = await at.domain.jobs.verify({}, at.call);
      await createTestWorker(at.domain, 'verifier').finish(id);
      await desk.follow();
      return (await at.domain.alerts.list({ kind: 'inconsistency', limit: 50 })).items;
    };
    expect(await verify()).toEqual([]);
    await at.dataSource.query(`UPDATE stock_level SET reserved = reserved + 1 WHERE sku_id = 'Q'`);
    const found = await verify();
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ state, severity }) => state === 'open' && severity === 'critical')).toBe(true);
    await at.dataSource.query(`UPDATE stock_level SET reserved = reserved - 1 WHERE sku_id = 'Q'`);
    expect((await verify()).every(({ state }) => state === 'resolved')).toBe(true);
  });
});

describe('people', () => {
  test('acknowledge, which a repeat answers the same and a resolved alert refuses', async () => {
    await receive('K', 2);
    await desk.follow();
    const [alert] = await alertsOf(at, 'K');
    const alertId = alert?.id ?? '';
    const seen = await at.domain.alerts.acknowledge({ alertId }, at.call);
    expect(seen).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'local', version: 2 });
    expect(await at.domain.alerts.acknowledge({ alertId }, at.call)).toEqual(seen);
    await desk.scan();
    expect(await desk.told('K')).toEqual(['low critical acknowledged']);
    expect(await at.domain.alerts.resolve({ alertId, reason: 'seen to' }, at.call)).toMatchObject({ version: 3 });
    expect(await refusalOf(at.domain.alerts.acknowledge({ alertId }, at.call))).toMatchObject({ code: 'INV_010' });
    // It is still so: the next look says it anew.
    await desk.scan();
    expect(await desk.told('K')).toEqual(['low critical open', 'low critical resolved']);
  });

  test('of one location see the alerts of that location and no other', async () => {
    const scoped = at.domain.within(['north']);
    expect((await scoped.alerts.list({ limit: 500 })).items.every(({ locationId }) => locationId === 'north')).toBe(
      true,
    );
    const [elsewhere] = await alertsOf(at, 'K');
    const alertId = elsewhere?.id ?? '';
    expect(await refusalOf(scoped.alerts.get({ alertId }))).toMatchObject({ code: 'INV_007' });
    expect(await refusalOf(scoped.alerts.resolve({ alertId, reason: 'mine' }, at.call))).toMatchObject({
      code: 'INV_007',
    });
    expect(await at.domain.alerts.get({ alertId })).toMatchObject({ state: 'open' });
  });
});

test('at most one alert stands of a kind and subject, whoever writes it', async () => {
  const [row] = await rowsOf(at.dataSource, `SELECT * FROM stock_alert WHERE state = 'open' LIMIT 1`);
  const columns = `kind, severity, state, subject, value, message, raised_at, changed_at, version, command_id`;
  const copy = at.dataSource.query(
    `INSERT INTO stock_alert (alert_id, ${columns}) SELECT '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB', ${columns} FROM stock_alert WHERE alert_id = ?`,
    [row?.['alert_id']],
  );
  await expect(copy).rejects.toThrow(/Duplicate/);
});
