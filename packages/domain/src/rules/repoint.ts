/** Holds follow their goods into the batch that took them over: same id, same state, and held all the time. */
import type { ReservationLineRow } from '../entities/reservation.ts';
import { isHeld } from '../entities/reservation.ts';
import type { Draft } from './draft.ts';
import { changeHold } from './hold.ts';

export interface Repointing {
  readonly sourceIds: ReadonlySet<string>;
  readonly targetId: string;
  readonly commandId: string;
}

/** No movement of its own: what is reserved has moved with the batch. Lines that meet in one batch stay lines of their own. */
export function repoint(draft: Draft, { sourceIds, targetId, commandId }: Repointing): void {
  for (const hold of draft.holds.values()) {
    if (!isHeld(hold.state) || !hold.lines.some(({ batchId, held }) => held > 0 && sourceIds.has(batchId))) continue;
    let last = Math.max(...hold.lines.map((line) => line.lineNo));
    const lines = hold.lines.flatMap((line): ReservationLineRow[] => {
      if (line.held === 0 || !sourceIds.has(line.batchId)) return [line];
      if (line.held === line.quantity) return [{ ...line, batchId: targetId }];
      // What has left already left the source, and goes on saying so.
      const left = { ...line, quantity: line.quantity - line.held, held: 0 };
      return [left, { ...line, batchId: targetId, quantity: line.held, deducted: 0, lineNo: (last += 1) }];
    });
    changeHold(draft, {
      hold,
      fields: { lines },
      event: 'stock.reservation.reallocated',
      commandId,
      tell: (told) => ({ lines: told.lines.map(({ batchId, locationId, held }) => ({ batchId, locationId, held })) }),
    });
  }
}
