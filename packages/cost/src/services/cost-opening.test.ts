/** Costing switched on over stock that is there already: what it takes over, when, and at which cost. */
import { fromMicros, toMicros } from '@granary/contracts/instant';
import { createDomain, type Domain } from '@granary/domain';
import type { DomainPorts } from '@granary/domain/ports/domain-ports';
import { hold, inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { everyMutation } from '@granary/domain/testing/mutation-walk';
import { buildRichHistory } from '@granary/domain/testing/rich-history';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Opened } from './cost-opening.ts';
import { buy, heldOf, next, recordsOf, sell } from '../testing/shop.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const config = { allowNegative: true };

/** The same database, without costing. */
function uncosted({ dataSource }: TestCost, ports: Partial<DomainPorts> = {}): Domain {
  return createDomain({ dataSource, config: { ...testConfig, ...config }, ports: { ...testPorts(), ...ports } });
}

/** 10 at 1.00 and 10 at 3.00 at `default`, of which 4 of the first are on their way to the east. */
async function stockUp(at: TestCost, skuId: string): Promise<string> {
  const domain = uncosted(at);
  const transferNo = next('T');
  for (const [batchNo, unitCost] of [
    ['ONE', '1.00'],
    ['TWO', '3.00'],
  ] as const)
    await domain.inbound.purchase(inbound(next('PO'), [receipt(skuId, 10, { batchNo, unitCost })]), at.call);
  const lines = [{ skuId, quantity: 4 }];
  await domain.outbound.transfer({ transferNo, fromLocationId: 'default', toLocationId: 'east', lines }, at.call);
  return transferNo;
}

/** As the worker does. */
async function openAll(at: TestCost): Promise<readonly string[]> {
  const refused: string[] = [];
  for (let after: string | null = ''; after !== null;) {
    const opened: Opened = await at.cost.open({ after }, at.call);
    refused.push(...opened.refused.map(({ skuId }) => skuId));
    after = opened.next;
  }
  return refused;
}

type First = readonly [
  what: string,
  work: (at: TestCost, skuId: string, transferNo: string) => Promise<unknown>,
  then: readonly string[],
  held: string,
];

const FIRSTS: readonly First[] = [
  [
    'a receipt into a batch that is there',
    (at, skuId) => buy(at, skuId, [10, '9.00', { batchNo: 'ONE' }]),
    ['receipt purchases 10 for 90.00'],
    '30 for 130.00',
  ],
  [
    'a sale of all',
    (at, skuId) => sell(at, skuId, 16),
    ['issue cost_of_sales -6 for -6.00', 'issue cost_of_sales -10 for -22.00'],
    '4 for 12.00',
  ],
  [
    'a loss on the way',
    (at, _skuId, transferNo) => at.domain.transfers.writeOff({ transferNo, reason: 'sunk' }, at.call),
    ['adjustment adjustments -4 for -4.00'],
    '16 for 36.00',
  ],
  [
    'an arrival of which some is lost',
    (at, _skuId, transferNo) =>
      at.domain.transfers.receive(
        { transferNo, lines: [{ line: 1, quantity: 3 }], isFinal: true, writeOff: { reason: 'lost' } },
        at.call,
      ),
    ['adjustment adjustments -1 for -1.00'],
    '19 for 39.00',
  ],
  [
    'a return of goods that costing never saw leave',
    async (at, skuId) => {
      const order = sale(next('O'), [{ skuId, quantity: 1 }]);
      const { id } = await uncosted(at).outbound.sales(order, at.call);
      const line = { skuId, quantity: 1, locationId: 'default', originalDocumentId: id, originalLine: 1 };
      await at.domain.inbound.return({ documentNo: next('RET'), lines: [line] }, at.call);
    },
    ['return cost_of_sales 1 for 1.00'],
    '20 for 40.00',
  ],
  [
    'a call of an accountant',
    (at, skuId) => at.cost.switchStrategy({ skuId, to: 'weighted_average' }, at.call),
    ['switch revaluation 0 for 0.00'],
    '20 for 40.00',
  ],
];

describe('stock from before costing', () => {
  let at: TestCost;
  beforeAll(async () => {
    at = await openTestCost({ config });
    await at.domain.locations.create({ locationId: 'east', priority: 200 }, at.call);
  });
  afterAll(() => closeSoundCost(at));

  test.each(FIRSTS)('is taken over before %s', async (...[what, work, then, held]) => {
    const skuId = what.replaceAll(' ', '-');
    const transferNo = await stockUp(at, skuId);
    expect((await at.domain.verify()).violations).toEqual([]);
    await work(at, skuId, transferNo);
    const records = await recordsOf(at, skuId);
    expect(records.filter((record) => !record.startsWith('receipt opening'))).toEqual(then);
    expect(await heldOf(at, skuId)).toBe(held);
    expect((await at.domain.verify()).violations).toEqual([]);
  });

  test('is valued once the worker has opened it, batch by batch', async () => {
    await stockUp(at, 'O');
    await openAll(at);
    expect(await recordsOf(at, 'O')).toEqual([
      'receipt opening 6 for 6.00',
      'receipt opening 4 for 4.00',
      'receipt opening 10 for 30.00',
    ]);
    expect((await at.domain.verify()).violations).toEqual([]);
  });

  test('what was sold short is owed at the cost of the newest batch, and settled by what comes', async () => {
    const domain = uncosted(at);
    await domain.inbound.purchase(inbound(next('PO'), [receipt('D', 1, { unitCost: '2.00' })]), at.call);
    await domain.outbound.sales(sale(next('O'), [{ skuId: 'D', quantity: 4 }]), at.call);
    await buy(at, 'D', [5, '3.00']);
    expect(await recordsOf(at, 'D')).toEqual(['issue cost_of_sales -3 for -9.00', 'receipt purchases 5 for 15.00']);
    expect(await heldOf(at, 'D')).toBe('2 for 6.00');
  });

  test('goods that nobody ever priced keep no other SKU from being opened', async () => {
    const domain = uncosted(at);
    await domain.skus.create({ skuId: 'Q0' }, at.call);
    await domain.outbound.sales(sale(next('O'), [{ skuId: 'Q0', quantity: 2 }]), at.call);
    await stockUp(at, 'Q1');
    expect(await openAll(at)).toEqual(['Q0']);
    expect(await heldOf(at, 'Q1')).toBe('20 for 40.00');
    await buy(at, 'Q0', [2, '5.00']);
    expect(await heldOf(at, 'Q0')).toBe('0 for 0.00');
  });

  test('a hold from before is deducted', async () => {
    await stockUp(at, 'H');
    const { id } = await uncosted(at).reservations.reserve(hold('H', 2, next('R')), at.call);
    await at.domain.reservations.deduct({ id }, at.call);
    expect(await heldOf(at, 'H')).toBe('18 for 38.00');
  });
});

test('a whole history from before is taken over, and everything that happens afterwards', async () => {
  const at = await openTestCost();
  let shift = 0n;
  const clock: DomainPorts['clock'] = (now) => fromMicros(toMicros(now) + shift);
  const advance = (seconds: number) => {
    shift += BigInt(seconds) * 1_000_000n;
    at.advance(seconds);
  };
  const before = { ...at, domain: uncosted(at, { clock }), advance };
  await buildRichHistory(before);
  await before.domain.inbound.purchase(inbound('P', [receipt('W', 100)]), at.call);
  expect((await at.domain.verify()).violations).toEqual([]);
  for (const { prepare, work } of everyMutation) {
    await prepare?.({ at, call: at.call });
    await work({ at, call: at.call }).catch(() => undefined);
  }
  expect((await at.domain.verify()).violations).toEqual([]);
  await openAll(at);
  await closeSoundCost(at);
}, 60_000);
