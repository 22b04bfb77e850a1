/** `npm run -s snapshot`: how much slower reservations are while snapshots are taken, and whether these are whole. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createDomain, type Domain } from '@granary/domain';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { entities } from '@granary/platform/schema';
import { openDatabase } from '@granary/platform/database';
import { domainConfig } from '@granary/platform/domain-config';
import type { Config } from '@granary/platform/env';
import { createIds } from '@granary/platform/ids';
import { silentLog } from '@granary/platform/log';
import { type CommandContext, defineCommand } from '../command.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { caller, percentile, reserveSteadily } from '../snapshot/load.ts';
import { grouped } from '../table.ts';

const options = {
  levels: {
    type: 'integer',
    placeholder: 'N',
    default: 20_000,
    min: 100,
    max: 1_000_000,
    description: 'Stock levels, a batch each; 20000 when left out',
  },
  rate: {
    type: 'integer',
    placeholder: 'N',
    default: 100,
    min: 1,
    max: 2_000,
    description: 'Reservations a second; 100 when left out',
  },
  seconds: {
    type: 'integer',
    placeholder: 'N',
    default: 5,
    min: 1,
    max: 600,
    description: 'How long a round is; 5 when left out',
  },
  rounds: {
    type: 'integer',
    placeholder: 'N',
    default: 4,
    min: 1,
    max: 100,
    description: 'Rounds with snapshots, and as many without; 4 when left out',
  },
} as const;

/** What SPEC allows. */
const MOST = 1.5;
const HOT = 50;
const LINES = 500;

export const command = defineCommand({
  name: 'snapshot',
  summary: 'Reserves at a steady pace with and without snapshots being taken, and compares the p99 of both',
  options,
  async run(context) {
    const database = await openOwnDatabase('snapshot');
    const dataSource = await openDatabase({ url: database.databaseUrl, poolSize: 16, entities });
    try {
      return await measured(context, domainOn(dataSource, database.config()), database.databaseUrl);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  },
});

type DataSource = Awaited<ReturnType<typeof openDatabase>>;

function domainOn(dataSource: DataSource, config: Config): Domain {
  return createDomain({
    dataSource,
    config: { ...domainConfig(config), requestDeadlineMs: 60_000 },
    ports: {
      ...{ locks: grantEverybody, ids: createIds(), clock: (now) => now, log: silentLog },
      ...{ onHandHandlers: [], strategies: [] },
    },
  });
}

async function measured(context: CommandContext<typeof options>, domain: Domain, url: string) {
  const { values, progress, signal } = context;
  const { levels, rate: perSecond, seconds, rounds } = values;
  const filling = progress('filling', levels);
  for (let from = 0; from < levels; from += LINES) {
    const lines = Array.from({ length: Math.min(LINES, levels - from) }, (_, each) => ({
      ...{ skuId: skuOf(from + each), quantity: 1_000, unitCost: '1.00', locationId: 'default', qualityLevel: 'A' },
    }));
    await domain.inbound.purchase({ documentNo: `FILL-${from}`, lines }, { caller });
    filling.at(from + lines.length);
  }
  filling.end();
  const skuIds = Array.from({ length: Math.min(HOT, levels) }, (_, each) => skuOf(Math.floor((each * levels) / HOT)));
  const load = (length: number) => reserveSteadily({ domain, skuIds, perSecond, seconds: length, signal });
  await load(2);
  const took = { without: [] as number[], during: [] as number[] };
  const worker = new Worker(new URL(`../snapshot/taker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { url },
  });
  const bar = progress('measuring', rounds * 2);
  for (let round = 0; round < rounds && !signal.aborted; round += 1) {
    took.without.push(...(await load(seconds)));
    bar.at(round * 2 + 1);
    worker.postMessage('start');
    took.during.push(...(await load(seconds)));
    worker.postMessage('stop');
    await new Promise((resolve) => worker.once('message', resolve));
    bar.at(round * 2 + 2);
  }
  bar.end();
  await worker.terminate();
  return await outcomeOf(domain, took);
}

const skuOf = (each: number) => `SNAP-${String(each).padStart(7, '0')}`;

async function outcomeOf(domain: Domain, took: { without: readonly number[]; during: readonly number[] }) {
  const jobs = (await domain.jobs.list({ kind: 'snapshot', limit: 500 })).items;
  const reports = await Promise.all(jobs.map(async ({ id }) => (await domain.jobs.get({ id })).report));
  const violations = reports.flatMap((report) => (Array.isArray(report?.['violations']) ? report['violations'] : []));
  const taken = (await domain.snapshots.list({ limit: 500 })).items.filter(({ state }) => state === 'complete');
  const [before, during] = [took.without, took.during].map((each) => ({
    ...{ reservations: each.length, p50Ms: rounded(percentile(each, 0.5)), p99Ms: rounded(percentile(each, 0.99)) },
  }));
  const ratio = rounded(percentile(took.during, 0.99) / percentile(took.without, 0.99));
  const rows = taken.reduce((sum, { levels, batches }) => sum + levels + batches, 0);
  const ok = ratio <= MOST && taken.length > 0 && violations.length === 0;
  const figures = { ratio, allowed: MOST, without: before, during, snapshots: taken.length, rows, violations };
  const summary = [
    `p99 of a reservation: ${before?.p99Ms} ms without, ${during?.p99Ms} ms while snapshots are taken: ${ratio} times (allowed ${MOST}).`,
    `${taken.length} snapshots of ${grouped(rows)} rows in all, ${violations.length} violations of I1 and I2.`,
  ].join('\n');
  return { ok, figures, summary };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
