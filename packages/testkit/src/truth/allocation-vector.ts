/** Truth about sharing costs out: splits, service departments and activities (cost_allocation.json). */
import type { Exact, WrittenNumber } from './number.ts';
import { compareFigures, compareRows, EXACTLY, judged, millionths, type Verdict } from './verdict.ts';
import { exact } from './number.ts';

export interface SplitVector {
  readonly id: string;
  readonly basis: string;
  readonly total: WrittenNumber;
  readonly weights: readonly WrittenNumber[];
  readonly decimals: number;
  readonly residual: string;
  readonly expected: { readonly parts: readonly WrittenNumber[] };
}

export interface DepartmentVector {
  readonly id: string;
  readonly method: string;
  readonly order?: readonly string[];
  readonly costs: Readonly<Record<string, WrittenNumber>>;
  readonly use: Readonly<Record<string, Readonly<Record<string, WrittenNumber>>>>;
  readonly expected: Readonly<Record<string, WrittenNumber>>;
  readonly tolerance?: WrittenNumber;
}

export interface ActivityVector {
  readonly id: string;
  readonly pools: Readonly<Record<string, { readonly cost: WrittenNumber; readonly driverQty: WrittenNumber }>>;
  readonly use?: Readonly<Record<string, Readonly<Record<string, WrittenNumber>>>>;
  readonly expected: {
    readonly rates?: Readonly<Record<string, WrittenNumber>>;
    readonly assigned?: Readonly<Record<string, WrittenNumber>>;
    readonly assignedTotal?: WrittenNumber;
  };
}

type Figures = Readonly<Record<string, Exact>>;

export interface Allocator {
  split(vector: SplitVector): readonly Exact[];
  departments(vector: DepartmentVector): Figures;
  activity(vector: ActivityVector): { readonly rates: Figures; readonly assigned: Figures; readonly total: Exact };
}

export function judgeSplit(vector: SplitVector, { split }: Allocator): Verdict {
  const one = (numbers: readonly WrittenNumber[]) => numbers.map((number) => [number]);
  return judged(vector.id, `split by ${vector.basis}`, () =>
    compareRows('parts', one(vector.expected.parts), {
      got: split(vector).map((part) => [part]),
      tolerance: EXACTLY,
    }),
  );
}

export function judgeDepartments(vector: DepartmentVector, { departments }: Allocator): Verdict {
  return judged(vector.id, `departments ${vector.method}`, () =>
    compareFigures('', vector.expected, { got: departments(vector), tolerance: exact(vector.tolerance ?? '0.01') }),
  );
}

export function judgeActivity(vector: ActivityVector, { activity }: Allocator): Verdict {
  return judged(vector.id, 'activity', () => {
    const { rates = {}, assigned = {}, ...total } = vector.expected;
    const got = activity(vector);
    const tolerance = millionths(1);
    return [
      ...compareFigures('rate', rates, { got: got.rates, tolerance }),
      ...compareFigures('assigned', assigned, { got: got.assigned, tolerance }),
      ...compareFigures('', total, { got: { assignedTotal: got.total }, tolerance }),
    ];
  });
}
