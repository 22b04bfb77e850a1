/** `npm run -s export -- LIST > file.csv`: any list as CSV, page by page, as the REST door writes it. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { domainFor } from '@granary/api/access/domain-for';
import { type JsonSchema, jsonSchemaOf } from '@granary/api/openapi/json-schema';
import { type ProcedureFace, proceduresOf } from '@granary/api/openapi/procedure-face';
import { csvColumnsOf } from '@granary/api/rest/csv-list';
import { csvLine, csvRow } from '@granary/api/rest/csv-text';
import { inputFromQuery } from '@granary/api/rest/query-input';
import { appRouter } from '@granary/api/router';
import { MAX_PAGE, type Page } from '@granary/contracts/page';
import { localPrincipal } from '@granary/contracts/permission';
import type { Granary } from '@granary/platform/granary';
import { defineCommand, UsageError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { grouped } from '../table.ts';

const lists = new Map(
  proceduresOf(appRouter).flatMap((face) => {
    const columns = csvColumnsOf(face);
    return columns === undefined ? [] : [[face.path, { face, columns }] as const];
  }),
);

export const command = defineCommand({
  name: 'export',
  summary: 'Writes a list of the database in use as CSV, whole, to stdout or a file',
  usage: 'LIST',
  arguments: { min: 1, max: 1 },
  options: {
    filter: {
      type: 'string',
      placeholder: 'FIELD=VALUE',
      description: 'Only what the list answers for it, such as locationId=default; several with & between them',
    },
    out: { type: 'string', placeholder: 'FILE', description: 'Where to write it; without this it goes to stdout' },
  },
  async run({ positionals: [path = ''], values, file, progress, signal }) {
    const list = lists.get(path);
    if (list === undefined)
      throw new UsageError(`there is no list '${path}'; there are ${[...lists.keys()].join(', ')}`);
    const input = inputFromQuery(values.filter ?? '', schemaOf(list.face));
    const target = values.out === undefined ? process.stdout : createWriteStream(file(values.out));
    const write = async (text: string) => {
      if (text !== '' && !target.write(text)) await once(target, 'drain');
    };
    const bar = progress(`exporting ${path}`);
    const rows = await withEngineInUse('export', async (granary) => {
      const ask = asker(granary, path);
      await write(csvLine(list.columns));
      let count = 0;
      for (let cursor: string | null = null; ;) {
        signal.throwIfAborted();
        const page: Page<unknown> = await ask({
          limit: MAX_PAGE,
          ...(input as object),
          ...(cursor === null ? {} : { cursor }),
        });
        await write(page.items.map((row) => csvRow(list.columns, row)).join(''));
        bar.at((count += page.items.length), 'rows');
        if (page.nextCursor === null) return count;
        cursor = page.nextCursor;
      }
    });
    if (target !== process.stdout) await new Promise<void>((resolve) => target.end(resolve));
    bar.end();
    // On stdout the file is all there is.
    const summary = values.out === undefined ? {} : { summary: `${grouped(rows)} rows written to ${values.out}` };
    return { ok: true, figures: { list: path, rows }, ...summary };
  },
});

function schemaOf({ input }: ProcedureFace): JsonSchema {
  return input === undefined ? {} : jsonSchemaOf(input, { io: 'input' });
}

/** The procedure itself is asked, so that the columns are those of its answer and filters are checked as everywhere. */
function asker(
  { domain, cost }: Pick<Granary, 'domain' | 'cost'>,
  path: string,
): (input: unknown) => Promise<Page<unknown>> {
  const unknown = () => {
    throw new Error('an export only asks lists');
  };
  const caller = appRouter.createCaller({
    domain: domainFor(domain, localPrincipal, 0),
    cost,
    process: { version: '', defaultStrategy: '', isDraining: () => false, readiness: unknown },
    principal: localPrincipal,
    recordRefusal: domain.refusals.record,
    watchStock: unknown,
    call: { caller: { actor: 'local', address: null, agent: 'granary-cli', requestId: 'export' } },
    method: 'GET',
    idempotencyKey: undefined,
  });
  const [group = '', name = ''] = path.split('.');
  const procedures = caller as unknown as Readonly<
    Record<string, Readonly<Record<string, (input: unknown) => Promise<Page<unknown>>>>>
  >;
  const ask = procedures[group]?.[name];
  if (ask === undefined) throw new Error(`${path} is no procedure`);
  return ask;
}
