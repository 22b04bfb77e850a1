/** Goods that are of another lot from now on: their layers say so, at the cost that they have. */
import { addLayer } from './book.ts';
import type { Relabel } from './event.ts';
import type { Desk, Effect } from './desk.ts';
import type { Layer } from './layer.ts';
import { share } from './share.ts';

/** As many units as are still costed as the old lot; a strategy that does not go by lots may have costed them already. */
export function relabel({ book }: Desk, { id, quantity, from, to, expiresAt }: Relabel): Effect {
  let left = quantity;
  const moved: Layer[] = [];
  for (const layer of book.layers.filter((each) => each.lot === from)) {
    if (left === 0) break;
    const units = Math.min(left, layer.remaining);
    left -= units;
    if (units === layer.remaining) {
      book.layers.splice(book.layers.indexOf(layer), 1);
      moved.push({ ...layer, lot: to, expiresAt });
      continue;
    }
    const value = share({ value: layer.value, quantity: layer.remaining }, units);
    moved.push({ ...layer, layerId: id, lot: to, expiresAt, quantity: units, remaining: units, value });
    layer.remaining -= units;
    layer.quantity -= units;
    layer.value -= value;
  }
  for (const layer of moved) addLayer(book, layer);
  return { records: [] };
}
