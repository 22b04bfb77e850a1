/** Looks whether this process may serve: the database answers, behaves as every rule assumes, and has the schema of this code. */
import type { Instant } from '@granary/contracts/instant';
import type { SystemReadiness } from '@granary/contracts/system';
import type { Migration } from '@granary/domain/persistence/schema';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { SQL_MODES } from './database-session.ts';
import type { Log } from './log.ts';
import { readRecords, schemaState, type SchemaState } from './migration-record.ts';

export interface SelfCheckOptions {
  readonly dataSource: DataSource;
  readonly migrations: readonly Migration[];
  readonly redis: Redis | undefined;
  readonly log: Log;
  readonly timeoutMs?: number;
}

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** A warning is shown and does not stop anybody. */
  readonly warning?: true;
}

interface ServerFacts {
  readonly variables: ReadonlyMap<string, string>;
  readonly schema: SchemaState;
  readonly now: Instant;
  readonly skewMs: number;
}

const TIMEOUT_MS = 2_000;
const MAX_SKEW_MS = 2_000;
const VARIABLES = [
  'sql_mode',
  'time_zone',
  'tx_isolation',
  'transaction_isolation',
  'collation_connection',
  'log_bin',
  'binlog_format',
  'innodb_flush_log_at_trx_commit',
  'version',
];

/** A function for readiness: callers that come while a check is under way share it, so that asking often cannot fill the pool. */
export function createSelfCheck(options: SelfCheckOptions): () => Promise<SystemReadiness> {
  let running: Promise<SystemReadiness> | undefined;
  return () => {
    running ??= check(options).finally(() => {
      running = undefined;
    });
    return running;
  };
}

async function check(options: SelfCheckOptions): Promise<SystemReadiness> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  try {
    const facts = await within(serverFacts(options), timeoutMs);
    const checks = [
      { name: 'database', ok: true, detail: facts.variables.get('version') ?? 'answers' },
      ...judge(facts),
      redisCheck(options.redis),
    ];
    return {
      ready: checks.every((one: Check) => one.ok || one.warning === true),
      checks: checks.map(shown),
      now: facts.now,
    };
  } catch (error) {
    options.log('warn', 'the self-check could not ask the database', { error });
    const checks = [
      { name: 'database', ok: false, detail: `gives no answer within ${timeoutMs} ms, or refuses to` },
      redisCheck(options.redis),
    ];
    return { ready: false, checks: checks.map(shown), now: null };
  }
}

async function serverFacts({ dataSource, migrations }: SelfCheckOptions): Promise<ServerFacts> {
  const ask = (sql: string): Promise<Record<string, unknown>[]> => dataSource.query(sql);
  const rows = await ask(
    `SHOW SESSION VARIABLES WHERE variable_name IN (${VARIABLES.map((name) => `'${name}'`).join(', ')})`,
  );
  const schema = schemaState(await readRecords(ask), migrations);
  const askedAt = Date.now();
  const [time] = await ask('SELECT UTC_TIMESTAMP(6) AS now');
  const halfway = (askedAt + Date.now()) / 2;
  const now = `${String(time?.['now']).replace(' ', 'T')}Z` as Instant;
  const variables = new Map(rows.map((row) => [String(row['Variable_name']), String(row['Value'])]));
  return { variables, schema, now, skewMs: Math.round(Date.parse(now) - halfway) };
}

function judge({ variables, schema, skewMs }: ServerFacts): readonly Check[] {
  const value = (name: string) => variables.get(name) ?? '';
  const missingModes = SQL_MODES.filter((mode) => !value('sql_mode').split(',').includes(mode));
  const isolation = value('transaction_isolation') || value('tx_isolation');
  const statementLog = value('log_bin') === 'ON' && value('binlog_format') === 'STATEMENT';
  const flush = value('innodb_flush_log_at_trx_commit');
  return [
    { name: 'schema', ok: schema.status === 'current', detail: schema.detail },
    {
      name: 'sql mode',
      ok: missingModes.length === 0,
      detail: missingModes.length === 0 ? 'strict' : `lacks ${missingModes.join(', ')}`,
    },
    { name: 'time zone', ok: value('time_zone') === '+00:00', detail: value('time_zone') },
    { name: 'isolation', ok: isolation === 'READ-COMMITTED', detail: isolation },
    {
      name: 'text comparison',
      ok: value('collation_connection') === 'utf8mb4_bin',
      detail: value('collation_connection'),
    },
    {
      name: 'binary log',
      ok: !statementLog,
      detail: statementLog ? 'binlog_format is STATEMENT, which cannot log what we write: set ROW or MIXED' : 'fits',
    },
    {
      name: 'durability',
      ok: flush === '1',
      warning: true,
      detail:
        flush === '1'
          ? 'every commit is flushed'
          : `warning: innodb_flush_log_at_trx_commit is ${flush}; a power cut may lose the last commits`,
    },
    {
      name: 'clock',
      ok: Math.abs(skewMs) < MAX_SKEW_MS,
      warning: true,
      detail: `${Math.abs(skewMs) < MAX_SKEW_MS ? '' : 'warning: '}the database's clock differs by ${skewMs} ms from this machine's`,
    },
  ];
}

/** Redis holds no truth: without it everything succeeds, only with more waiting. */
function redisCheck(redis: Redis | undefined): Check {
  if (redis === undefined) return { name: 'redis', ok: true, detail: 'not used' };
  const ok = redis.status === 'ready';
  return { name: 'redis', ok, warning: true, detail: ok ? 'answers' : 'warning: away; work goes on without locks' };
}

function shown({ name, ok, detail }: Check): { name: string; ok: boolean; detail: string } {
  return { name, ok, detail };
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    work.catch(() => undefined);
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
