import { describe, expect, it } from 'vitest';
import type { EventRow } from './event-file.ts';
import { closingOf, eventsOf } from './orders.ts';

let seq = 0;
const row = (type: EventRow['type'], ref: string, over: Partial<EventRow> = {}): EventRow => {
  seq += 1;
  return {
    line: seq + 1,
    seq: String(seq),
    ts: '2010-12-01T00:00:00.000000Z',
    sku: 'A',
    type,
    qty: 1,
    unitCost: '1.00',
    ref,
    ...over,
  };
};

describe('grouping rows into events', () => {
  it('makes contiguous rows of one ref one event, each return row its own', () => {
    const rows = [
      row('receipt', 'R'),
      row('receipt', 'R'),
      row('sale', '1'),
      row('sale', '1'),
      row('sale', '2'),
      row('return', 'C'),
      row('return', 'C'),
    ];
    expect(
      eventsOf(rows).map(({ kind, documentNo, rows: { length }, orderNumber }) => [
        kind,
        documentNo,
        length,
        orderNumber,
      ]),
    ).toEqual([
      ['receipt', 'R', 2, 0],
      ['sale', '1', 2, 1],
      ['sale', '2', 1, 2],
      ['return', `C-${rows[5]?.seq}`, 1, 0],
      ['return', `C-${rows[6]?.seq}`, 1, 0],
    ]);
  });

  it('numbers the documents of a ref that comes again or is longer than one document', () => {
    const rows = [
      row('sale', 'X'),
      row('sale', 'Y'),
      row('sale', 'X'),
      ...Array.from({ length: 1500 }, () => row('receipt', 'X')),
    ];
    expect(eventsOf(rows).map(({ kind, documentNo, rows: { length } }) => [kind, documentNo, length])).toEqual([
      ['sale', 'X', 1],
      ['sale', 'Y', 1],
      ['sale', 'X/2', 1],
      ['receipt', 'X', 1000],
      ['receipt', 'X/2', 500],
    ]);
  });

  it('sums what is left per SKU', () => {
    const rows = [
      row('receipt', 'R', { qty: 10 }),
      row('sale', '1', { qty: 4 }),
      row('return', 'C', { qty: 1 }),
      row('receipt', 'R', { sku: 'B', qty: 3 }),
    ];
    expect([...closingOf(rows)]).toEqual([
      ['A', 7],
      ['B', 3],
    ]);
  });
});
