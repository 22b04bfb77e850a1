/** Schemas that are half made, older or newer than the code, or made by two at once. */
import type { Migration } from '@granary/domain/persistence/schema';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { actNames, codeOf, doIt } from './acts.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import type { Testbed } from './testbed.ts';

/** Every so many statements one is cut off. */
const CUT_EVERY = 12;
const MOST_CUTS = 40;
/** MySQL is told two bytes more before the text. */
const DDL = /^.{5}(..)?(CREATE|ALTER|DROP) /s;
const TOGETHER = 60;

export const upgradeFaults: readonly BedFault[] = [
  {
    id: 'F58',
    title: 'a migration breaks off half-way, and two start at once',
    inject:
      'the connection is cut after every 12th statement of DDL, half of them executed; then two migrate an empty database',
    expect: 'the next run goes on where it was; code refuses a schema that is older, half made or newer; one migrates',
    on: 'testbed',
    isFast: true,
    limitMs: 120_000,
    run: halfMigrated,
  },
  {
    id: 'F59',
    title: 'code of two versions works on one database',
    inject: 'an engine that knows nothing of the migrations that only expand, beside one that knows all, under load',
    expect: 'both are served, and every invariant holds',
    on: 'testbed',
    isFast: true,
    run: twoVersions,
  },
];

async function halfMigrated(bed: Testbed): Promise<Happening> {
  const problems: string[] = [];
  const at = (name: string) => ({
    straight: urlOf(bed.straight['DATABASE_URL'] ?? '', name, bed.servers.database.port),
    through: urlOf(bed.settings['DATABASE_URL'] ?? '', name, bed.line.port),
  });
  const half = at(`half_${Date.now()}`);
  let cuts = 0;
  for (let isOver = false; !isOver && cuts < MOST_CUTS;) {
    const kind = cuts % 2 === 0 ? 'cutAfter' : 'cutBefore';
    const isDdl = (message: Buffer) => DDL.test(message.toString('latin1').slice(0, 30));
    const cut = bed.line.inject({ match: isDdl, fault: { kind }, skip: CUT_EVERY - 1 });
    const end = await migrate({ url: half.through, migrations, log: silentLog }).then(() => 'done', String);
    cut.remove();
    isOver = cut.struck() === 0;
    if (isOver) problems.push(...unless(end === 'done', `the last run ended by ${end}`));
    else if (end === 'done') problems.push('a run was cut off and said that it was done');
    else if ((cuts += 1) === 1)
      problems.push(...(await refused(bed, { url: half.straight, what: 'a schema that is half made' })));
  }
  problems.push(...(await newerSchema(bed, half.straight)));
  const both = at(`both_${Date.now()}`);
  const [one, other] = await Promise.all([1, 2].map(() => migrate({ url: both.straight, migrations, log: silentLog })));
  const applied = (one?.applied.length ?? 0) + (other?.applied.length ?? 0);
  problems.push(...unless(applied === migrations.length, `two at once applied ${applied} of ${migrations.length}`));
  for (const { straight } of [half, both]) await bed.ask(`DROP DATABASE ${new URL(straight).pathname.slice(1)}`);
  return { happened: cuts, problems, figures: { cuts, migrations: migrations.length } };
}

/** As root: whoever runs the programs may not make databases. */
function urlOf(text: string, database: string, port: number): string {
  const url = new URL(text);
  [url.username, url.password, url.pathname, url.port] = ['root', '', `/${database}`, String(port)];
  return url.toString();
}

interface Refused {
  readonly url: string;
  readonly what: string;
  /** The migrations of the code; all when left out. */
  readonly known?: readonly Migration[];
}

async function refused(bed: Testbed, { url, what, known }: Refused): Promise<readonly string[]> {
  const overrides = known === undefined ? {} : { migrations: known };
  const end = await bed.open({ ...bed.straight, DATABASE_URL: url }, overrides).then(
    () => 'open',
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
  return unless(end === 'SchemaNotCurrentError', `${what} was answered by ${end}`);
}

async function newerSchema(bed: Testbed, url: string): Promise<readonly string[]> {
  const last = migrations.findLastIndex(({ isExpansion }) => isExpansion !== true);
  return await refused(bed, { url, what: 'a schema that is newer', known: migrations.slice(0, last) });
}

async function twoVersions(bed: Testbed): Promise<Happening> {
  const older = migrations.filter(({ isExpansion }) => isExpansion !== true);
  const [old, now] = [await bed.open(bed.straight, { migrations: older }), await bed.open(bed.straight)];
  const [skuId = ''] = (await bed.stock('VERSIONS', 1, 10_000)).keys();
  const ends = await Promise.all(
    Array.from({ length: TOGETHER }, (_, each) => {
      const kind = actNames[each % actNames.length] ?? 'hold';
      const { domain } = each % 2 === 0 ? old : now;
      return doIt(domain, { name: bed.name('version'), kind, skuId }).then(() => 'done', codeOf);
    }),
  );
  const readiness = await old.ready();
  await old.close();
  await now.close();
  const failed = ends.filter((end) => end !== 'done');
  return {
    happened: migrations.length === older.length ? 0 : ends.length,
    problems: [
      ...unless(failed.length === 0, `not served: ${failed.join(' ')}`),
      ...unless(readiness.ready, `the older one is not ready: ${JSON.stringify(readiness.checks)}`),
    ],
    figures: { 'migrations unknown to the older one': migrations.length - older.length },
  };
}
