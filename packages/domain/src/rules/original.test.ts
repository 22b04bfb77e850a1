/** How much of an original is still out, and which of its lines a return takes. */
import { describe, expect, test } from 'vitest';
import type { Money } from '@granary/contracts/money';
import { hold } from '../testing/draft-fixture.ts';
import { type OutLine, outOfReservation, takeBack } from './original.ts';

const out = (originalLine: number, moved: number, back: number): OutLine => ({
  ...{ originalId: 'D', originalLine, moved, back, skuId: 'S', batchId: `b${originalLine}`, reservationId: null },
  unitCost: 1_000_000n as Money,
});
const nothingBack = () => 0;

describe('a return takes', () => {
  const wanting = (quantity: number) => ({ quantity, taken: new Map<string, number>(), name: 'it' });
  test.each([
    {
      what: 'the first line first',
      lines: [out(1, 3, 0), out(2, 2, 0)],
      quantity: 4,
      expected: [
        [1, 3],
        [2, 1],
      ],
    },
    { what: 'nothing of what came back before', lines: [out(1, 3, 3), out(2, 2, 1)], quantity: 1, expected: [[2, 1]] },
    { what: 'all that is out', lines: [out(1, 3, 1)], quantity: 2, expected: [[1, 2]] },
  ])('$what', ({ lines, quantity, expected }) => {
    const parts = takeBack(lines, wanting(quantity));
    expect(parts.ok && parts.answer.map((part) => [part.from.originalLine, part.quantity])).toEqual(expected);
  });

  test.each([
    { what: 'one too many', back: 1, quantity: 3, state: 'partly returned', left: 2 },
    { what: 'some of what is all back', back: 3, quantity: 1, state: 'returned', left: 0 },
  ])('not $what', ({ back, quantity, state, left }) => {
    const parts = takeBack([out(1, 3, back)], wanting(quantity));
    const message = `${left} can still come back of it, not ${quantity}.`;
    expect(!parts.ok && parts.refusal).toMatchObject({ kind: 'invalidState', message, details: { state } });
  });

  test('not twice what two lines of one document name', () => {
    const taken = new Map<string, number>();
    expect(takeBack([out(1, 3, 0)], { quantity: 2, taken, name: 'it' }).ok).toBe(true);
    expect(takeBack([out(1, 3, 0)], { quantity: 2, taken, name: 'it' }).ok).toBe(false);
  });
});

describe('of a reservation is out', () => {
  test('what left of each of its lines without a document, less what came back', () => {
    const held = hold({ reservationId: 'R', of: { a: 3, b: 2 } });
    const deducted = { ...held, lines: held.lines.map((line, at) => ({ ...line, deducted: at + 1 })) };
    const lines = outOfReservation(deducted, { skuId: 'S', cameBack: (_id, lineNo) => lineNo - 1 });
    expect(lines.map(({ batchId, moved, back }) => [batchId, moved, back])).toEqual([
      ['a', 1, 0],
      ['b', 2, 1],
    ]);
  });

  test('of each component of a bundle its own', () => {
    const bundle = hold({ reservationId: 'R', of: { a: 6 } });
    const [first] = bundle.lines;
    const other = { lineNo: 2, skuId: 'T', batchId: 't', quantity: 3, deducted: 2 };
    const lines =
      first === undefined
        ? []
        : [
            { ...first, deducted: 4 },
            { ...first, ...other },
          ];
    const held = { ...bundle, skuId: 'BUNDLE', quantity: 3, fulfilled: 2, lines };
    const of = (skuId: string) => outOfReservation(held, { skuId, cameBack: nothingBack }).map(({ moved }) => moved);
    expect([of('S'), of('T')]).toEqual([[4], [2]]);
  });
});
