/** Counts how a crowd of calls ended: accepted, refused by code, or something that must not happen. */
import { isGranaryError } from '@granary/client';

export interface Tally {
  readonly accepted: number;
  /** Refusals by code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Everything that is no decision: 5xx, lost connections, bugs. */
  readonly failures: readonly string[];
}

/** The codes with which a crowd may be turned away; anything else is a failure. */
export function tally(results: readonly PromiseSettledResult<unknown>[], allowed: readonly string[]): Tally {
  const refused: Record<string, number> = {};
  const failures: string[] = [];
  let accepted = 0;
  for (const result of results) {
    if (result.status === 'fulfilled') accepted += 1;
    else {
      const code = codeOf(result.reason);
      if (allowed.includes(code)) refused[code] = (refused[code] ?? 0) + 1;
      else failures.push(`${code} ${String(result.reason)}`.slice(0, 300));
    }
  }
  return { accepted, refused, failures };
}

export const codeOf = (error: unknown): string => (isGranaryError(error) ? error.code : 'no answer');
