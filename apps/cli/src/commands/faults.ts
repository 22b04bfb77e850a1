/** `npm run -s faults`: every fault of the catalogue, each made to happen, and after each everything held against the database. */
import { defineCommand, UsageError } from '../command.ts';
import { catalogue, voided } from '../faults/catalogue.ts';
import type { Fault } from '../faults/fault.ts';
import { type FaultsResult, type Ran, runFaults } from '../faults/run-faults.ts';
import { table } from '../table.ts';

/** A full run that could make fewer than these proves too little. */
const LEAST_RUN = 50;

const options = {
  only: { type: 'string', placeholder: 'F7,F8', description: 'Only these; all of them when left out' },
  fast: { type: 'boolean', description: 'Only the few that every test run makes' },
  list: { type: 'boolean', description: 'Tells what there is, what is done and what must hold, and runs nothing' },
} as const;

export const command = defineCommand({
  name: 'faults',
  summary:
    'Kills, cuts, pauses, fills, spoils and confuses all that Granary stands on, and proves after each fault that everything holds',
  options,
  async run({ values, say, progress, signal }) {
    const faults = chosen(values.only, values.fast);
    if (values.list) return { ok: true, figures: { faults: faults.map(described) }, summary: listText(faults) };
    const bar = progress('faults', faults.length);
    const tell = ({ id, ok, title, happened, ms, problems }: Ran) =>
      say(
        `${ok ? 'held' : 'BROKE'}  ${id.padEnd(4)} ${title} (${happened} times, ${ms} ms) ${problems.join('; ')}`.trimEnd(),
      );
    const result = await runFaults({
      ...{ faults, signal, onRan: tell },
      onStart: ({ id, title }, done) => bar.at(done, `${id} ${title}`),
    });
    bar.end();
    const green = result.ran.filter(({ ok }) => ok).length;
    const isFull = values.only === undefined && !values.fast;
    const ok = green === result.ran.length && result.ran.length >= (isFull ? LEAST_RUN : 1);
    const figures = {
      ran: result.ran.length,
      green,
      notRun: [...result.notRun, ...(isFull ? voided : [])],
      faults: result.ran,
    };
    return { ok, figures, summary: summaryOf(result, isFull) };
  },
});

function chosen(only: string | undefined, isFast: boolean): readonly Fault[] {
  const wanted = only?.split(',').map((id) => id.trim().toUpperCase());
  const unknown = wanted?.find((id) => !catalogue.some((fault) => fault.id === id));
  if (unknown !== undefined) throw new UsageError(`There is no fault '${unknown}'; --list tells which there are`);
  return catalogue.filter((fault) => (wanted?.includes(fault.id) ?? true) && (!isFast || fault.isFast === true));
}

const described = ({ id, title, inject, expect, isFast = false }: Fault) => ({ id, title, inject, expect, isFast });

function listText(faults: readonly Fault[]): string {
  return table([
    ['fault', 'what goes wrong', 'how it is made', 'what must hold'],
    ...faults.map(({ id, title, inject, expect }) => [id, title, inject, expect]),
  ]);
}

function summaryOf({ ran, notRun }: FaultsResult, isFull: boolean): string {
  const pairs = (record: Readonly<Record<string, number | string>>) =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  const rows = ran.map(({ id, title, happened, ok, ms, figures }) => [
    ...[id, title, happened, ok ? 'held' : 'broke', `${(ms / 1000).toFixed(1)} s`, pairs(figures)],
  ]);
  const missing = [...notRun, ...(isFull ? voided : [])];
  return [
    table([['fault', 'what went wrong', 'times', 'all', 'took', 'figures'], ...rows]),
    ...missing.map(({ id, title, lacks }) => `not run: ${id} ${title}: ${lacks}`),
    ...ran.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`)),
    `${ran.filter(({ ok }) => ok).length} of ${ran.length} held, ${missing.length} not run`,
  ].join('\n');
}
