/** Which of the expected receipts comes next for a short line. */
import type { Instant } from '@granary/contracts/instant';
import type { NextSupply, ShortLine } from '@granary/contracts/error';

export interface OnItsWay {
  readonly skuId: string;
  readonly locationId: string;
  readonly expectedAt: Instant | null;
  readonly quantity: number;
}

/** The nearest time, and everything of that time; what has no time comes last. A line that names no place waits for any. */
export function nextOf(
  expected: readonly OnItsWay[],
  { skuId, locationId }: Pick<ShortLine, 'skuId' | 'locationId'>,
): NextSupply | undefined {
  const fitting = expected.filter(
    (each) => each.skuId === skuId && (locationId === null || each.locationId === locationId),
  );
  if (fitting.length === 0) return undefined;
  const [first = null] = fitting.flatMap(({ expectedAt }) => expectedAt ?? []).toSorted();
  const quantity = fitting.reduce((sum, each) => (each.expectedAt === first ? sum + each.quantity : sum), 0);
  return { expectedAt: first, quantity };
}
