/** What arrives, is lost or comes back of a transfer: which batches it means, and what the transfer is afterwards. */
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { TransferPart } from '@granary/contracts/transfer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transfer, TransferPartRow } from '../entities/transfer.ts';
import { type Ending, onTheWay, settled, takeParts } from './transfer.ts';

const NOW = '2026-01-01T00:00:00.000000Z' as Instant;

const part = (partNo: number, lineNo: number, facts: Partial<TransferPartRow> = {}): TransferPartRow => ({
  ...{ transferId: 'T', partNo, lineNo, skuId: 'S', batchId: `B${partNo}`, batchNo: `N${partNo}` },
  ...{ unitCost: 1_000_000n as Money, shipped: 5, received: 0, inTransit: 5, writtenOff: 0, returned: 0 },
  ...facts,
});
const transfer = (...parts: TransferPartRow[]): Transfer => ({
  ...{ transferId: 'T', transferNo: 'TR', fromLocationId: 'A', toLocationId: 'B', state: 'shipped', lineCount: 2 },
  ...{
    expectedAt: null,
    operator: null,
    reason: null,
    contentHash: '',
    documentId: 'D',
    createdAt: NOW,
    shippedAt: NOW,
  },
  ...{ endedAt: null, endReason: null, version: 2, commandId: 'C', lines: [], parts },
});
const two = transfer(part(1, 1), part(2, 1), part(3, 2));
const how = (as: Ending) => ({ as, commandId: 'C2', now: NOW, reason: 'why' });

describe('of the batches on their way', () => {
  it.each<[string, readonly TransferPart[] | undefined, readonly [number, number][] | string]>([
    [
      'nothing named: all of them',
      undefined,
      [
        [1, 5],
        [2, 5],
        [3, 5],
      ],
    ],
    [
      'a part of a line: its batches in order',
      [{ line: 1, quantity: 7 }],
      [
        [1, 5],
        [2, 2],
      ],
    ],
    ['a batch by its number', [{ line: 1, batchNo: 'N2', quantity: 4 }], [[2, 4]]],
    [
      'one line named twice',
      [
        { line: 1, quantity: 3 },
        { line: 1, quantity: 3 },
      ],
      [
        [1, 5],
        [2, 1],
      ],
    ],
    [
      'a batch and then the rest of its line',
      [
        { line: 1, batchNo: 'N2', quantity: 5 },
        { line: 1, quantity: 5 },
      ],
      [
        [1, 5],
        [2, 5],
      ],
    ],
    ['one unit too many', [{ line: 1, quantity: 11 }], 'INV_010'],
    ['one too many of a batch', [{ line: 1, batchNo: 'N1', quantity: 6 }], 'INV_010'],
    [
      'one too many in two lines together',
      [
        { line: 1, quantity: 6 },
        { line: 1, quantity: 5 },
      ],
      'INV_010',
    ],
    ['a line that was not shipped', [{ line: 3, quantity: 1 }], 'INV_007'],
    ['a batch of another line', [{ line: 2, batchNo: 'N1', quantity: 1 }], 'INV_007'],
  ])('%s', (_what, lines, expected) => {
    const outcome = takeParts(two, lines);
    const told = outcome.ok ? outcome.answer.map((each) => [each.part.partNo, each.quantity]) : outcome.refusal.code;
    expect(told).toEqual(expected);
  });

  it('what has come already does not come again', () => {
    const left = transfer(part(1, 1, { received: 3, inTransit: 2 }), part(2, 1, { writtenOff: 5, inTransit: 0 }));
    expect(takeParts(left, undefined)).toMatchObject({ answer: [{ quantity: 2 }] });
    expect(takeParts(left, [{ line: 1, quantity: 3 }])).toMatchObject({
      refusal: { details: { state: '2 in transit' } },
    });
  });
});

describe('afterwards it is', () => {
  it.each<[string, Transfer, Ending, number, string]>([
    ['partly received with the first unit', two, 'received', 1, 'partlyReceived'],
    ['done with the last', two, 'received', 15, 'done'],
    ['still shipped when a part is lost and nothing came', two, 'writtenOff', 5, 'shipped'],
    ['done when all is lost', two, 'writtenOff', 15, 'done'],
    ['cancelled when all comes back', two, 'returned', 15, 'cancelled'],
    [
      'partly received when a part is lost and some came',
      transfer(part(1, 1, { received: 1, inTransit: 4 })),
      'writtenOff',
      3,
      'partlyReceived',
    ],
  ])('%s', (_what, ...[before, as, quantity, state]) => {
    const taken = takeParts(before, spread(before, quantity));
    const after = settled(before, taken.ok ? taken.answer : [], how(as));
    expect(after).toMatchObject({ state, version: 3, commandId: 'C2' });
    expect(after.endedAt).toBe(state === 'done' || state === 'cancelled' ? NOW : null);
  });
});

function spread(of: Transfer, quantity: number): readonly TransferPart[] {
  let left = quantity;
  return of.parts.flatMap(({ lineNo: line, batchNo, inTransit }) => {
    const some = Math.min(left, inTransit);
    left -= some;
    return some === 0 ? [] : [{ line, batchNo, quantity: some }];
  });
}

it('whatever happens in whatever order, nothing on its way appears or vanishes', () => {
  const step = fc.record({
    as: fc.constantFrom<Ending>('received', 'writtenOff', 'returned'),
    line: fc.integer({ min: 1, max: 3 }),
    quantity: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let now = two;
      for (const { as, line, quantity } of steps) {
        const taken = takeParts(now, [{ line, quantity }]);
        if (!taken.ok) continue;
        expect(taken.answer.reduce((sum, each) => sum + each.quantity, 0)).toBe(quantity);
        const before = onTheWay(now);
        now = settled(now, taken.answer, how(as));
        expect(onTheWay(now)).toBe(before - quantity);
        for (const each of now.parts) {
          expect(each.received + each.inTransit + each.writtenOff + each.returned).toBe(each.shipped);
          expect(each.inTransit).toBeGreaterThanOrEqual(0);
        }
      }
    }),
  );
});
