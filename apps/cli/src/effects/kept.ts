/** What the database has of the things that callers of a diary wanted. */
import type { ReservationState } from '@granary/contracts/reservation';
import type { Granary } from '@granary/platform/granary';
import { keyOf } from './diary.ts';

export interface Found {
  readonly skuId: string;
  readonly quantity: number;
  /** Of holds. */
  readonly state?: ReservationState;
}

export interface Kept {
  /** By kind and name, as in the diary. */
  readonly found: ReadonlyMap<string, Found>;
  readonly levels: ReadonlyMap<string, { readonly onHand: number; readonly reserved: number }>;
  /** By SKU, what was there before the first call. */
  readonly opening: ReadonlyMap<string, number>;
}

interface Row {
  readonly kind: 'hold' | 'sale' | 'purchase';
  readonly name: string;
  readonly skuId: string;
  readonly quantity: string;
  readonly state: ReservationState | null;
}

const EFFECTS = `
  SELECT 'hold' AS kind, business_id AS name, sku_id AS skuId, quantity, state FROM reservation
  UNION ALL
  SELECT IF(d.type = 'sales', 'sale', 'purchase'), d.document_no, l.sku_id, SUM(l.quantity), NULL
  FROM stock_document d JOIN stock_document_line l ON l.document_id = d.document_id
  WHERE d.type IN ('sales', 'purchase')
  GROUP BY d.document_id, d.type, d.document_no, l.sku_id`;
const LEVELS =
  'SELECT sku_id AS skuId, SUM(on_hand) AS onHand, SUM(reserved) AS reserved FROM stock_level GROUP BY sku_id';

export async function readKept(database: Granary['dataSource'], opening: Kept['opening']): Promise<Kept> {
  const rows = await database.query<Row[]>(EFFECTS);
  const levels = await database.query<{ skuId: string; onHand: string; reserved: string }[]>(LEVELS);
  return {
    opening,
    found: new Map(
      rows.map(({ skuId, quantity, state, ...named }) => [
        keyOf(named),
        { skuId, quantity: Number(quantity), ...(state === null ? {} : { state }) },
      ]),
    ),
    levels: new Map(
      levels.map(({ skuId, onHand, reserved }) => [skuId, { onHand: Number(onHand), reserved: Number(reserved) }]),
    ),
  };
}
