/** A stock engine on an empty database of its own, for the tests of this package. */
import type { Caller } from '@granary/contracts/command';
import { fromMicros, toMicros } from '@granary/contracts/instant';
import { createTestDatabase, testServers } from '@granary/testkit/servers';
import mysql2 from 'mysql2';
import { DataSource } from 'typeorm';
import { monotonicFactory } from 'ulid';
import type { Call } from '../call.ts';
import { createDomain, type Domain } from '../domain.ts';
import type { DomainConfig } from '../config.ts';
import { entities, migrations } from '../persistence/schema.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import { grantEverybody } from '../ports/lock-manager.ts';
import { createTestBox } from './secret-box.ts';

export interface TestDomain {
  readonly domain: Domain;
  readonly dataSource: DataSource;
  readonly url: string;
  readonly call: Call;
  /** Moves the engine's time; real time flows as well. */
  advance(seconds: number): void;
  close(): Promise<void>;
}

const SESSION = [
  `SET SESSION time_zone = '+00:00', SESSION innodb_lock_wait_timeout = 5`,
  `SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY'`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

export const testCaller: Caller = { actor: 'local', address: '127.0.0.1', agent: 'vitest', requestId: 'test' };
export const testCall: Call = { caller: testCaller, deadlineMs: 30_000 };

export const testConfig: DomainConfig = {
  defaultStrategy: 'fifo',
  reservationTtlSeconds: 1800,
  reservationMaxTtlSeconds: 604_800,
  holdMaxPerBusiness: 0,
  holdMaxSharePercent: 100,
  holdMaxPerToken: 0,
  lockTtlSeconds: 7200,
  autoCreateSku: true,
  allowNegative: false,
  timezone: 'UTC',
  alertLowThreshold: 100,
  alertHighThreshold: 10_000,
  alertExpiryDays: 30,
  alertConfirmedHours: 72,
  alertTimeoutPercent: 50,
  snapshotDaily: false,
  snapshotRetentionDays: 400,
  requestDeadlineMs: 5000,
  combineShards: 1,
  combineQueue: 5000,
  auditRetentionDays: 0,
  idempotencyDays: 7,
  sensitiveAttributes: [],
  checkpointMinutes: 60,
};

export interface TestDomainOptions {
  readonly config?: Partial<DomainConfig>;
  readonly ports?: Partial<DomainPorts>;
  readonly poolSize?: number;
  /** The engine's own way to the database, such as through a fault proxy; `url` stays the straight one. */
  readonly through?: (url: string) => string;
}

export function testPorts(): DomainPorts {
  return {
    locks: grantEverybody,
    ids: monotonicFactory(),
    clock: (now) => now,
    onHandHandlers: [],
    strategies: [],
    log: () => undefined,
    secretBox: createTestBox(),
  };
}

export async function openTestDomain(options: TestDomainOptions = {}): Promise<TestDomain> {
  const { engine } = await testServers();
  const database = await createTestDatabase('domain');
  const url = options.through?.(database.url) ?? database.url;
  const dataSource = await openDataSource(url, { engine, poolSize: options.poolSize ?? 32 }).initialize();
  for (const { steps } of migrations) for (const step of steps) await dataSource.query(step);
  let shift = 0n;
  const domain = createDomain({
    dataSource,
    config: { ...testConfig, ...options.config },
    ports: { ...testPorts(), clock: (now) => fromMicros(toMicros(now) + shift), ...options.ports },
  });
  return {
    domain,
    dataSource,
    url: database.url,
    call: testCall,
    advance: (seconds) => {
      shift += BigInt(seconds) * 1_000_000n;
    },
    close: async () => {
      await dataSource.destroy();
      await database.drop();
    },
  };
}

export function openDataSource(
  url: string,
  { engine, poolSize }: { engine: 'mariadb' | 'mysql'; poolSize: number },
): DataSource {
  const driver = {
    ...mysql2,
    createPool: (options: mysql2.PoolOptions) => {
      const pool = mysql2.createPool(options);
      pool.on('connection', (connection) => {
        for (const statement of SESSION) connection.query(statement);
      });
      return pool;
    },
  };
  return new DataSource({
    type: engine,
    driver,
    url,
    entities: [...entities],
    timezone: 'Z',
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    multipleStatements: true,
    poolSize,
    synchronize: false,
  });
}
