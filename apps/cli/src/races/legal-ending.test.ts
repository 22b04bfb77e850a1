import { describe, expect, it } from 'vitest';
import { explanationOf, NOTHING_DUE, SWEPT, type Answers, type Ending } from './legal-ending.ts';

const answers = (over: Partial<Answers>): Answers => ({
  confirm: 'ok',
  deduct: 'ok',
  release: 'INV_010',
  convert: 'ok',
  extend: 'ok',
  sweep: NOTHING_DUE,
  ...over,
});
const allExpired = answers({
  confirm: 'INV_003',
  deduct: 'INV_003',
  release: 'INV_003',
  convert: 'INV_003',
  extend: 'INV_003',
  sweep: SWEPT,
});

describe('a race for one reservation', () => {
  it.each<[what: string, seen: Answers, outcome: { ending: Ending; inOrder: string[] }]>([
    [
      'everything before the goods leave',
      answers({}),
      { ending: { state: 'fulfilled', converted: true }, inOrder: ['confirm', 'convert', 'extend'] },
    ],
    [
      'a confirm after the goods left',
      answers({ convert: 'INV_010', extend: 'INV_010' }),
      { ending: { state: 'fulfilled', converted: false }, inOrder: ['confirm', 'deduct'] },
    ],
    [
      'a release of what was confirmed',
      answers({ deduct: 'INV_010', release: 'ok', extend: 'INV_010' }),
      { ending: { state: 'released', converted: true }, inOrder: [] },
    ],
    [
      'a sweep that came first',
      allExpired,
      { ending: { state: 'expired', converted: false }, inOrder: ['the deadline passes', 'sweep'] },
    ],
    [
      'a call that met the overdue hold before the sweep',
      { ...allExpired, sweep: NOTHING_DUE },
      { ending: { state: 'expired', converted: false }, inOrder: [] },
    ],
    [
      'a converted hold that expires',
      { ...allExpired, convert: 'ok' },
      { ending: { state: 'expired', converted: true }, inOrder: ['convert', 'the deadline passes'] },
    ],
  ])('explains %s', (_what, seen, { ending, inOrder }) => {
    const order = explanationOf(seen, ending, true) ?? [];
    expect(order.length).toBeGreaterThanOrEqual(6);
    expect(order.filter((name) => inOrder.includes(name)).toSorted()).toEqual(inOrder.toSorted());
  });

  it.each<[string, Answers, Ending]>([
    ['two endings', answers({ release: 'ok' }), { state: 'fulfilled', converted: true }],
    [
      'an ending that nobody was told',
      answers({ deduct: 'INV_010', release: 'INV_010' }),
      { state: 'released', converted: true },
    ],
    [
      'a confirm that was accepted and then expired',
      { ...allExpired, confirm: 'ok' },
      { state: 'expired', converted: false },
    ],
    [
      'an extension that was accepted and then expired',
      { ...allExpired, extend: 'ok' },
      { state: 'expired', converted: false },
    ],
    [
      'an expiry that others did not notice',
      { ...allExpired, release: 'INV_010' },
      { state: 'expired', converted: false },
    ],
    ['a sweep that ended what was shipped', answers({ sweep: SWEPT }), { state: 'fulfilled', converted: true }],
    ['a state that does not follow', answers({}), { state: 'released', converted: true }],
    [
      'a conversion that was refused and happened',
      answers({ convert: 'INV_010', extend: 'INV_010' }),
      { state: 'fulfilled', converted: true },
    ],
    ['an answer that is no answer', answers({ confirm: 'INV_006' }), { state: 'fulfilled', converted: true }],
  ])('finds no order for %s', (_what, seen, ending) => {
    expect(explanationOf(seen, ending, true)).toBeUndefined();
  });

  it('lets nothing expire before its deadline', () => {
    expect(explanationOf(allExpired, { state: 'expired', converted: false }, false)).toBeUndefined();
  });
});
