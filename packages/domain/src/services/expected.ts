/** A purchase that was expected: found by id or reference, and lowered by what arrives. */
import type { InboundInput } from '@granary/contracts/document';
import type { DocumentLineRow } from '../entities/document.ts';
import type { InTransit } from '../entities/in-transit.ts';
import { findInTransit, lockInTransit, writeInTransit } from '../persistence/in-transit-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, notFound, type Outcome, present, refused } from '../refusal.ts';
import type { Draft } from '../rules/draft.ts';
import { lowered, noLongerExpected, noteInTransit } from '../rules/in-transit.ts';
import { isWhole } from '../rules/location-scope.ts';

type Expecting = Pick<InboundInput, 'inTransitId' | 'expectedReference'>;

/** Locked after the levels and the document's originals. Undefined when the purchase names none. */
export async function lockExpected(tx: Tx, input: Expecting): Promise<Outcome<InTransit | undefined>> {
  const { inTransitId, expectedReference } = input;
  const name = inTransitId ?? expectedReference;
  if (name === undefined) return accepted(undefined);
  const found =
    inTransitId === undefined
      ? await findInTransit(tx, { source: 'purchase', reference: name })
      : await findInTransit(tx, { id: name });
  if (found === undefined || !isWhole(tx.scope, found)) return refused(notFound('expected receipt', name));
  const expected = present(await lockInTransit(tx, found.inTransitId), 'what was expected');
  if (expected.source === 'transfer' || expected.status === 'cancelled')
    return refused(noLongerExpected(expected, 'no purchase can be of it'));
  return accepted(expected);
}

/** What was expected of the lines arrives; answers the write, undefined where nothing of them was on its way. */
export function lowerExpected(
  tx: Tx,
  draft: Draft,
  { expected, lines }: { readonly expected: InTransit | undefined; readonly lines: readonly DocumentLineRow[] },
): (() => Promise<void>) | undefined {
  if (expected === undefined) return undefined;
  const after = lowered(expected, lines, tx.commandId);
  const isLowered = after.lines.some((line, at) => line.outstanding !== expected.lines[at]?.outstanding);
  if (!isLowered) return undefined;
  noteInTransit(draft, 'stock.transit.received', { before: expected, after });
  return () => writeInTransit(tx, expected, after);
}
