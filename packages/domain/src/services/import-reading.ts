/** From the parts of a file to rows: is it the file that was announced, what does each row say, and do they fit together. */
import { createHash } from 'node:crypto';
import { type ImportError, MAX_IMPORT_ERRORS, MAX_IMPORT_ROWS } from '@granary/contracts/import';
import { MAX_DOCUMENT_LINES } from '@granary/contracts/document';
import type { ImportLineRow } from '../entities/import.ts';
import { findPart, readOverfull, readRepeats, readTornSkus, saveLines } from '../persistence/import-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { invariant, quote } from '../refusal.ts';
import { readCsv } from '../rules/csv.ts';
import { columnsOf } from '../rules/import-columns.ts';
import { brief, invalid, type LineSource, readLine } from '../rules/import-line.ts';
import { type Engine, sha256 } from './execution.ts';
import { keepErrors } from './import-errors.ts';
import { carryPlace, keptText, openedText, partPlace, sealedLine } from './import-sealing.ts';
import { CHUNK_DEADLINE_MS, type ImportCursor, type Importing } from './import-task.ts';

const BOM = '\uFEFF';
const LINES_A_STATEMENT = 1000;

async function partText({ engine, task }: Importing, partNo: number): Promise<string> {
  const part = await engine.units.read((tx) => findPart(tx, task.importId, partNo), CHUNK_DEADLINE_MS);
  invariant(part !== undefined, `part ${partNo} of import ${task.importId} is there`);
  return openedText(engine, part.csv, partPlace(task.importId, partNo));
}

/** One part at a time, so that a large file is never in memory as a whole. */
export async function verifyFile(at: Importing, from: ImportCursor): Promise<ImportCursor> {
  const hash = createHash('sha256');
  for (let part = 1; part <= at.head.partCount; part += 1) hash.update(await partText(at, part), 'utf8');
  if (hash.digest('hex') === at.head.fileHash) return { ...from, phase: 'read' };
  const message =
    'the parts that were sent are not the file whose SHA-256 was named; cancel this import and send them again';
  return await ended(at, from, [invalid(0, null, message)]);
}

/** What cannot be read on ends the check; nothing behind it would be trusted. */
async function ended(at: Importing, from: ImportCursor, errors: readonly ImportError[]): Promise<ImportCursor> {
  await keepErrors(at, { from: from.errors, errors });
  return { ...from, errors: from.errors + errors.length, phase: 'end' };
}

export async function readPart(at: Importing, from: ImportCursor): Promise<ImportCursor> {
  const isLast = from.part >= at.head.partCount;
  const part = await partText(at, from.part);
  const carried = openedText(at.engine, from.carry, carryPlace(at.task.importId));
  const text = carried + (from.part === 1 && part.startsWith(BOM) ? part.slice(1) : part);
  const { rows, consumed, problem } = readCsv(text, isLast);
  const [first, ...others] = rows;
  const header = from.header ?? first ?? null;
  const body = from.header === null ? others : rows;
  if (header === null && problem === undefined) {
    if (!isLast)
      return { ...from, part: from.part + 1, carry: keptText(at.engine, text, carryPlace(at.task.importId)) };
    return await ended(at, from, [invalid(0, null, 'the file is empty; its first row must name the columns')]);
  }
  const { columns, problems } = columnsOf(at.head.kind, header ?? [], at.head.isExport);
  if (from.header === null && problems.length > 0 && problem === undefined)
    return await ended(
      at,
      from,
      problems.map(({ column, message }) => invalid(1, column, message)),
    );
  const { importId, kind, isExport } = at.head;
  const read = linesOf(at.engine, { importId, kind, isExport, columns, sha256 }, { rows: body, from });
  await saveAll(at, read.lines);
  const done = from.done + read.total - from.lines;
  const next = {
    ...from,
    done,
    header,
    row: from.row + rows.length,
    lines: read.total,
    part: from.part + 1,
    carry: keptText(at.engine, text.slice(consumed), carryPlace(at.task.importId)),
  };
  const errors = [...read.errors, ...(problem === undefined ? [] : [invalid(next.row + 1, null, problem)])];
  const isFull = read.total > MAX_IMPORT_ROWS;
  if (isFull)
    errors.push(invalid(0, null, `the file has more than ${MAX_IMPORT_ROWS} rows; cut it into several files`));
  if (problem !== undefined || isFull) return await ended(at, next, errors);
  await keepErrors(at, { from: from.errors, errors });
  const found = from.errors + errors.length;
  return { ...next, errors: found, phase: isLast ? 'compare' : 'read' };
}

interface ReadLines {
  readonly lines: readonly ImportLineRow[];
  readonly errors: ImportError[];
  /** Rows so far that are no empty lines. */
  readonly total: number;
}

function linesOf(
  engine: Engine,
  source: LineSource,
  { rows, from }: { readonly rows: readonly (readonly string[])[]; readonly from: ImportCursor },
): ReadLines {
  const lines: ImportLineRow[] = [];
  const errors: ImportError[] = [];
  let total = from.lines;
  // The header is row 1.
  const first = from.header === null ? 2 : from.row + 1;
  for (const [index, cells] of rows.entries()) {
    if (cells.length === 0) continue;
    total += 1;
    if (total > MAX_IMPORT_ROWS) break;
    const read = readLine(source, cells, first + index);
    if (read.line === undefined) {
      errors.push(...read.errors);
      continue;
    }
    const kept = sealedLine(engine, source.kind, read.line);
    if ('data' in kept) lines.push(kept);
    else errors.push(kept);
  }
  return { lines, errors, total };
}

async function saveAll({ engine, call }: Importing, lines: readonly ImportLineRow[]): Promise<void> {
  for (let at = 0; at < lines.length; at += LINES_A_STATEMENT)
    await engine.units.write(call, (tx) => saveLines(tx, lines.slice(at, at + LINES_A_STATEMENT)));
}

/** What only the rows together show. */
export async function compareRows(at: Importing, from: ImportCursor): Promise<ImportCursor> {
  const errors = await at.engine.units.read((tx) => misfits(tx, at), CHUNK_DEADLINE_MS);
  await keepErrors(at, { from: from.errors, errors });
  const found = from.errors + errors.length;
  // Enough is wrong to be mended first.
  return { ...from, errors: found, phase: found >= MAX_IMPORT_ERRORS ? 'end' : 'rehearse' };
}

async function misfits(tx: Tx, { task, head }: Importing): Promise<readonly ImportError[]> {
  const { importId } = task;
  const limit = MAX_IMPORT_ERRORS;
  const twice = (await readRepeats(tx, importId, limit)).map(({ rowNo, first }) =>
    invalid(rowNo, null, `says again what row ${first} says`),
  );
  if (head.kind !== 'opening' && head.kind !== 'receipts') return twice;
  const torn = head.kind !== 'opening' ? [] : await readTornSkus(tx, importId, limit);
  const tornErrors = torn.map(({ rowNo, skuId }) =>
    invalid(rowNo, 'skuId', brief(`all rows of SKU ${quote(skuId)} must have the same asOf, operator and reason`)),
  );
  const overfull = await readOverfull(tx, importId, { most: MAX_DOCUMENT_LINES, limit });
  const one = head.kind === 'opening' ? 'a SKU' : 'a document';
  const fullErrors = overfull.map(({ rowNo, rows }) =>
    invalid(rowNo, null, `begins ${one} of ${rows} rows, and it may have ${MAX_DOCUMENT_LINES}`),
  );
  return [...twice, ...tornErrors, ...fullErrors];
}
