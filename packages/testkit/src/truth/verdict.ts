/** What came of one truth vector, and how figures are held against what it expects. */
import { close, type Exact, exact, isNumber, shown, type WrittenNumber } from './number.ts';

export interface Difference {
  readonly at: string;
  readonly expected: string;
  readonly got: string;
}

export type Verdict =
  | { readonly id: string; readonly kind: string; readonly status: 'pass' }
  | { readonly id: string; readonly kind: string; readonly status: 'fail'; readonly differences: readonly Difference[] }
  | { readonly id: string; readonly kind: string; readonly status: 'notApplicable'; readonly reason: string };

/** Thrown by a subject that does not know what a vector asks for; the reason is shown to people. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

export const verdictOf = (id: string, kind: string, differences: readonly Difference[]): Verdict =>
  differences.length === 0 ? { id, kind, status: 'pass' } : { id, kind, status: 'fail', differences };

/** Runs the judgement of one vector; what the subject cannot be asked is not applicable, what it throws is a failure. */
export function judged(id: string, kind: string, judge: () => readonly Difference[]): Verdict {
  try {
    return verdictOf(id, kind, judge());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof NotApplicable) return { id, kind, status: 'notApplicable', reason };
    return { id, kind, status: 'fail', differences: [{ at: 'all of it', expected: 'an answer', got: reason }] };
  }
}

/** Each product rounds every outflow once to a millionth: that much it may be off, and nothing more. */
export const millionths = (count: number): Exact => ({ top: BigInt(count), bottom: 1_000_000n });

export const EXACTLY: Exact = { top: 0n, bottom: 1n };

/** One figure; a figure that was not told is a difference as well. */
export function compare(
  at: string,
  expected: WrittenNumber,
  answer: { got: Exact | undefined; tolerance: Exact },
): Difference[] {
  const { got, tolerance } = answer;
  const wanted = exact(expected);
  if (got !== undefined && close(wanted, got, tolerance)) return [];
  return [{ at, expected: shown(wanted), got: got === undefined ? 'nothing' : shown(got) }];
}

/** All figures of an object that the vector states; what is no number is not looked at here. */
export function compareFigures(
  at: string,
  expected: Readonly<Record<string, unknown>>,
  answer: { got: Readonly<Record<string, Exact | undefined>>; tolerance: Exact },
): Difference[] {
  return Object.entries(expected).flatMap(([name, value]) =>
    isNumber(value)
      ? compare(`${at} ${name}`.trim(), value, { got: answer.got[name], tolerance: answer.tolerance })
      : [],
  );
}

/** Lists of figures, such as layers: as many, and each alike. */
export function compareRows(
  at: string,
  expected: readonly (readonly WrittenNumber[])[],
  answer: { got: readonly (readonly Exact[])[]; tolerance: Exact },
): Difference[] {
  const { got, tolerance } = answer;
  const show = (rows: readonly (readonly Exact[])[]) => rows.map((row) => row.map(shown).join(' @ ')).join(', ');
  const wanted = expected.map((row) => row.map(exact));
  const same =
    wanted.length === got.length &&
    wanted.every((row, number) => row.every((cell, place) => close(cell, got[number]?.[place] ?? OUTSIDE, tolerance)));
  return same ? [] : [{ at, expected: show(wanted), got: show(got) }];
}

/** No figure of a vector is as far out as this. */
const OUTSIDE: Exact = { top: 10n ** 30n, bottom: 1n };
