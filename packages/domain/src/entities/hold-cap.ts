/** What caps on holds stand on: slots to wait at, and who made which hold. Both are touched only where a cap is set. */
import { EntitySchema } from 'typeorm';
import { countColumn, nameColumn, ulidColumn } from '../persistence/columns.ts';

/** One of a fixed number of rows; holders are spread over them by hash. */
export interface HoldGuardRow {
  readonly slot: number;
}

/** Rows of holds that have ended go when their maker comes to the cap. */
export interface HoldMakerRow {
  readonly actor: string;
  readonly reservationId: string;
}

export const holdGuardEntity = new EntitySchema<HoldGuardRow>({
  name: 'hold_guard',
  tableName: 'hold_guard',
  columns: { slot: { ...countColumn, primary: true } },
});

export const holdMakerEntity = new EntitySchema<HoldMakerRow>({
  name: 'hold_maker',
  tableName: 'hold_maker',
  columns: {
    actor: { ...nameColumn(64), primary: true },
    reservationId: { ...ulidColumn, name: 'reservation_id', primary: true },
  },
});
