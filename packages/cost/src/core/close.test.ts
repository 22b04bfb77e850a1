/** Closing a period for periodic strategies, and what a period shows. Figures by hand from textbook cases. */
import { describe, expect, test } from 'vitest';
import { back, bought, cost, money, show, sold } from '../testing/goods.ts';
import { close, insert, newHistory, post, strategies } from '../rehearsal/history.ts';
import { planClose } from './close.ts';
import { rollForward, summarise } from './period.ts';
import { defaultPolicy } from './policy.ts';
import { sumOf } from './record.ts';
import { emptyState } from './state.ts';

const context = { strategies, policy: defaultPolicy };
const month = [bought('r1', 10, '10'), sold('s2', 6), bought('r3', 10, '20'), sold('s4', 4)];

describe('of 10 at 10 and 10 at 20, 6 sold in between and 4 after', () => {
  test.for<[strategy: string, costs: string, trueUp: string]>([
    // Perpetual: 6 at 10, then 4 of 14 worth 240; the month as a whole averages 15.
    ['periodic_average', '150', '21.428571'],
    ['periodic_fifo', '100', '0'],
    ['periodic_lifo', '200', '60'],
    ['fifo', '100', '0'],
  ])('%s costs %s with one true-up', ([strategy, costs, trueUp]) => {
    const perpetual = cost(month, { strategy });
    const { trueUps, state } = planClose(emptyState('SKU', strategy), { events: month, closeId: 'close' }, context);
    const records = [...perpetual.posted.flatMap((event) => event.records), ...trueUps];
    expect(show(-sumOf(records, 'cost_of_sales'))).toBe(costs);
    expect(trueUps.length).toBe(trueUp === '0' ? 0 : 1);
    expect(show(-sumOf(trueUps))).toBe(trueUp);
    expect(state).toMatchObject({ quantity: 10, value: money('300') - money(costs) });
  });

  test('the close and the roll-forward are one average', () => {
    const opening = { quantity: 0, value: 0n };
    const inbound = { quantity: 20, value: money('300') };
    const { unitCost, outflows } = rollForward({ opening, inbound, allocated: 0n }, [10]);
    expect(outflows).toEqual([money('150')]);
    expect(unitCost).toEqual({ value: money('300'), quantity: 20 });
  });
});

test('goods that left and came back within the month never left it', () => {
  const events = [...month, back('b5', 4, 's2')];
  const { state } = planClose(emptyState('SKU', 'periodic_average'), { events, closeId: 'close' }, context);
  expect(state).toMatchObject({ quantity: 14, value: money('210') });
});

describe('a period', () => {
  test('adds up: opening + inbound + allocated - outbound = closing', () => {
    const events = [...month, back('b5', 1, 's4')];
    const { posted, state } = cost([
      ...events,
      { type: 'allocation', id: 'c6', at: month[0]?.at ?? ('' as never), amount: money('30'), receiptId: 'r1' },
      { type: 'issue', id: 'd7', at: month[0]?.at ?? ('' as never), account: 'adjustments', quantity: 2 },
    ]);
    const records = posted.flatMap((event) => event.records);
    const opening = { quantity: 3, value: money('9') };
    const period = summarise(opening, records);
    expect(period.closing).toEqual({ quantity: 3 + state.quantity, value: money('9') + state.value });
    expect(period.inbound).toEqual({ quantity: 21, value: money('310') });
    expect(show(period.allocated)).toBe('30');
    expect(period.outbound.quantity).toBe(12);
  });

  test('that empties the stock takes the whole residue', () => {
    const opening = { quantity: 3, value: money('10') };
    const { outflows, closing } = rollForward(
      { opening, inbound: { quantity: 0, value: 0n }, allocated: 0n },
      [1, 1, 1],
      {
        issueDecimals: 2,
      },
    );
    expect(outflows.map(show)).toEqual(['3.33', '3.33', '3.34']);
    expect(closing).toEqual({ quantity: 0, value: 0n });
  });

  test('values what was found at the average of the period', () => {
    const opening = { quantity: 4, value: money('10') };
    const { outflows, closing } = rollForward({ opening, inbound: { quantity: 0, value: 0n }, allocated: 0n }, [2, -1]);
    expect(outflows.map(show)).toEqual(['5', '-2.5']);
    expect(closing).toEqual({ quantity: 3, value: money('7.5') });
  });

  test('cannot give away more than there is', () => {
    const opening = { quantity: 3, value: money('10') };
    expect(() => rollForward({ opening, inbound: { quantity: 0, value: 0n }, allocated: 0n }, [4])).toThrow(
      /the layers hold 3/,
    );
  });
});

test('a write-down of more than the whole period leaves takes what there is, and the month closes', () => {
  const history = newHistory('periodic_lifo', { shortage: 'refuse', returns: 'original', reversals: 'original' });
  const first = post(history, { type: 'receipt', account: 'opening', quantity: 1, value: 0n });
  const receiptId = first?.eventId ?? '';
  post(history, { type: 'receipt', account: 'purchases', receiptId, quantity: 1, value: 7n });
  // Told late: it happened while only the first unit was there. The whole period takes the second one, which came last.
  insert(history, { type: 'reversal', account: 'purchases', receiptId, quantity: 1 }, 1);
  post(history, { type: 'revaluation', amount: -7n });
  const trueUps = close(history).map(({ account, value }) => `${account} ${value}`);
  expect(trueUps.toSorted()).toEqual(['purchases -7', 'revaluation 7']);
  expect(history.state).toMatchObject({ quantity: 1, value: 0n });
});
