/** What is on its way of what is short: each short line of a refusal is told when more should come. */
import type { ShortLine } from '@granary/contracts/error';
import { GranaryError } from '@granary/contracts/error';
import type { ExpectedSupply } from '@granary/contracts/stock';
import { type Expected, readExpected } from '../persistence/in-transit-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { UnitOfWork } from '../persistence/unit-of-work.ts';
import { nextOf } from '../rules/next-supply.ts';

export type { Expected };

/** What is on its way of all that some refusals are short of; nothing where it cannot be learnt. */
export async function expectedFor(
  { units }: { readonly units: UnitOfWork },
  refusals: readonly GranaryError<'insufficientStock'>[],
): Promise<readonly Expected[]> {
  return await units.read((tx) => readExpected(tx, shortSkus(refusals))).catch(() => []);
}

/** The refusal as it is where nothing is expected; any other refusal is none of ours. */
export async function withNextSupply(tx: Tx, refusal: GranaryError): Promise<GranaryError> {
  return isShort(refusal) ? withSupplies(refusal, await readExpected(tx, shortSkus([refusal]))) : refusal;
}

function shortSkus(refusals: readonly GranaryError<'insufficientStock'>[]): readonly string[] {
  return [...new Set(refusals.flatMap(({ details }) => details.lines.map((line) => line.skuId)))];
}

export function withSupplies(
  refusal: GranaryError<'insufficientStock'>,
  expected: readonly Expected[],
): GranaryError<'insufficientStock'> {
  const { lines } = refusal.details;
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
