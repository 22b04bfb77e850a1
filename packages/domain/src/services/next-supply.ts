/** What is on its way of what is short: each short line of a refusal is told when more should come. */
import type { ShortLine } from '@granary/contracts/error';
import { GranaryError } from '@granary/contracts/error';
import type { ExpectedSupply } from '@granary/contracts/stock';
import { type Expected, readExpected } from '../persistence/in-transit-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { nextOf } from '../rules/next-supply.ts';

/** The refusal as it is where nothing is expected; any other refusal is none of ours. */
export async function withNextSupply(tx: Tx, refusal: GranaryError): Promise<GranaryError> {
  if (!isShort(refusal)) return refusal;
  const { lines } = refusal.details;
  const expected = await readExpected(
    tx,
    lines.map((line) => line.skuId),
  );
  if (expected.length === 0) return refusal;
  const told = lines.map((line): ShortLine => {
    const nextSupply = nextOf(expected, line);
    return nextSupply === undefined ? line : { ...line, nextSupply };
  });
  const { message, hint } = refusal;
  return new GranaryError('insufficientStock', { message, hint, details: { lines: told } });
}

export function isShort(refusal: GranaryError): refusal is GranaryError<'insufficientStock'> {
  return refusal.kind === 'insufficientStock';
}

/** As a field of a summary: left out when nothing is on its way. */
export function supplyOf(expected: readonly Expected[]): { inTransit?: ExpectedSupply } {
  if (expected.length === 0) return {};
  const quantity = expected.reduce((sum, each) => sum + each.quantity, 0);
  const [first = null] = expected.flatMap(({ expectedAt }) => expectedAt ?? []).toSorted();
  return { inTransit: { quantity, nextExpectedAt: first } };
}
