/** What the database has of a level when a history is over: its movements in the order of their versions, and the end of each hold. */
import type { ReservationState } from '@granary/contracts/reservation';
import type { Granary } from '@granary/platform/granary';

export interface Entry {
  readonly version: number;
  readonly kind: string;
  /** The name of the hold or of the document that it belongs to. */
  readonly of: string;
  readonly onHand: number;
  readonly reserved: number;
}

export interface Ending {
  readonly state: ReservationState;
  readonly version: number;
}

export interface Ledger {
  readonly entries: readonly Entry[];
  /** By the name of the hold. */
  readonly holds: ReadonlyMap<string, Ending>;
  /** When it had been read, by the clock of the events. */
  readonly readAt: number;
}

type Row<T> = { readonly [Field in keyof T]: T[Field] extends number ? string : T[Field] };

const MOVEMENTS = `
  SELECT m.version, m.kind, COALESCE(r.business_id, d.document_no) AS \`of\`, m.on_hand AS onHand, m.reserved
  FROM stock_movement m
  LEFT JOIN reservation r ON r.reservation_id = m.reservation_id
  LEFT JOIN stock_document d ON d.document_id = m.document_id
  WHERE m.sku_id = ? ORDER BY m.version`;
const HOLDS = 'SELECT business_id AS name, state, version FROM reservation WHERE sku_id = ?';

/** Of one moment: calls that were never answered may still be under way, and so may whoever ends what is overdue. */
export async function readLedger(database: Granary['dataSource'], skuId: string): Promise<Ledger> {
  return await database.transaction('REPEATABLE READ', async (manager) => {
    const entries = await manager.query<Row<Entry>[]>(MOVEMENTS, [skuId]);
    const holds = await manager.query<({ name: string } & Row<Ending>)[]>(HOLDS, [skuId]);
    return {
      readAt: performance.now(),
      entries: entries.map(({ version, kind, of, onHand, reserved }) => ({
        ...{ version: Number(version), kind, of, onHand: Number(onHand), reserved: Number(reserved) },
      })),
      holds: new Map(holds.map(({ name, state, version }) => [name, { state, version: Number(version) }])),
    };
  });
}
