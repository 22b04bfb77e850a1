/** What the house looks like from outside: queues, holds, alerts, and the levels part by part. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRelayDesk } from '../testing/relaying.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
});
afterAll(() => at.close());

test('an empty house has nothing to tell', async () => {
  expect(await at.domain.gauges.read()).toMatchObject({ outboxRows: 0, outboxLagSeconds: 0, overdueHolds: 0 });
  expect(await at.domain.gauges.readLevels('')).toMatchObject({ levels: 0, onHand: 0, next: null });
});

test('events that wait and holds that are overdue are counted', async () => {
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5)]), at.call);
  await at.domain.reservations.reserve(hold('A', 2, { businessId: 'O-1', ttlSeconds: 60 }), at.call);
  at.advance(100);
  const waiting = await at.domain.gauges.read();
  expect(waiting.outboxRows).toBeGreaterThan(0);
  expect(waiting.outboxLagSeconds).toBeGreaterThanOrEqual(100);
  expect(waiting.overdueHolds).toBe(1);
  await createRelayDesk(at).drain();
  expect(await at.domain.gauges.read()).toMatchObject({ outboxRows: 0, outboxLagSeconds: 0 });
});

test('the last verification tells whether it found something, and one that was cancelled since says nothing', async () => {
  const verify = async () => {
    const { id } = await at.domain.jobs.verify({}, at.call);
    await createTestWorker(at.domain, 'w').finish(id);
    return [...(await at.domain.gauges.read()).failedChecks];
  };
  expect([...(await at.domain.gauges.read()).failedChecks]).toEqual([]);
  expect(await verify()).toEqual([['verify', false]]);
  await at.dataSource.query('UPDATE stock_level SET on_hand = on_hand + 1');
  expect(await verify()).toEqual([['verify', true]]);
  await at.dataSource.query('UPDATE stock_level SET on_hand = on_hand - 1');
  expect(await verify()).toEqual([['verify', false]]);
  const { id } = await at.domain.jobs.verify({}, at.call);
  await at.domain.jobs.cancelJob({ id }, at.call);
  expect([...(await at.domain.gauges.read()).failedChecks]).toEqual([['verify', false]]);
  await verify();
  await at.dataSource.query("UPDATE job SET state = 'failed' ORDER BY job_id DESC LIMIT 1");
  expect([...(await at.domain.gauges.read()).failedChecks]).toEqual([['verify', true]]);
});

test('more levels than one part has are counted part by part', async () => {
  const skuIds = Array.from({ length: 501 }, (_, each) => `G${String(each).padStart(3, '0')}`);
  await at.domain.inbound.purchase(
    inbound(
      'MANY',
      skuIds.map((skuId) => receipt(skuId, 1)),
    ),
    at.call,
  );
  const first = await at.domain.gauges.readLevels('');
  expect(first).toMatchObject({ levels: 500, next: 'G498' });
  expect(await at.domain.gauges.readLevels(first.next ?? '')).toMatchObject({ levels: 2, onHand: 2, next: null });
});
