/** The composition root: joins the stock engine with its database, locks, clock, ids and log, and takes them apart again. */
import { type Cost, createCost } from '@granary/cost/cost';
import type { CostStrategy } from '@granary/cost/strategies/strategy';
import type { Migration } from '@granary/domain/persistence/schema';
import { createDomain, type Domain } from '@granary/domain';
import type { DomainPorts } from '@granary/domain/ports/domain-ports';
import { grantEverybody, type LockManager } from '@granary/domain/ports/lock-manager';
import { createStrategyRegistry } from '@granary/domain/strategies/registry';
import type { SystemReadiness } from '@granary/contracts/system';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { createCheckpointArchive } from './checkpoint-archive.ts';
import { createCheckpointKeys } from './checkpoint-keys.ts';
import { databaseClock } from './clock.ts';
import { costCoreFor } from './costing.ts';
import { openDatabase } from './database.ts';
import { surroundings } from './doctor/surroundings.ts';
import { domainConfig } from './domain-config.ts';
import { ConfigError, type Config } from './env.ts';
import { createEventStreamReader, type EventStreamReader } from './event-stream-reader.ts';
import { createEventAdapters, type EventAdapters } from './event-adapters.ts';
import { type Extensions, loadExtensions } from './extensions.ts';
import { createIds } from './ids.ts';
import { createLog, type Log } from './log.ts';
import { lookAtProcess, unitMeterOf } from './metrics/process-metrics.ts';
import { createMetricsRegistry, type MetricsRegistry } from './metrics/registry.ts';
import { readRecords, schemaState } from './migration-record.ts';
import { createRedlockLockManager, type LockCounters, type RedlockLockManager } from './redlock-lock-manager.ts';
import { openReadSide, type ReadCounters, type ReadSide } from './reads/read-side.ts';
import { openRedis } from './redis.ts';
import { entities, migrations as ownMigrations } from './schema.ts';
import { createSelfCheck } from './self-check.ts';
import { tracerInUse } from './traces/tracer.ts';
import { assertFit } from './start-check.ts';

export interface Granary {
  readonly config: Config;
  readonly domain: Domain;
  /** Undefined when costing is switched off (STOCK_COST_ENABLED=false). */
  readonly cost: Cost | undefined;
  readonly dataSource: DataSource;
  /** Undefined when nothing uses it (STOCK_LOCK=none). */
  readonly redis: Redis | undefined;
  readonly locks: LockManager;
  /** Connects when the first watcher comes. Undefined without REDIS_URL. */
  readonly eventStreamReader: EventStreamReader | undefined;
  readonly secretBox: EventAdapters['secretBox'];
  readonly webhookSender: EventAdapters['webhookSender'];
  readonly eventStream: EventAdapters['eventStream'];
  readonly log: Log;
  /** What this process counts; told by startMetricsServer. */
  readonly metrics: MetricsRegistry;
  lockCounters(): LockCounters;
  /** What was answered without the primary. */
  readCounters(): ReadCounters;
  ready(): Promise<SystemReadiness>;
  /** Gives back what is held and closes every connection. May be called twice. */
  close(): Promise<void>;
}

/** What a test, or a program that embeds Granary, may put in place of the usual parts. */
export type GranaryOverrides = Partial<
  Pick<DomainPorts, 'locks' | 'clock' | 'ids' | 'onHandHandlers' | 'strategies' | 'validators' | 'onCommitted'>
> & {
  readonly log?: Log;
  /** Of one's own, beside those that GRANARY_EXTENSIONS names. */
  readonly costStrategies?: readonly CostStrategy[];
  readonly migrations?: readonly Migration[];
};

/** Thrown when the database has another schema than this code; its message says what to do. */
export class SchemaNotCurrentError extends Error {
  override readonly name = 'SchemaNotCurrentError';
}

const CLOSE_PATIENCE_MS = 2_000;
const NO_LOCKS: LockCounters = { acquired: 0, skipped: 0, contended: 0, lost: 0 };

/** Opens everything, or leaves nothing open and throws an error whose message says what to do. */
export async function openGranary(config: Config, overrides: GranaryOverrides = {}): Promise<Granary> {
  const log = overrides.log ?? createLog({ level: config.logLevel, name: 'granary' });
  const migrations = overrides.migrations ?? ownMigrations;
  if (config.unknownNames.length > 0)
    log('warn', 'these variables mean nothing to Granary; check their spelling', { names: config.unknownNames });
  const metrics = createMetricsRegistry();
  const tellsPosition = config.databaseReplicaUrls.length > 0;
  const { databaseUrl: url, databasePool: poolSize } = config;
  const dataSource = await openDatabase({ url, poolSize, entities, tellsPosition });
  let redis: Redis | undefined;
  let reads: ReadSide | undefined;
  try {
    await assertCurrent(dataSource, migrations);
    await assertFit({ dataSource, migrations, log });
    redis = await redisFor(config, overrides, log);
    const redlock = redis === undefined ? undefined : createRedlockLockManager({ redis, mode: config.lockMode, log });
    const locks = overrides.locks ?? redlock ?? grantEverybody;
    const extended = await extendedBy(config, overrides);
    assertStrategy(config, extended);
    reads = await openReadSide({ config, dataSource, entities, log });
    const eventStreamReader = eventStreamReaderFor(config, log);
    const adapters = createEventAdapters(config, log);
    const ids = overrides.ids ?? createIds();
    const core = costCoreFor({ config, ids, costStrategies: extended.costStrategies });
    const onHandHandlers = [...(core === undefined ? [] : [core.handler]), ...(overrides.onHandHandlers ?? [])];
    const ports = {
      ...reads.ports,
      ...portsOf({ overrides: { ...extended, ids, onHandHandlers }, locks, log, adapters }),
      ...{ ...checkpointPorts(config), books: core?.books, exchange: core?.exchange },
      ...{ unitMeter: unitMeterOf(metrics), tracer: tracerInUse() },
      surroundings: surroundings({ url, dataSource, entities, migrations, redisUrl: config.redisUrl }),
    };
    const engine = { dataSource, config: domainConfig(config), ports };
    const domain = createDomain(engine);
    const lockCounters = () => redlock?.counters() ?? NO_LOCKS;
    lookAtProcess(metrics, { dataSource, poolSize, lockCounters, readCounters: reads.counters });
    return {
      config,
      domain,
      cost: core === undefined ? undefined : createCost({ ...engine, core }),
      dataSource,
      redis,
      locks,
      eventStreamReader,
      secretBox: adapters.secretBox,
      webhookSender: adapters.webhookSender,
      eventStream: adapters.eventStream,
      log,
      metrics,
      lockCounters,
      readCounters: reads.counters,
      ready: createSelfCheck({ dataSource, migrations, redis, log }),
      close: () => close({ dataSource, redis, redlock, reads, eventStreamReader, adapters, log }),
    };
  } catch (error) {
    const [redlock, eventStreamReader, adapters] = [undefined, undefined, undefined];
    await close({ dataSource, redis, redlock, reads, eventStreamReader, adapters, log });
    throw error;
  }
}

function portsOf(parts: {
  overrides: GranaryOverrides;
  locks: LockManager;
  log: Log;
  adapters: EventAdapters;
}): DomainPorts {
  const { overrides, locks, log, adapters } = parts;
  return {
    locks,
    log,
    secretBox: adapters.secretBox,
    webhookUrlProblem: adapters.webhookUrlProblem,
    ids: overrides.ids ?? createIds(),
    clock: overrides.clock ?? databaseClock,
    onHandHandlers: overrides.onHandHandlers ?? [],
    strategies: overrides.strategies ?? [],
    validators: overrides.validators ?? [],
    ...(overrides.onCommitted === undefined ? {} : { onCommitted: overrides.onCommitted }),
  };
}

function checkpointPorts({ checkpointKey, checkpointTrusted, checkpointFolder: folder }: Config) {
  return {
    checkpointKeys: createCheckpointKeys(checkpointKey, checkpointTrusted),
    checkpointArchive: folder === undefined ? undefined : createCheckpointArchive(folder),
  };
}

async function redisFor(config: Config, overrides: GranaryOverrides, log: Log): Promise<Redis | undefined> {
  if (overrides.locks !== undefined || config.lockMode === 'none' || config.redisUrl === undefined) return undefined;
  return openRedis(config.redisUrl, log);
}

function eventStreamReaderFor(config: Config, log: Log): EventStreamReader | undefined {
  const { redisUrl, eventStreamKey: key, watchLimit: maxSubscribers } = config;
  return redisUrl === undefined ? undefined : createEventStreamReader({ redisUrl, key, maxSubscribers, log });
}

async function assertCurrent(dataSource: DataSource, migrations: readonly Migration[]): Promise<void> {
  const state = schemaState(await readRecords((sql) => dataSource.query(sql)), migrations);
  if (state.status !== 'current')
    throw new SchemaNotCurrentError(`The database does not have the schema of this version: ${state.detail}.`);
}

type Extended = GranaryOverrides & Pick<Extensions, 'costStrategies'>;

/** What the host hands over, and then what GRANARY_EXTENSIONS names. */
async function extendedBy(config: Config, overrides: GranaryOverrides): Promise<Extended> {
  const { strategies, validators, costStrategies } = await loadExtensions(config.extensions);
  return {
    ...overrides,
    strategies: [...(overrides.strategies ?? []), ...strategies],
    validators: [...(overrides.validators ?? []), ...validators],
    costStrategies: [...(overrides.costStrategies ?? []), ...costStrategies],
  };
}

/** The name can only be checked here, as strategies of one's own are registered at start-up. */
function assertStrategy(config: Config, overrides: GranaryOverrides): void {
  const known = registryOf(overrides.strategies ?? []).names();
  if (known.includes(config.defaultStrategy)) return;
  throw new ConfigError(
    `Granary does not start: STOCK_ALLOCATION_STRATEGY is "${config.defaultStrategy}"; expected one of ${known.join(', ')}. Fix: set it to one of these, or name the module of your own strategy in GRANARY_EXTENSIONS.`,
  );
}

function registryOf(strategies: DomainPorts['strategies']): ReturnType<typeof createStrategyRegistry> {
  try {
    return createStrategyRegistry(strategies);
  } catch (error) {
    throw new ConfigError(
      `Granary does not start: ${error instanceof Error ? error.message : String(error)}. Fix: give the strategy of your extension another name.`,
    );
  }
}

interface Open {
  readonly dataSource: DataSource;
  readonly redis: Redis | undefined;
  readonly redlock: RedlockLockManager | undefined;
  readonly reads: ReadSide | undefined;
  readonly eventStreamReader: EventStreamReader | undefined;
  readonly adapters: EventAdapters | undefined;
  readonly log: Log;
}

/** Bounded and never failing, as a database that does not answer must not keep a process from ending in order. */
async function close({ dataSource, redis, redlock, reads, eventStreamReader, adapters, log }: Open): Promise<void> {
  const closing = async () => {
    adapters?.close();
    await eventStreamReader?.close();
    await redlock?.settled();
    await reads?.close();
    redis?.disconnect();
    if (dataSource.isInitialized) await dataSource.destroy();
  };
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_PATIENCE_MS);
  });
  const failed = (error: unknown) => log('warn', 'a connection could not be closed in order', { error });
  await Promise.race([closing().catch(failed), patience]);
  clearTimeout(timer);
  redis?.disconnect();
}
