/** Several lines of one call that fail, as one refusal: the first decides its kind, and every one is named. */
import { type ErrorDetails, GranaryError } from '@granary/contracts/error';

export interface FailedLine {
  /** From 1. */
  readonly line: number;
  readonly refusal: GranaryError;
}

/** Of one failure, that itself: a call with one line is refused as if lines were not known. */
export function gathered(failed: readonly FailedLine[]): GranaryError | undefined {
  const [first] = failed.toSorted((a, b) => a.line - b.line);
  if (first === undefined || failed.length === 1) return first?.refusal;
  const { kind, message, hint } = first.refusal;
  const failures = failed.map(({ line, refusal }) => ({ line, code: refusal.code, message: refusal.message }));
  const alike = failed.map(({ refusal }) => refusal).filter((refusal) => refusal.kind === kind);
  return new GranaryError(kind, {
    message: `${failed.length} lines cannot be done. Line ${first.line}: ${message}`,
    hint: `${hint} details.failures names every line.`,
    details: { ...first.refusal.details, ...together(alike), failures } as ErrorDetails[typeof kind],
  });
}

/** Lists that several refusals of one kind carry become one list. */
function together(refusals: readonly GranaryError[]): object {
  const listed = (name: string) =>
    refusals.flatMap(({ details }) => {
      const value: unknown = Reflect.get(details, name);
      return Array.isArray(value) ? (value as readonly unknown[]) : [];
    });
  const lists = (['lines', 'issues', 'current'] as const).map((name) => [name, listed(name)] as const);
  return Object.fromEntries(lists.filter(([, list]) => list.length > 0));
}
