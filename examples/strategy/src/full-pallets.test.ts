/** The strategy and the validator by themselves: plain data in, plain data out, no database. */
import type { Candidate } from '@granary/domain';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import { expect, test } from 'vitest';
import { fullPallets } from './full-pallets.ts';
import { houseRules } from './house-rules.ts';

const now = '2026-11-20T10:00:00.000000Z' as Instant;

function shelf(batchNo: string, free: number, month: string): Candidate {
  const expiresAt = `2027-${month}-01T00:00:00.000000Z` as Instant;
  const facts = { locationId: 'default', unitCost: 1_000_000n as Money, receivedAt: now };
  return { batchId: batchNo, batchNo, free, expiresAt, ...facts };
}

const candidates = [
  shelf('full-late', 96, '06'),
  shelf('broken-late', 10, '07'),
  shelf('full-soon', 48, '02'),
  shelf('broken-soon', 5, '03'),
];

test.each([
  ['a few units come off broken pallets', 7, ['broken-soon', 'broken-late', 'full-soon', 'full-late']],
  ['a pallet comes whole', 48, ['full-soon', 'full-late', 'broken-soon', 'broken-late']],
])('%s', (_what, quantity, order) => {
  expect(fullPallets.order(candidates, { quantity, now }).map(({ batchNo }) => batchNo)).toEqual(order);
});

test('the order does not depend on how the candidates come', () => {
  const need = { quantity: 7, now };
  expect(fullPallets.order(candidates.toReversed(), need)).toEqual(fullPallets.order(candidates, need));
});

const incoming = {
  ...{ skuId: 'S', locationId: 'default', batchNo: 'B', quantity: 1, unitCost: '1.00', qualityLevel: 'A', now },
  ...{ producedOn: null, attributes: null },
};

test.each([
  [null, undefined],
  ['2026-12-20T10:00:00.000000Z', undefined],
  ['2026-12-20T09:59:59.000000Z', [{ path: 'expiresAt', message: 'must be 30 days away when goods come in' }]],
])('goods that expire %s', (expiresAt, issues) => {
  expect(houseRules.batch?.({ ...incoming, expiresAt })).toEqual(issues);
});
