/** `npm run -s imports`: a large file is imported while the processes that import it are killed; nothing may be lost or come twice. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entities } from '@granary/platform/schema';
import { openDatabase } from '@granary/platform/database';
import { type CommandContext, defineCommand, PlainError } from '../command.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import {
  type Attempt,
  type DataSource,
  figureOf,
  peakMiBOf,
  type Said,
  startImporter,
  unitsIn,
  writeFile,
} from '../imports/crash.ts';
import { grouped } from '../table.ts';
import { verifyIn } from '../imports/verify-in.ts';

const options = {
  rows: {
    type: 'integer',
    placeholder: 'N',
    default: 100_000,
    min: 1000,
    max: 100_000,
    description: 'Rows of the file; 100000 when left out',
  },
  kills: {
    type: 'integer',
    placeholder: 'N',
    default: 2,
    min: 0,
    max: 20,
    description: 'How many importing processes are killed on the way; 2 when left out',
  },
} as const;

/** What a process of Node takes with nothing to do, its bounded heap and some pages of rows, however many the file has. */
const MOST_MIB = 200;
const LOOK_MS = 20;

export const command = defineCommand({
  name: 'imports',
  summary: 'Imports a large file while the processes that import it are killed, and counts what came of it',
  options,
  async run(context) {
    const database = await openOwnDatabase('imports');
    const folder = await mkdtemp(join(tmpdir(), 'granary-imports-'));
    const dataSource = await openDatabase({ url: database.databaseUrl, poolSize: 4, entities });
    try {
      const path = join(folder, 'opening.csv');
      await writeFile(path, context.values.rows);
      const attempt: Attempt = { kind: 'opening', path, databaseUrl: database.databaseUrl };
      return await proved(context, { attempt, dataSource, config: database.config() });
    } finally {
      await dataSource.destroy();
      await database.drop();
      await rm(folder, { recursive: true });
    }
  },
});

interface Stage {
  readonly attempt: Attempt;
  readonly dataSource: DataSource;
  readonly config: Parameters<typeof verifyIn>[1];
}

async function proved(context: CommandContext<typeof options>, { attempt, dataSource, config }: Stage) {
  const { rows, kills } = context.values;
  const startedAt = performance.now();
  const { said, killed, peakMiB } = await importedInPieces(context, { attempt, dataSource });
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const again = await startImporter(attempt).ended;
  const counts = await countsIn(dataSource);
  const violations = await verifyIn(dataSource, config);
  const expected = { units: unitsIn(rows), batches: rows, documentLines: rows, left: 0 };
  const isExact = (Object.keys(expected) as (keyof typeof expected)[]).every((name) => counts[name] === expected[name]);
  const isSame = again?.applied === rows && again.state === 'done';
  const ok =
    said.ok &&
    said.applied === rows &&
    isExact &&
    isSame &&
    killed === kills &&
    violations === 0 &&
    peakMiB <= MOST_MIB;
  const { ok: _ok, ...told } = said;
  const figures = {
    ...told,
    command: 'imports',
    killed,
    peakMiB,
    seconds,
    rowsPerSecond: Math.round(rows / seconds),
    counts,
    expected,
    violations,
  };
  const summary = [
    `${grouped(rows)} rows in ${seconds} s with ${killed} processes killed; ${peakMiB} MiB at most (allowed ${MOST_MIB}).`,
    `${grouped(counts.batches)} batches of ${grouped(counts.units)} units by ${grouped(counts.documents)} documents; expected ${grouped(expected.batches)} of ${grouped(expected.units)}; ${violations} violations.`,
  ].join('\n');
  return { ok, figures, summary };
}

/** By one process after the other, each but the last one killed when it has come as far as it may. */
async function importedInPieces(
  { values, progress, signal }: CommandContext<typeof options>,
  { attempt, dataSource }: Pick<Stage, 'attempt' | 'dataSource'>,
) {
  const { rows, kills } = values;
  const bar = progress('importing', rows);
  let said: Said | undefined;
  let killed = 0;
  let peakMiB = 0;
  while (said === undefined) {
    signal.throwIfAborted();
    const importer = startImporter(attempt);
    const goal = killed < kills ? ((killed + 1) * rows) / (kills + 1) : Infinity;
    let isOver = false;
    const ended = importer.ended.finally(() => (isOver = true));
    while (!isOver) {
      const applied = await figureOf(dataSource, 'SELECT COUNT(*) FROM stock_batch');
      peakMiB = Math.max(peakMiB, await peakMiBOf(importer.child.pid));
      bar.at(applied, `${killed} killed`);
      if (applied >= goal && importer.child.kill('SIGKILL')) {
        killed += 1;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    said = await ended;
    if (said === undefined && importer.child.signalCode !== 'SIGKILL')
      throw new PlainError('The import ended without a word.');
  }
  bar.end();
  return { said, killed, peakMiB: Math.max(peakMiB, said.peakRssMiB) };
}

async function countsIn(dataSource: DataSource) {
  return {
    units: await figureOf(dataSource, 'SELECT SUM(on_hand) FROM stock_level'),
    batches: await figureOf(dataSource, 'SELECT COUNT(*) FROM stock_batch'),
    documents: await figureOf(dataSource, 'SELECT COUNT(*) FROM stock_document'),
    documentLines: await figureOf(dataSource, 'SELECT COUNT(*) FROM stock_document_line'),
    /** Rows and parts of a file that was applied. */
    left: await figureOf(
      dataSource,
      'SELECT (SELECT COUNT(*) FROM stock_import_row) + (SELECT COUNT(*) FROM stock_import_part)',
    ),
  };
}
