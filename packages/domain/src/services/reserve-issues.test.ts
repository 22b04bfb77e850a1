/** A reserve whose input is not valid says which field of the input it was, and leaves no trace. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReserveLine } from '@granary/contracts/reservation';
import { valueOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { expectRefusal } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let batchOfOther = '';

beforeAll(async () => {
  at = await openTestDomain({ config: { reservationMaxTtlSeconds: 7200 } });
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 50), receipt('B', 50)]), at.call);
  batchOfOther = await valueOf(at.dataSource, `SELECT batch_id FROM stock_batch WHERE sku_id = 'B'`);
});
afterAll(() => closeSound(at));

const wrong: readonly [string, string, () => Partial<ReserveLine>][] = [
  ['a strategy that nobody registered', 'strategy', () => ({ strategy: 'nearest' })],
  ['a batch of another SKU', 'batchIds', () => ({ batchIds: [batchOfOther] })],
  ['a batch at another place', 'batchIds', () => ({ skuId: 'B', batchIds: [batchOfOther], locationId: 'north' })],
  ['a time to live beyond the longest', 'ttlSeconds', () => ({ ttlSeconds: 7201 })],
  ['a deadline beyond the longest', 'expiresAt', () => ({ expiresAt: secondsFromNow(7300) })],
  ['a deadline that has passed', 'expiresAt', () => ({ expiresAt: secondsFromNow(-1) })],
];
const issues = (...paths: string[]) => ({ code: 'INV_005', details: { issues: paths.map((path) => ({ path })) } });

describe('one line, as it was said:', () => {
  test.each(wrong)('%s', async (what, path, more) => {
    const line = hold('A', 1, { businessId: what, ...more() });
    await expectRefusal(at, (key) => at.domain.reservations.reserve({ ...line, ...key }, at.call), issues(path));
  });
});

describe('of many lines, the one that was meant, though lines before it were summed:', () => {
  test.each(wrong)('%s', async (what, path, more) => {
    const plain = hold('B', 1, { businessId: what, lineId: 'plain' });
    const lines = [plain, plain, hold('A', 1, { businessId: what, ...more() })];
    await expectRefusal(
      at,
      (key) => at.domain.reservations.reserveMany({ lines, ...key }, at.call),
      issues(`lines.2.${path}`),
    );
  });

  test('lines of one SKU that differ in more than their quantity need a name each', async () => {
    const line = hold('A', 1, 'NAMES');
    const lines = [line, line, { ...line, qualityLevel: 'A' }];
    await expectRefusal(
      at,
      (key) => at.domain.reservations.reserveMany({ lines, ...key }, at.call),
      issues('lines.2.lineId'),
    );
    const named = lines.map((each, at) => ({ ...each, lineId: `${at}` }));
    expect((await at.domain.reservations.reserveMany({ lines: named }, at.call)).reservations).toHaveLength(3);
  });

  test('lines that are equal are one reservation; their sum must be a quantity', async () => {
    const line = hold('A', 2, 'SUM');
    const { reservations } = await at.domain.reservations.reserveMany({ lines: [line, line, line] }, at.call);
    expect(reservations).toMatchObject([{ quantity: 6, held: 6 }]);
    const lines = [1, 2].map(() => hold('A', 2_000_000_000, 'HUGE'));
    await expectRefusal(
      at,
      (key) => at.domain.reservations.reserveMany({ lines, ...key }, at.call),
      issues('lines.1.quantity'),
    );
  });

  test('every deadline that does not fit is named', async () => {
    const lines = ['1', '2', '3'].map((lineId) => hold('A', 1, { businessId: 'ALL', lineId, ttlSeconds: 9000 }));
    await expectRefusal(
      at,
      (key) => at.domain.reservations.reserveMany({ lines, ...key }, at.call),
      issues('lines.0.ttlSeconds', 'lines.1.ttlSeconds', 'lines.2.ttlSeconds'),
    );
  });
});
