/** `npm run -s import -- KIND FILE`: checks a CSV file and applies it, row by row, each row once however often it is run. */
import { basename } from 'node:path';
import { importKind } from '@granary/contracts/import';
import { defineCommand, UsageError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { type ImportEnd, runImport } from '../import/run-import.ts';
import { grouped, table } from '../table.ts';

const SHOWN = 50;

export const command = defineCommand({
  name: 'import',
  summary: 'Imports a CSV file into the database in use: checked as a whole, then applied row by row, each row once',
  usage: `${importKind.options.join('|')} FILE.csv`,
  arguments: { min: 2, max: 2 },
  options: {
    'dry-run': { type: 'boolean', description: 'Only check, and change nothing' },
    'from-export': {
      type: 'boolean',
      description: 'The file was written by `export`: pass over columns of answers, take apostrophes off formulas',
    },
  },
  async run({ positionals: [kindName = '', fileName = ''], values, file, progress, signal }) {
    const kind = importKind.safeParse(kindName);
    if (!kind.success)
      throw new UsageError(`the kind must be one of ${importKind.options.join(', ')}, not '${kindName}'`);
    const isDry = values['dry-run'];
    const bar = progress(isDry ? 'checking' : 'importing');
    const end = await withEngineInUse('import', ({ domain }) =>
      runImport({
        ...{ domain, kind: kind.data, path: file(fileName), fileName: basename(fileName), isDry, signal },
        call: { caller: { actor: 'local', address: null, agent: 'granary-cli', requestId: 'import' } },
        fromExport: values['from-export'],
        holder: `cli-${process.pid}`,
        onProgress: (done, note) => bar.at(done, note),
      }),
    );
    bar.end();
    const { id: importId, state, rows, applied, unchanged, errorCount } = end.answer;
    const peakRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
    const ok = state === 'done' || (isDry && state === 'checked');
    return {
      ok,
      figures: { importId, state, rows, applied, unchanged, errorCount, errors: end.errors, peakRssMiB },
      summary: summaryOf(end),
    };
  },
});

function summaryOf({ answer, errors, wasDone }: ImportEnd): string {
  const { state, applied, unchanged, errorCount } = answer;
  const rows = grouped(answer.rows ?? 0);
  if (wasDone) return `This file was imported before: ${rows} rows, ${grouped(applied)} applied. Nothing was done now.`;
  if (state === 'checked') return `${rows} rows, and nothing is wrong with them. Nothing was changed.`;
  if (errorCount === 0) return `${rows} rows: ${grouped(applied)} applied, ${grouped(unchanged)} were so already.`;
  const named = errors
    .slice(0, SHOWN)
    .map(({ row, column, code, message }) => [`row ${row}`, column ?? '', code, message]);
  const more = errorCount > SHOWN ? [`… and ${grouped(errorCount - Math.min(SHOWN, errors.length))} more`] : [];
  const told =
    state === 'incomplete'
      ? `${grouped(applied)} of ${rows} rows applied; run it again for the others once what is named here is mended.`
      : `${rows} rows, ${grouped(errorCount)} errors. Nothing was changed.`;
  return [told, table(named), ...more].join('\n');
}
