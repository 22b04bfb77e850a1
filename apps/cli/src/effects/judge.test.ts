import type { ReservationState } from '@granary/contracts/reservation';
import { describe, expect, it } from 'vitest';
import { allowedStates } from './allowed-states.ts';
import { emptyDiary, type Entry, longestSilenceMs, type Outcome, type Step } from './diary.ts';
import { judge } from './judge.ts';
import type { Found } from './kept.ts';

const entry = (over: Partial<Entry> = {}): Entry => ({
  ...{ kind: 'hold', name: 'A', skuId: 'S', quantity: 2, isShort: false, made: 'done', steps: [] },
  ...over,
});
const took = (...steps: [Step, Outcome][]) => steps.map(([step, outcome]) => ({ step, outcome }));

describe('what a hold may be after what its caller was told', () => {
  it.each<[string, Partial<Entry>, ReservationState[]]>([
    ['nothing more', {}, ['active']],
    ['nothing more, and its time is over', { isShort: true }, ['active', 'expired']],
    ['an acknowledged confirm', { steps: took(['confirm', 'done']) }, ['confirmed']],
    ['a refused release', { steps: took(['release', 'refused']) }, ['active']],
    ['an unanswered deduct', { steps: took(['deduct', 'unknown']) }, ['active', 'fulfilled']],
    [
      'an unanswered confirm of a short one',
      { isShort: true, steps: took(['confirm', 'unknown']) },
      ['active', 'expired', 'confirmed'],
    ],
    [
      'a confirm and then an acknowledged deduct',
      { steps: took(['confirm', 'done'], ['deduct', 'done']) },
      ['fulfilled'],
    ],
  ])('%s', (_what, over, states) => {
    expect([...allowedStates(entry(over))]).toEqual(states);
  });
});

interface Case {
  readonly entries: readonly Entry[];
  readonly found: readonly (readonly [string, Found])[];
  readonly level: { readonly onHand: number; readonly reserved: number };
}

const hold = (state: ReservationState) => ['hold A', { skuId: 'S', quantity: 2, state }] as const;
const document = (kind: string, name: string) => [`${kind} ${name}`, { skuId: 'S', quantity: 2 }] as const;

describe('a diary held against the database', () => {
  const verdict = ({ entries, found, level }: Case) =>
    judge(
      { ...emptyDiary(), entries: [...entries] },
      { found: new Map(found), levels: new Map([['S', level]]), opening: new Map([['S', 10]]) },
    );

  it('agrees when all that was acknowledged is there and the sums are right', () => {
    const entries = [
      entry(),
      entry({ kind: 'sale', name: 'B' }),
      entry({ kind: 'purchase', name: 'C', made: 'unknown' }),
    ];
    const found = [hold('active'), document('sale', 'B'), document('purchase', 'C')];
    expect(verdict({ entries, found, level: { onHand: 10, reserved: 2 } })).toEqual({
      ...{ acknowledged: 2, refused: 0, unknown: 1, unknownThere: 1, lost: [], problems: [] },
    });
  });

  it.each<[string, Case, object]>([
    [
      'a hold that is gone',
      { entries: [entry()], found: [], level: { onHand: 10, reserved: 0 } },
      { lost: ['hold A was acknowledged and is not there'] },
    ],
    [
      'an ending that is gone',
      {
        entries: [entry({ steps: took(['deduct', 'done']) })],
        found: [hold('active')],
        level: { onHand: 10, reserved: 2 },
      },
      { lost: ['hold A is active after: made done, deduct done'] },
    ],
    [
      'an effect of a refusal',
      { entries: [entry({ made: 'refused' })], found: [hold('active')], level: { onHand: 10, reserved: 2 } },
      { problems: ['hold A was refused and is there'] },
    ],
    [
      'a sale that left the stock as it was',
      {
        entries: [entry({ kind: 'sale', name: 'B' })],
        found: [document('sale', 'B')],
        level: { onHand: 10, reserved: 0 },
      },
      { problems: ['S has 10 with 0 held, and should have 8 with 0'] },
    ],
  ])('finds %s', (_what, given, expected) => {
    expect(verdict(given)).toMatchObject(expected);
  });

  it('knows how long nobody was answered', () => {
    const answers = [0, 10, 500, 510].map((at, index): { at: number; ms: number; outcome: Outcome } => ({
      ...{ at, ms: 1, outcome: index === 1 ? 'unknown' : 'done' },
    }));
    expect(longestSilenceMs({ ...emptyDiary(), answers })).toBe(500);
  });
});
