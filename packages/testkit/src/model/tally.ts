/** How often each command succeeded and each code was told: a model that never meets a refusal proves nothing about it. */
export interface Tally {
  /** Per command: `ok` and every code, with how often. */
  readonly commands: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly codes: Readonly<Record<string, number>>;
  count(command: string, result: string): void;
  /** Commands that never succeeded and predictable codes that never occurred. */
  missing(): string[];
}

/** The codes that the oracle can predict without faults being injected. */
export const PREDICTABLE_CODES = [
  ...['INV_001', 'INV_002', 'INV_003', 'INV_005', 'INV_007', 'INV_008', 'INV_009', 'INV_010', 'INV_011'],
] as const;

export function createTally(names: readonly string[]): Tally {
  const commands: Record<string, Record<string, number>> = Object.fromEntries(names.map((name) => [name, { ok: 0 }]));
  const codes: Record<string, number> = Object.fromEntries(PREDICTABLE_CODES.map((code) => [code, 0]));
  return {
    commands,
    codes,
    count(command, result) {
      const row = (commands[command] ??= { ok: 0 });
      row[result] = (row[result] ?? 0) + 1;
      if (result !== 'ok') codes[result] = (codes[result] ?? 0) + 1;
    },
    missing() {
      const never = names.filter((name) => commands[name]?.['ok'] === 0).map((name) => `${name} never succeeded`);
      return [
        ...never,
        ...PREDICTABLE_CODES.filter((code) => codes[code] === 0).map((code) => `${code} never occurred`),
      ];
    },
  };
}
