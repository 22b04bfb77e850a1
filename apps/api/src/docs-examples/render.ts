/**
 * Worked examples of the docs: the rows of a table are answers of a real server, and a page that says something else is
 * stale. A page marks where a table belongs: `<!-- example:NAME -->` and `<!-- /example -->`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** Set to 1 to write the tables into the pages instead of comparing them. */
// oxlint-disable-next-line no-process-env -- it is no setting of Granary's: it tells this very test what to do.
const isRenewing = process.env['GRANARY_RENEW_DOCS'] === '1';

/** The columns are the fields of the first row, in their order. */
export function tableOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(columns.map((column) => textOf(row[column] ?? null))));
  return [line(columns), line(columns.map(() => '---')), ...body].join('\n');
}

function textOf(cell: Cell): string {
  return cell === null ? '' : String(cell).replaceAll('|', '\\|');
}

/** Every example of a page, by name: all that the page marks, and no other. */
export async function expectFresh(page: string, examples: Readonly<Record<string, readonly Row[]>>): Promise<void> {
  const path = fileURLToPath(new URL(`../../../../docs/${page}`, import.meta.url));
  const before = await readFile(path, 'utf8');
  const after = withExamples(before, examples);
  if (isRenewing && after !== before) return await writeFile(path, after);
  expect(before, `docs/${page} is stale; renew it with GRANARY_RENEW_DOCS=1`).toBe(after);
}

export function withExamples(text: string, examples: Readonly<Record<string, readonly Row[]>>): string {
  const left = new Set(Object.keys(examples));
  const filled = text.replaceAll(
    /<!-- example:([\w-]+) -->\n[\s\S]*?<!-- \/example -->/g,
    (_whole, name: string): string => {
      const rows = examples[name];
      if (rows === undefined) throw new Error(`nothing makes the example ${name}`);
      left.delete(name);
      return `<!-- example:${name} -->\n\n${tableOf(rows)}\n\n<!-- /example -->`;
    },
  );
  if (left.size > 0) throw new Error(`no page shows the example ${[...left].join(', ')}`);
  return filled;
}
