/**
 * Reads CSV (RFC 4180) piece by piece: it answers the rows that are whole and how far they reach, so that whoever has that
 * place can go on there, in another process if need be. Strict, as a quote that is guessed at shifts every value behind it.
 */

export interface CsvRead {
  /** A line without anything is a row without cells: it counts as one, as in a spreadsheet. */
  readonly rows: readonly (readonly string[])[];
  /** Characters up to the end of the last whole row. */
  readonly consumed: number;
  /** What is wrong with the row after the last one; nothing behind it can be read. */
  readonly problem?: string;
}

const QUOTE = '"';
/** Nothing that is meant is longer; a quote that is never closed would swallow the file. */
const MAX_ROW_CHARACTERS = 100_000;

/** `isEnd`: nothing follows the text, so that its last row is whole without an end of line. */
export function readCsv(text: string, isEnd: boolean): CsvRead {
  const rows: (readonly string[])[] = [];
  let consumed = 0;
  while (consumed < text.length) {
    const row = readRow(text, consumed, isEnd);
    if (row.problem !== undefined) return { rows, consumed, problem: row.problem };
    if (row.end === undefined) {
      const isTooLong = text.length - consumed > MAX_ROW_CHARACTERS;
      return isTooLong
        ? { rows, consumed, problem: `is longer than ${MAX_ROW_CHARACTERS} characters` }
        : { rows, consumed };
    }
    rows.push(row.cells);
    consumed = row.end;
  }
  return { rows, consumed };
}

interface Row {
  readonly cells: readonly string[];
  /** Undefined while the row is not whole. */
  readonly end?: number;
  readonly problem?: string;
}

function readRow(text: string, start: number, isEnd: boolean): Row {
  const cells: string[] = [];
  for (let at = start; ;) {
    const cell = text[at] === QUOTE ? quotedCell(text, at, isEnd) : plainCell(text, at);
    if (cell.problem !== undefined) return { cells, problem: cell.problem };
    if (cell.end === undefined) return { cells };
    cells.push(cell.value);
    at = cell.end;
    const next = text[at];
    if (next === ',') {
      at += 1;
      continue;
    }
    if (next === undefined) return isEnd ? whole(cells, at) : { cells };
    // A carriage return at the edge may have its line feed behind it.
    if (next === '\r' && at + 1 === text.length && !isEnd) return { cells };
    return whole(cells, next === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1);
  }
}

function whole(cells: readonly string[], end: number): Row {
  return { cells: cells.length === 1 && cells[0] === '' ? [] : cells, end };
}

interface Cell {
  readonly value: string;
  readonly end?: number;
  readonly problem?: string;
}

/** Ends before a comma, an end of line, or the end of the text. */
function plainCell(text: string, start: number): Cell {
  let end = start;
  for (; end < text.length; end += 1) {
    const character = text[end];
    if (character === ',' || character === '\n' || character === '\r') break;
    if (character === QUOTE) return { value: '', problem: 'has a quote within a value that is not quoted' };
  }
  return { value: text.slice(start, end), end };
}

function quotedCell(text: string, start: number, isEnd: boolean): Cell {
  for (let at = start + 1; ;) {
    const close = text.indexOf(QUOTE, at);
    if (close < 0) return isEnd ? { value: '', problem: 'has a quote that is never closed' } : { value: '' };
    const next = text[close + 1];
    if (next === QUOTE) {
      at = close + 2;
      continue;
    }
    // At the edge the row is not whole, and is read once more with what follows.
    if (next !== undefined && next !== ',' && next !== '\n' && next !== '\r')
      return { value: '', problem: 'has text behind a closing quote' };
    return { value: text.slice(start + 1, close).replaceAll('""', QUOTE), end: close + 1 };
  }
}
