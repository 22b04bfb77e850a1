/** Truth about periods: opening + inbound + allocated - outbound = closing, month after month (period_rollforward.json). */
import type { Exact, WrittenNumber } from './number.ts';
import { compareFigures, type Difference, judged, millionths, type Verdict } from './verdict.ts';

export interface RollForwardPeriod {
  readonly inbound: readonly { readonly qty: WrittenNumber; readonly unitCost: WrittenNumber }[];
  readonly allocated: readonly WrittenNumber[];
  readonly outboundQty: WrittenNumber;
  readonly adjustmentQty?: WrittenNumber;
}

export interface RollForwardVector {
  readonly id: string;
  readonly method: string;
  readonly opening: { readonly qty: WrittenNumber; readonly value: WrittenNumber };
  readonly unitCostDecimals?: number;
  readonly valueDecimals?: number;
  readonly periods: readonly RollForwardPeriod[];
  readonly expected: readonly Readonly<Record<string, WrittenNumber>>[];
}

/** The figures of each period, named as the vectors name them. */
export type RollForward = (vector: RollForwardVector) => readonly Readonly<Record<string, Exact | undefined>>[];

export function judgeRollForward(vector: RollForwardVector, rollForward: RollForward): Verdict {
  return judged(vector.id, 'roll-forward', () => {
    const got = rollForward(vector);
    const count: Difference[] =
      got.length === vector.expected.length
        ? []
        : [{ at: 'periods', expected: String(vector.expected.length), got: String(got.length) }];
    const figures = vector.expected.flatMap((period, at) =>
      // Two outflows a period, each rounded once.
      compareFigures(`period ${at + 1}`, period, { got: got[at] ?? {}, tolerance: millionths(1 + 2 * (at + 1)) }),
    );
    return [...count, ...figures];
  });
}
