/** Where a bench of throughput plays: durable servers of its own, one database with the product's tables and those of REF, and an engine over them. */
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { testServers } from '@granary/testkit/servers';
import type { Pool } from 'mysql2/promise';
import { type Closing, createClosing } from '../../fleet/closing.ts';
import { openOwnDatabase } from '../../fleet/own-database.ts';
import type { BenchContext, Goal } from '../bench.ts';
import { durabilityOf, durableGoal, isDurable } from '../durability.ts';
import { createSlimTables } from '../reference/slim-reference.ts';
import { openReferencePool, REFERENCE_POOL } from '../reference/reference-pool.ts';

export interface Stage {
  readonly granary: Granary;
  readonly references: Pool;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly durability: Readonly<Record<string, string>>;
  readonly durable: Goal;
  /** One more engine over the same database, closed with the stage. */
  openEngine(settings: Readonly<Record<string, string>>): Promise<Granary>;
  readonly closing: Closing;
}

/** Long enough for a thousand callers of a slow reference. */
export const BENCH_DEADLINE_MS = 60_000;

/** Data of a bench must fit, or the disk is measured; the servers of the command line start with less. */
const BUFFER_POOL = 1_073_741_824;
const REDO_LOG = 536_870_912;

/** Costing has no part in a reservation, and books that are not kept need no proof. */
const PLAIN = {
  STOCK_COST_ENABLED: 'false',
  DATABASE_POOL: String(REFERENCE_POOL),
  REQUEST_DEADLINE_MS: String(BENCH_DEADLINE_MS),
};

export async function onStage<T>(
  name: string,
  context: Pick<BenchContext, 'say' | 'settings'>,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const closing = createClosing();
  try {
    return await play(await openStage(name, context, closing));
  } finally {
    await closing.close();
  }
}

async function openStage(
  name: string,
  { say, settings = {} }: Pick<BenchContext, 'say' | 'settings'>,
  closing: Closing,
): Promise<Stage> {
  await testServers({ durable: true });
  const database = await openOwnDatabase(`bench_${name}`);
  closing.add(() => database.drop());
  const references = openReferencePool(database.databaseUrl);
  closing.add(() => references.end());
  await createSlimTables(references);
  const openEngine = async (own: Readonly<Record<string, string>>) => {
    const granary = await openGranary(database.config({ ...PLAIN, ...settings, ...own }), { log: silentLog });
    closing.add(() => granary.close());
    return granary;
  };
  const granary = await openEngine({});
  if (isDurable(await durabilityOf(granary.dataSource))) await enlarge(granary, database.engine);
  const durability = await durabilityOf(granary.dataSource);
  say(`database: ${JSON.stringify(durability)}`);
  const durable = durableGoal(durability);
  const { databaseUrl, redisUrl } = database;
  return { granary, references, databaseUrl, redisUrl, durability, durable, openEngine, closing };
}

/** Only servers that were started for benches: others are shared with tests, and flush nothing. */
async function enlarge({ dataSource }: Granary, engine: 'mariadb' | 'mysql'): Promise<void> {
  await dataSource.query(`SET GLOBAL innodb_buffer_pool_size = ${BUFFER_POOL}`);
  const redo = engine === 'mysql' ? 'innodb_redo_log_capacity' : 'innodb_log_file_size';
  // A MariaDB before 10.9 sets it at its start only, and stays as it is.
  await dataSource.query(`SET GLOBAL ${redo} = ${REDO_LOG}`).catch(() => undefined);
}
