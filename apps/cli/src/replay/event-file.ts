/**
 * Reads an order stream: a CSV (plain or gzip) with the columns seq, ts, sku, type, qty, unit_cost, ref. The whole file is
 * read and checked before anything is sent, so a malformed row is named by its line and costs nothing.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { businessId, skuId } from '@granary/contracts/identifier';
import { instant } from '@granary/contracts/instant';
import { unitCost } from '@granary/contracts/money';
import { quantity } from '@granary/contracts/quantity';
import { PlainError } from '../command.ts';

export interface EventRow {
  readonly line: number;
  readonly seq: string;
  readonly ts: string;
  readonly sku: string;
  readonly type: 'receipt' | 'sale' | 'return';
  readonly qty: number;
  /** Present on receipts and returns. */
  readonly unitCost: string;
  readonly ref: string;
}

const COLUMNS = ['seq', 'ts', 'sku', 'type', 'qty', 'unit_cost', 'ref'] as const;
type Column = (typeof COLUMNS)[number];

/** Document numbers are made of the ref and a suffix, so the ref must leave room for it. */
const MAX_REF = 80;

export interface EventFileOptions {
  /** Rows to read at most; what comes after them is not looked at. */
  readonly limit?: number | undefined;
}

export async function readEventFile(path: string, { limit = Infinity }: EventFileOptions = {}): Promise<EventRow[]> {
  if (!existsSync(path)) throw new PlainError(`There is no file ${path}`);
  const parser = createRowParser();
  const rows: EventRow[] = [];
  let line = 0;
  try {
    for await (const text of linesOf(path)) {
      line += 1;
      if (rows.length >= limit) break;
      const row = parser(text, line);
      if (row !== undefined) rows.push(row);
    }
  } catch (error) {
    if (error instanceof MalformedRow)
      throw new PlainError(`Line ${line} of ${path}: ${error.message}. Nothing was sent.`, { cause: error });
    throw new PlainError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  if (line === 0) throw new PlainError(`${path} is empty: the first line must name the columns ${COLUMNS.join(',')}`);
  return rows;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const text = new PassThrough();
  // readline does not pass on a failing stream (a cut gzip would end quietly), so the pipeline's outcome is asked at the end.
  const copied = path.endsWith('.gz')
    ? pipeline(createReadStream(path), createGunzip(), text)
    : pipeline(createReadStream(path), text);
  let failure: unknown;
  copied.catch((error: unknown) => {
    failure = error;
  });
  text.on('error', () => undefined);
  try {
    yield* createInterface({ input: text, crlfDelay: Infinity });
    if (failure !== undefined) throw failure;
  } finally {
    text.destroy();
  }
}

class MalformedRow extends Error {}

/** Parses line by line: the first line names the columns, in any order. */
function createRowParser() {
  let positions: Record<Column, number> | undefined;
  const seen = new Set<string>();
  const checkSku = createCheck('sku', (value) => skuId.safeParse(value).data === value);
  const checkRef = createCheck('ref', (value) => businessId.safeParse(value).data === value && value.length <= MAX_REF);
  return (text: string, line: number): EventRow | undefined => {
    if (positions === undefined) {
      positions = columnsOf(text);
      return undefined;
    }
    if (text === '') return undefined;
    const cells = cellsOf(text);
    if (cells.length < COLUMNS.length)
      throw new MalformedRow(`${cells.length} cells where ${COLUMNS.length} are needed`);
    const row = rowOf(cells, positions, line);
    if (seen.has(row.seq)) throw new MalformedRow(`seq ${row.seq} was used before`);
    seen.add(row.seq);
    checkSku(row.sku);
    checkRef(row.ref);
    return row;
  };
}

function columnsOf(text: string): Record<Column, number> {
  const names = cellsOf(text.replace(/^\uFEFF/, '')).map((name) => name.trim());
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length > 0)
    throw new MalformedRow(`the heading must name the columns ${COLUMNS.join(',')}; ${missing.join(', ')} not found`);
  return Object.fromEntries(COLUMNS.map((column) => [column, names.indexOf(column)])) as Record<Column, number>;
}

function rowOf(cells: readonly string[], positions: Record<Column, number>, line: number): EventRow {
  const cell = (column: Column): string => cells[positions[column]] ?? '';
  const type = cell('type');
  if (type !== 'receipt' && type !== 'sale' && type !== 'return') throw wrong('type', type, 'receipt, sale or return');
  if (!/^\d{1,20}$/.test(cell('seq'))) throw wrong('seq', cell('seq'), 'a whole number');
  const ts = instant.safeParse(cell('ts'));
  if (!ts.success) throw wrong('ts', cell('ts'), 'a time with an offset such as 2010-12-01T08:26:00Z');
  const qty = quantity.safeParse(/^\d+$/.test(cell('qty')) ? Number(cell('qty')) : undefined);
  if (!qty.success) throw wrong('qty', cell('qty'), 'a whole number of at least 1');
  const cost = unitCost.safeParse(cell('unit_cost'));
  if (type !== 'sale' && !cost.success)
    throw wrong('unit_cost', cell('unit_cost'), `a decimal such as 10.50 in a ${type}`);
  return {
    line,
    seq: cell('seq'),
    ts: ts.data,
    sku: cell('sku'),
    type,
    qty: qty.data,
    unitCost: cost.data ?? '',
    ref: cell('ref'),
  };
}

const wrong = (column: Column, value: string, wanted: string) =>
  new MalformedRow(`${column} must be ${wanted}, not '${value.slice(0, 40)}'`);

/** The same few hundred SKUs and refs fill a whole file, so each is checked once. */
function createCheck(column: Column, isValid: (value: string) => boolean) {
  const checked = new Set<string>();
  return (value: string) => {
    if (checked.has(value)) return;
    if (!isValid(value)) throw wrong(column, value, 'an identifier without padding or control characters');
    checked.add(value);
  };
}

/** One CSV line: cells in double quotes may hold commas and doubled quotes. */
function cellsOf(text: string): string[] {
  if (!text.includes('"')) return text.split(',');
  const cells: string[] = [];
  const pattern = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    end = match.index + match[0].length;
  }
  if (end !== text.length) throw new MalformedRow('the quotes do not match');
  return cells;
}
