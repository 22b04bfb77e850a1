/**
 * `npm run -s audit`: fills a database of its own with commands and proves that every search of the audit goes by an index.
 * With a word: the database in use against its signed checkpoints.
 */
import { createDomain } from '@granary/domain';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { entities } from '@granary/platform/schema';
import { openDatabase } from '@granary/platform/database';
import { domainConfig } from '@granary/platform/domain-config';
import { createIds } from '@granary/platform/ids';
import { silentLog } from '@granary/platform/log';
import { makeCheckpoints, tellKey, verifyAudit } from '../audit/against-checkpoints.ts';
import { fillCommands } from '../audit/fill.ts';
import { LIMIT, measureSearch, type SearchFigures } from '../audit/measure.ts';
import { searchesOf } from '../audit/searches.ts';
import { type CommandContext, defineCommand, UsageError } from '../command.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { grouped, table } from '../table.ts';

const options = {
  rows: {
    type: 'integer',
    placeholder: 'N',
    default: 1_000_000,
    min: 10_000,
    max: 20_000_000,
    description: 'How many commands the search is proven on; a million when left out',
  },
  expect: {
    type: 'string',
    placeholder: 'NO:DIGEST',
    description: 'For verify: a checkpoint that was noted elsewhere, which must be there',
  },
} as const;

export const command = defineCommand({
  name: 'audit',
  summary:
    'Searches an audit of a million commands, and proves that each page reads a bounded number of rows by index; or verifies the database in use against its signed checkpoints',
  usage: '[verify | checkpoint | key]',
  arguments: { min: 0, max: 1 },
  options,
  async run(context) {
    const [word] = context.positionals;
    if (word === 'verify') return await verifyAudit(context, context.values.expect);
    if (word === 'checkpoint') return await makeCheckpoints(context);
    if (word === 'key') return tellKey();
    if (word !== undefined) throw new UsageError(`There is no 'audit ${word}'; there are verify, checkpoint and key`);
    const { rows } = context.values;
    const { fillSeconds, searches } = await onOwnDatabase((at) => measured(context, at));
    return {
      ok: searches.every(({ problems }) => problems.length === 0),
      figures: { rows, fillSeconds, limit: LIMIT, searches },
      summary: summaryOf(rows, searches),
    };
  },
});

interface Subject {
  readonly dataSource: Awaited<ReturnType<typeof openDatabase>>;
  readonly domain: ReturnType<typeof createDomain>;
}

async function onOwnDatabase<T>(work: (at: Subject) => Promise<T>): Promise<T> {
  const database = await openOwnDatabase('audit');
  const dataSource = await openDatabase({ url: database.databaseUrl, poolSize: 1, entities });
  try {
    const domain = createDomain({
      dataSource,
      config: { ...domainConfig(database.config()), requestDeadlineMs: 60_000 },
      ports: {
        ...{ locks: grantEverybody, ids: createIds(), clock: (now) => now, log: silentLog },
        ...{ onHandHandlers: [], strategies: [] },
      },
    });
    return await work({ dataSource, domain });
  } finally {
    await dataSource.destroy();
    await database.drop();
  }
}

async function measured({ values, progress, signal }: CommandContext<typeof options>, at: Subject) {
  const { rows } = values;
  const filling = progress('filling', rows);
  const startedAt = performance.now();
  await fillCommands(at.dataSource, rows, { onProgress: (done) => filling.at(done), signal });
  filling.end();
  const fillSeconds = Math.round((performance.now() - startedAt) / 1000);
  const wanted = searchesOf(rows);
  const bar = progress('searching', wanted.length);
  const searches: SearchFigures[] = [];
  for (const search of wanted) {
    signal.throwIfAborted();
    searches.push(await measureSearch(at, search));
    bar.at(searches.length, search.name);
  }
  bar.end();
  return { fillSeconds, searches };
}

function summaryOf(rows: number, searches: readonly SearchFigures[]): string {
  const cells = searches.map(({ name, index, pages, found, rowsRead, bound, slowestMs }) => [
    ...[name, index, grouped(pages), grouped(found), grouped(rowsRead), grouped(bound), `${slowestMs} ms`],
  ]);
  const problems = searches.flatMap(({ name, problems: all }) => all.map((problem) => `${name}: ${problem}`));
  return [
    `${grouped(rows)} commands, ${LIMIT} a page.`,
    table([['search', 'index', 'pages', 'found', 'rows read, at most', 'allowed', 'slowest page'], ...cells]),
    ...problems,
  ].join('\n');
}
