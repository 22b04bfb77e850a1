/**
 * A whole list as CSV, page after page as the caller takes it: no more than one page is in memory, however long the list.
 * The first page is asked for before anything is sent, so that a refusal is answered as one.
 */
import { once } from 'node:events';
import { MAX_PAGE, type Page } from '@granary/contracts/page';
import type { Response } from 'express';
import { CSV_TYPE } from './csv-list.ts';
import { csvLine, csvRow } from './csv-text.ts';

export interface CsvAnswer {
  readonly response: Response;
  /** The procedure, which names the file. */
  readonly path: string;
  readonly columns: readonly string[];
  readonly input: unknown;
  /** Asks the procedure itself, so that permission, scope and limits are those of the list. */
  readonly ask: (input: unknown) => Promise<unknown>;
}

export async function answerCsv({ response, path, columns, input, ask }: CsvAnswer): Promise<void> {
  let page = asPage(await ask(pageInput(input)));
  response.status(200);
  response.setHeader('content-type', `${CSV_TYPE}; charset=utf-8; header=present`);
  response.setHeader('content-disposition', `attachment; filename="${path}.csv"`);
  await send(response, csvLine(columns));
  for (;;) {
    await send(response, page.items.map((row) => csvRow(columns, row)).join(''));
    if (page.nextCursor === null || response.destroyed) break;
    // A failure here ends the connection without an end of the body: a file that was cut must not look whole.
    page = asPage(await ask(pageInput(input, page.nextCursor)));
  }
  if (!response.destroyed) response.end();
}

/** All pages whatever the size of one: the largest, unless the caller names it. */
function pageInput(input: unknown, cursor?: string): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return { limit: MAX_PAGE, ...input, ...(cursor === undefined ? {} : { cursor }) };
}

function asPage(data: unknown): Page<unknown> {
  return data as Page<unknown>; // Its schema has been checked by the procedure (csv-list.ts looks at that very schema).
}

/** Waits while the caller is slower than the database; whoever has gone is not waited for. */
async function send(response: Response, text: string): Promise<void> {
  if (text === '' || response.destroyed || response.write(text)) return;
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.once('close', leave);
  await once(response, 'drain', { signal: gone.signal }).catch(() => undefined);
  response.off('close', leave);
}
