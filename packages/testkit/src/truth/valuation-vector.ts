/** Truth about costing: what happened to one item, and what each event cost (valuation.json, valuation_random.json). */
import type { Exact, WrittenNumber } from './number.ts';
import {
  compare,
  compareFigures,
  compareRows,
  type Difference,
  EXACTLY,
  judged,
  millionths,
  type Verdict,
} from './verdict.ts';

export interface ValuationEvent {
  readonly seq: number;
  readonly type: string;
  readonly qty?: WrittenNumber;
  readonly unitCost?: WrittenNumber;
  readonly totalCost?: WrittenNumber;
  readonly amount?: WrittenNumber;
  readonly date?: string;
  readonly expiry?: string;
  readonly lot?: string;
  readonly ref?: number;
  readonly of?: string;
  readonly basis?: string;
  readonly matchUnitCost?: WrittenNumber;
}

export interface ValuationVector {
  readonly id: string;
  readonly method: string;
  readonly policy?: Readonly<Record<string, WrittenNumber>>;
  readonly events: readonly ValuationEvent[];
  readonly expected: Readonly<Record<string, unknown>> & {
    readonly perEvent?: readonly (Readonly<Record<string, unknown>> & { readonly seq: number })[];
    readonly layers?: readonly (readonly WrittenNumber[])[];
    readonly cogs?: Readonly<Record<string, WrittenNumber>>;
  };
}

type Figures = Readonly<Record<string, Exact | undefined>>;
type Rows = readonly (readonly [Exact, Exact])[];

export interface EventOutcome {
  readonly seq: number;
  /** Named as the vectors name it, such as `insufficient_stock`. */
  readonly error?: string | undefined;
  readonly figures: Figures;
  readonly consumed: Rows;
}

export interface ValuationOutcome {
  readonly figures: Figures;
  readonly layers: Rows;
  /** None where a method costs a period as a whole. */
  readonly perEvent: readonly EventOutcome[];
}

export type Valuer = (vector: ValuationVector) => ValuationOutcome;

const OUTFLOWS = ['out', 'return_out', 'adjust', 'landed_cost', 'return_in'];
const EXACT_METHODS = ['FIFO', 'LIFO'];

export function judgeValuation(vector: ValuationVector, valuer: Valuer): Verdict {
  return judged(vector.id, `valuation ${vector.method}`, () => differences(vector, valuer(vector)));
}

function differences(vector: ValuationVector, outcome: ValuationOutcome): Difference[] {
  const { expected, events, method } = vector;
  const { perEvent = [], layers, cogs = {}, ...figures } = expected;
  const outflows = events.filter(({ type }) => OUTFLOWS.includes(type)).length;
  // Vectors without per-event figures of other kinds are the random ones, which demand exactness where nothing is averaged.
  const random = expected.cogs !== undefined && EXACT_METHODS.includes(method);
  const tolerance = random ? EXACTLY : millionths(1 + outflows);
  const at = new Map(outcome.perEvent.map((each) => [each.seq, each]));
  return [
    ...perEvent.flatMap((each) => eventDifferences(each, at.get(each.seq), tolerance)),
    ...Object.entries(cogs).flatMap(([seq, value]) =>
      compare(`event ${seq} cogs`, value, { got: at.get(Number(seq))?.figures['cogs'], tolerance }),
    ),
    ...compareFigures('', figures, { got: outcome.figures, tolerance }),
    ...(layers === undefined ? [] : compareRows('layers', layers, { got: outcome.layers, tolerance })),
  ];
}

function eventDifferences(
  { seq, type: _type, error, consumed, ...figures }: Readonly<Record<string, unknown>>,
  got: EventOutcome | undefined,
  tolerance: Exact,
): Difference[] {
  const at = `event ${String(seq)}`;
  if (got === undefined) return [{ at, expected: 'an outcome', got: 'nothing' }];
  const refused =
    got.error === error ? [] : [{ at: `${at} error`, expected: String(error ?? 'none'), got: got.error ?? 'none' }];
  const lines = Array.isArray(consumed)
    ? compareRows(`${at} consumed`, consumed, { got: got.consumed, tolerance })
    : [];
  return [...refused, ...compareFigures(at, figures, { got: got.figures, tolerance }), ...lines];
}
