/** Events tell which pieces moved: whoever is told that goods came or left need not ask for their names. */
import type { SerialEventRow } from '../entities/serial.ts';
import type { Draft } from './draft.ts';

/** More names than these are counted, not told; serial.list and the document have all of them. */
export const MAX_TOLD = 100;

/** Adds the pieces to the facts of their document, their reservation, or the batch that they came in with. */
export function tellSerials(draft: Draft): void {
  const { events } = draft.serials;
  if (events.length === 0) return;
  const of = new Map<string, SerialEventRow[]>();
  const note = (key: string | null, event: SerialEventRow) => {
    if (key === null) return;
    const known = of.get(key);
    if (known === undefined) of.set(key, [event]);
    else known.push(event);
  };
  for (const event of events) {
    note(event.documentId, event);
    if (event.documentId === null) note(event.reservationId ?? event.batchId, event);
  }
  for (const [at, fact] of draft.facts.entries()) {
    const own = TELLING.has(fact.type) && typeof fact.id === 'string' ? of.get(fact.id) : undefined;
    if (own === undefined || typeof fact.after !== 'object') continue;
    const serials = own.slice(0, MAX_TOLD).map(({ skuId, serial }) => ({ skuId, serial }));
    draft.facts[at] = { ...fact, after: { ...fact.after, serials, serialCount: own.length } };
  }
}

const TELLING: ReadonlySet<string> = new Set([
  ...['stock.inbound', 'stock.outbound', 'stock.adjusted', 'stock.counted'],
  ...['stock.reservation.deducted', 'stock.reservation.fulfilled', 'stock.batch.created'],
]);
