/** `verify`: checks every invariant of the ledger, row by row, and names each row that breaks one. */
import type { VerifyReport } from '@granary/contracts/system';
import { defineCommand } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { grouped, table } from '../table.ts';

/** SPEC section 2, as far as it is built. */
const INVARIANTS: Readonly<Record<string, string>> = {
  I1: 'nothing negative; reserved + locked within on hand',
  I2: 'a level is the sum of its batches',
  I3: 'the ledger adds up to the level',
  I4: 'a version for every movement, without gaps',
  I5: 'reserved is what reservations hold',
  I6: 'locked is what business locks hold',
  I7: 'one key, one effect',
  I8: 'costs add up: layers, records, what is there',
  I9: 'closed periods stand as they were closed',
  I10: 'the hash chain is whole',
  I11: 'stock leaves only with a document or reservation',
  I12: 'serial numbers in stock are what is on hand',
};
const SHOWN = 50;

export const command = defineCommand({
  name: 'verify',
  summary: 'Checks every invariant of the ledger in the database in use and names each row that breaks one',
  options: {},
  run: ({ progress, signal }) =>
    withEngineInUse('verify', async ({ domain }) => {
      const bar = progress('verifying');
      const report = await domain.verify({ signal, onProgress: ({ movements }) => bar.at(movements, 'movements') });
      bar.end();
      const { ok, levels, movements, reservations, violations } = report;
      return { ok, figures: { levels, movements, reservations, violations }, summary: summaryOf(report) };
    }),
});

export function summaryOf({ levels, movements, reservations, violations }: VerifyReport): string {
  const count = (invariant: string) => violations.filter((violation) => violation.invariant === invariant).length;
  const names = [...new Set([...Object.keys(INVARIANTS), ...violations.map(({ invariant }) => invariant)])];
  const rows = names.map((name) => [
    name,
    INVARIANTS[name] ?? '',
    count(name) === 0 ? 'holds' : `${grouped(count(name))} violations`,
  ]);
  const named = violations.slice(0, SHOWN).map(({ invariant, row, detail }) => `${invariant}  ${row}: ${detail}`);
  const more =
    violations.length > SHOWN ? [`… and ${grouped(violations.length - SHOWN)} more (all of them with --json)`] : [];
  const looked = `Looked at ${grouped(levels)} levels, ${grouped(movements)} movements, ${grouped(reservations)} reservations.`;
  return [table(rows), '', looked, ...named, ...more].join('\n');
}
