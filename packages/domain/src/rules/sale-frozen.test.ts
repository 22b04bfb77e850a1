/** Selling what an order holds of frozen batches. */
import { describe, expect, test } from 'vitest';
import { draftWith, hold } from '../testing/draft-fixture.ts';
import { lines, sell, want } from '../testing/selling.ts';

describe('a hold of which a part is frozen', () => {
  const shelf = () => {
    const whole = hold({ reservationId: 'r1', of: { a: 2, b: 2 } });
    const spread = whole.lines.map((line) => (line.batchId === 'b' ? { ...line, locationId: 'EAST' } : line));
    return draftWith({
      batches: [
        { batchId: 'a', status: 'frozen', frozenBy: 'L' },
        { batchId: 'b', locationId: 'EAST' },
      ],
      holds: [{ ...whole, lines: spread }],
    });
  };

  test('gives what lies at other places', () => {
    expect(lines(sell(shelf(), want(2)))).toEqual(['1 b 2 r1']);
  });

  test.for([
    ['more than that', want(3)],
    ['any of the place where it is frozen', want(1, { criteria: { locationId: 'default' } })],
  ] as const)('does not give %s', ([_what, line]) => {
    const outcome = sell(shelf(), line);
    expect(outcome?.ok === false ? outcome.refusal.kind : 'sold').toBe('lockConflict');
  });
});
