/** What the app makes of the events: how much of each SKU is at each location, as it was last told. */
import type { StockEvent } from '@granary/client';
import type { Hearing } from './inbox.ts';

export interface ShelfRow {
  readonly skuId: string;
  readonly locationId: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly version: number;
  /** How many events said something of it. */
  readonly heard: number;
}

export interface Shelf {
  take(event: StockEvent, hearing: Hearing): void;
  rows(): readonly ShelfRow[];
}

export function createShelf(): Shelf {
  const rows = new Map<string, ShelfRow>();
  return {
    take(event, hearing) {
      const level = levelIn(event);
      if (level === undefined || hearing === 'repeat') return;
      const known = rows.get(event.aggregate.id);
      const heard = (known?.heard ?? 0) + 1;
      // A late one tells of the past: what is known since then stands.
      rows.set(
        event.aggregate.id,
        hearing === 'late' && known !== undefined ? { ...known, heard } : { ...level, heard },
      );
    },
    rows: () => [...rows.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
}

const keyOf = ({ skuId, locationId }: ShelfRow) => `${skuId}/${locationId}`;

/** Balances after the change; undefined for an event of another type, such as the test of a webhook. */
function levelIn({ type, after }: StockEvent): Omit<ShelfRow, 'heard'> | undefined {
  if (type !== 'stock.level.changed' || typeof after !== 'object' || after === null) return undefined;
  const { skuId, locationId, onHand, reserved, version } = after as Omit<ShelfRow, 'heard'>;
  return { skuId, locationId, onHand, reserved, version };
}

const COLUMNS = ['skuId', 'locationId', 'onHand', 'reserved', 'version', 'heard'] as const;

/** A table for the terminal: texts to the left, numbers to the right. */
export function tableOf(rows: readonly ShelfRow[]): string {
  const widths = COLUMNS.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length)));
  const line = (cells: readonly (string | number)[]) =>
    cells
      .map((cell, at) =>
        typeof cell === 'number' ? String(cell).padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(COLUMNS), ...rows.map((row) => line(COLUMNS.map((name) => row[name])))].join('\n');
}
