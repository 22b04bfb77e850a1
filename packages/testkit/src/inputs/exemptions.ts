/** Pairs of procedure and class that cannot be tried, by name and with the reason. Everything else must run. */

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_each, index) => from + index);

/** The classes of reliability.md 7.1 and 7.2. */
export const ALL_CLASSES: readonly number[] = range(1, 68);

interface Exemption {
  readonly classes: readonly number[];
  /** Left out, no procedure takes it. */
  readonly procedures?: readonly string[];
  /** Every procedure but these. */
  readonly except?: readonly string[];
  readonly reason: string;
}

const exemptions: readonly Exemption[] = [];

export function exemptionFor(procedure: string, number: number): Exemption | undefined {
  return exemptions.find(
    (each) =>
      each.classes.includes(number) &&
      (each.procedures === undefined || each.procedures.includes(procedure)) &&
      each.except?.includes(procedure) !== true,
  );
}

export function staleExemptions(procedure: string, wasTried: (number: number) => boolean): number[] {
  return ALL_CLASSES.filter((number) => wasTried(number) && exemptionFor(procedure, number) !== undefined);
}
