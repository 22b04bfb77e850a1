/** Groups rows into what happened: a receipt, an order or a return is one event; contiguous rows of one ref belong together. */
import { MAX_DOCUMENT_LINES } from '@granary/contracts/document';
import type { EventRow } from './event-file.ts';

export interface ReplayEvent {
  readonly kind: 'receipt' | 'sale' | 'return';
  readonly ref: string;
  /** Unique per kind: the ref, or `ref/2`… when the same ref comes again or would be too long for one document. */
  readonly documentNo: string;
  readonly occurredAt: string;
  readonly rows: readonly EventRow[];
  /** Counts the sales of the file from 1; 0 for the others. */
  readonly orderNumber: number;
}

export function eventsOf(rows: readonly EventRow[]): ReplayEvent[] {
  const parts = new Map<string, number>();
  let orders = 0;
  return groupsOf(rows).map((group) => {
    const { type: kind, ref, ts: occurredAt, seq } = group[0];
    const part = (parts.get(`${kind} ${ref}`) ?? 0) + 1;
    parts.set(`${kind} ${ref}`, part);
    if (kind === 'sale') orders += 1;
    const documentNo = kind === 'return' ? `${ref}-${seq}` : part === 1 ? ref : `${ref}/${part}`;
    return { kind, ref, documentNo, occurredAt, rows: group, orderNumber: kind === 'sale' ? orders : 0 };
  });
}

type Group = [EventRow, ...EventRow[]];

function groupsOf(rows: readonly EventRow[]): Group[] {
  const groups: Group[] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    const first = last?.[0];
    // Each return row is a document of its own: it comes back at its own cost.
    const same = first !== undefined && row.type !== 'return' && first.type === row.type && first.ref === row.ref;
    if (last !== undefined && same && last.length < MAX_DOCUMENT_LINES) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** What the file says is left: receipts and returns come in, sales go out. */
export function closingOf(rows: readonly EventRow[]): Map<string, number> {
  const closing = new Map<string, number>();
  for (const { sku, type, qty } of rows) closing.set(sku, (closing.get(sku) ?? 0) + (type === 'sale' ? -qty : qty));
  return closing;
}
