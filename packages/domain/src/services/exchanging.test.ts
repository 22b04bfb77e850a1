/** Goods that were priced in another currency: the line is converted and its price kept; without exchange rates it is refused. */
import { type Money, parseMoney } from '@granary/contracts/money';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Exchange } from '../ports/exchange.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

const BASE = 'EUR';
/** Two of theirs are one of ours. */
const exchange: Exchange = async (_tx, asked) =>
  asked.map(({ currency, unitCost, quantity }) => {
    const total = unitCost * BigInt(quantity);
    if (currency === BASE) return { value: total as Money, price: undefined };
    return { value: (total / 2n) as Money, price: { currency, unitCost: '2.50', rate: '0.5' } };
  });

let at: TestDomain;
let plain: TestDomain;
beforeAll(async () => {
  at = await openTestDomain({ ports: { exchange } });
  plain = await openTestDomain();
});
afterAll(() => Promise.all([closeSound(at), closeSound(plain)]));

test('each line is worth what its own currency says, and tells the price that was paid', async () => {
  const lines = [
    receipt('A', 4, { currency: 'USD' }),
    receipt('A', 4, { currency: BASE, batchNo: 'OURS' }),
    receipt('A', 4, { batchNo: 'UNSAID' }),
  ];
  const document = await at.domain.inbound.purchase(inbound('PO', lines), at.call);
  expect(document.lines.map(({ unitCost }) => parseMoney(unitCost))).toEqual(['1.25', '2.50', '2.50'].map(parseMoney));
  expect(document.lines.map(({ price }) => price?.currency)).toEqual(['USD', undefined, undefined]);
  expect(await at.domain.inbound.get({ id: document.id })).toEqual(document);
});

test('where nothing is exchanged every such line is named', async () => {
  const lines = [receipt('A', 4), receipt('A', 4, { currency: 'USD' }), receipt('B', 4, { currency: 'USD' })];
  const refusal = await refusalOf(plain.domain.inbound.purchase(inbound('PO', lines), plain.call));
  expect(refusal).toMatchObject({
    kind: 'validation',
    details: { issues: [{ path: 'lines.1.currency' }, { path: 'lines.2.currency' }] },
  });
});
