/** Opening balances: the state with which the books begin, so they come before the first movement of each SKU. */
import type { GranaryError } from '@granary/contracts/error';
import { invalidState, quote } from '../refusal.ts';
import type { LevelRow } from '../entities/level.ts';

const NAMED = 20;

/** All levels of the SKUs must have been loaded: a movement anywhere means that the SKU's books are open. */
export function movedAlready(
  levels: Iterable<Pick<LevelRow, 'skuId' | 'version'>>,
  skuIds: readonly string[],
): GranaryError | undefined {
  const moved = new Set([...levels].filter((level) => level.version > 0).map((level) => level.skuId));
  const late = skuIds.filter((skuId) => moved.has(skuId));
  const [first] = late;
  if (first === undefined) return undefined;
  const more = late.length > NAMED ? ` and ${late.length - NAMED} more` : '';
  return invalidState({
    noun: 'SKU',
    id: first,
    state: 'moved',
    message: `Stock has moved already of ${late.slice(0, NAMED).map(quote).join(', ')}${more}.`,
    hint: 'An opening balance comes before the first movement of a SKU; adjust or count what has moved.',
  });
}
