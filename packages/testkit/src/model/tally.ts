/** How often each command succeeded and each code was told: a model that never meets a refusal proves nothing about it. */
import { SOMETIMES, SOMETIMES_SHORT } from '../oracle/sometimes.ts';

export interface Tally {
  /** Per command: `ok` and every code, with how often. */
  readonly commands: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly codes: Readonly<Record<string, number>>;
  /** Rare situations that the rules treat differently. */
  readonly situations: Readonly<Record<string, number>>;
  /** Adds what one run met. */
  meet(met: ReadonlyMap<string, number>): void;
  count(command: string, result: string): void;
  /** Commands that never succeeded, predictable codes that never occurred, situations that never arose. */
  missing(): string[];
}

/** The codes that the oracle can predict without faults being injected. */
export const PREDICTABLE_CODES = [
  ...['INV_001', 'INV_002', 'INV_003', 'INV_005', 'INV_007', 'INV_008', 'INV_009', 'INV_010', 'INV_011', 'INV_015'],
  'INV_016',
] as const;

export function createTally(names: readonly string[], allowNegative: boolean): Tally {
  const sometimes: readonly string[] = allowNegative ? [...SOMETIMES, ...SOMETIMES_SHORT] : SOMETIMES;
  const commands: Record<string, Record<string, number>> = Object.fromEntries(names.map((name) => [name, { ok: 0 }]));
  const codes: Record<string, number> = Object.fromEntries(PREDICTABLE_CODES.map((code) => [code, 0]));
  const situations: Record<string, number> = Object.fromEntries(sometimes.map((situation) => [situation, 0]));
  return {
    commands,
    codes,
    situations,
    meet(met) {
      for (const [situation, times] of met) situations[situation] = (situations[situation] ?? 0) + times;
    },
    count(command, result) {
      const row = (commands[command] ??= { ok: 0 });
      row[result] = (row[result] ?? 0) + 1;
      if (result !== 'ok') codes[result] = (codes[result] ?? 0) + 1;
    },
    missing() {
      const never = names.filter((name) => commands[name]?.['ok'] === 0).map((name) => `${name} never succeeded`);
      const untold = PREDICTABLE_CODES.filter((code) => codes[code] === 0).map((code) => `${code} never occurred`);
      const unmet = sometimes.filter((situation) => situations[situation] === 0).map((each) => `never met ${each}`);
      return [...never, ...untold, ...unmet];
    },
  };
}
