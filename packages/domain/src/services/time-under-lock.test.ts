/** The time of a call is that at which it has its locks: read before, a movement would be told earlier than what it waited for. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { whileHeld } from '../testing/meanwhile.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await at.dataSource.query('CREATE TABLE moment (passed_at datetime(6) NOT NULL)');
  await at.domain.inbound.purchase(inbound('PO', [receipt('S', 10)]), at.call);
});
afterAll(() => closeSound(at));

/** Known SKUs are loaded in another way than those that the process has not looked for yet. */
test.each([
  ['a SKU that is new to the process', false],
  ['a SKU that it knows', true],
])('of %s', async (_what, isKnown) => {
  const reserve = (businessId: string) => at.domain.reservations.reserve(hold('S', 1, businessId), at.call);
  if (isKnown) await reserve('O-1');
  const change = ['DELETE FROM moment', 'INSERT INTO moment VALUES (UTC_TIMESTAMP(6))'];
  const row = "SELECT version FROM stock_level WHERE sku_id = 'S'";
  await whileHeld(at, { hold: row, change }, () => reserve(isKnown ? 'O-2' : 'O-3'));
  const [later] = await at.dataSource.query<{ isLater: unknown }[]>(
    `SELECT (SELECT m.recorded_at FROM stock_movement AS m WHERE m.sku_id = 'S' ORDER BY m.version DESC LIMIT 1)
       >= (SELECT passed_at FROM moment) AS isLater`,
  );
  expect(Number(later?.isLater)).toBe(1);
});
