/** The lines of a shortage: each with what was asked for, what there is, and what should come next. */
import type { ErrorDetails, ShortLine } from '@granary/contracts/error';
import { nextSupplyOf, openLines } from './on-its-way.ts';
import { met } from './sometimes.ts';
import { canonical, expectEqual, type Outcome } from './verdict.ts';
import type { World } from './world.ts';

/** Whatever their order; where the figures are not predicted, what comes next is looked at alone. */
export function expectShortLines(world: World, outcome: Outcome<unknown>, expected: readonly ShortLine[]): void {
  if (outcome.ok || outcome.failure.code !== 'INV_002') return;
  const { lines } = outcome.failure.details as ErrorDetails['insufficientStock'];
  for (const line of lines) {
    const next = nextSupplyOf(openLines(world, line));
    expectEqual(`what comes next of ${line.skuId}`, line.nextSupply, next);
    if (next !== undefined) met(world, 'what is short is told of what comes next');
  }
  if (expected.length > 0) expectFigures(outcome, expected);
}

/** A plan is no refusal of goods: it may leave out what comes next. */
export function expectFigures(outcome: Outcome<unknown>, expected: readonly ShortLine[]): void {
  if (outcome.ok || outcome.failure.code !== 'INV_002' || expected.length === 0) return;
  const { lines } = outcome.failure.details as ErrorDetails['insufficientStock'];
  const sorted = (list: readonly ShortLine[]) =>
    list.map(({ nextSupply: _nextSupply, ...line }) => canonical(line)).toSorted();
  expectEqual('the list of short lines', sorted(lines), sorted(expected));
}
