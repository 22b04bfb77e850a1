/** What cannot be expected, and how an expectation may not be changed; what is on its way beside what is not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hold, inbound, receipt, secondsFromNow } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.locations.create({ locationId: 'north' }, at.call);
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 1), receipt('B', 1)]), at.call);
  await at.domain.bundles.create({ skuId: 'SET', components: [{ skuId: 'A', quantity: 1 }] }, at.call);
});
afterAll(() => closeSound(at));

const expectGoods = (reference: string, skuId: string) =>
  at.domain.inTransit.create(
    {
      ...{ reference, source: 'purchase', expectedAt: secondsFromNow(3600) },
      lines: [{ skuId, locationId: 'default', quantity: 4 }],
    },
    at.call,
  );

test('a bundle takes no stock in', async () => {
  expect(await refusalOf(expectGoods('EX-SET', 'SET'))).toMatchObject({
    details: { issues: [{ path: 'lines.0.skuId' }] },
  });
});

test('a line is changed once a call, by those who may see it, and the moment without any line', async () => {
  const { id } = await expectGoods('EX-A', 'A');
  const lines = [
    { line: 1, quantity: 5 },
    { line: 1, quantity: 6 },
  ];
  const update = (more: object, domain: Pick<TestDomain['domain'], 'inTransit'> = at.domain) =>
    domain.inTransit.update({ inTransitId: id, ...more }, at.call);
  expect(await refusalOf(update({ lines }))).toMatchObject({ details: { issues: [{ path: 'lines.1.line' }] } });
  expect(await refusalOf(update({ lines: lines.slice(0, 1) }, at.domain.within(['north'])))).toMatchObject({
    kind: 'notFound',
  });
  const expectedAt = secondsFromNow(7200);
  expect(await update({ expectedAt })).toMatchObject({ expectedAt, lines: [{ quantity: 4 }] });
});

test('of several lines that are short only those have a next supply of which something is on its way', async () => {
  const lines = [hold('A', 9, 'O-1'), hold('B', 9, 'O-1')];
  const refusal = await refusalOf(at.domain.reservations.reserveMany({ lines }, at.call));
  expect(refusal.details).toMatchObject({ lines: [{ skuId: 'A', nextSupply: {} }, { skuId: 'B' }] });
  expect(JSON.stringify(refusal.details)).toMatch(/"skuId":"B"(?!.*nextSupply)/);
});
