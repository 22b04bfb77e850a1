/** The configuration of a process, parsed once at start (SPEC section 10). This is the only file that reads process.env. */
import type { CostConfig } from '@granary/cost/config';
import { costConfig } from './cost-config.ts';
import type { SigningKey, TrustedKey } from './checkpoint-keys.ts';
import type { EncryptionKey } from './encryption-keys.ts';
import { envRules } from './env-rules.ts';
import { envSchema, type EnvValues, type VariableName } from './env-schema.ts';
import { fixOf, shown, variableFacts } from './env-variable.ts';

export interface Config {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly access: EnvValues['GRANARY_ACCESS'];
  readonly publicCap: number;
  readonly leanHttp: boolean;
  readonly trustedNetwork: boolean;
  /** Calls a second over all processes; 0 is no limit. */
  readonly rateToken: number;
  readonly rateAddress: number;
  /** Web pages that may call the api. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: EnvValues['LOG_LEVEL'];
  readonly databasePool: number;
  readonly databaseReplicaUrls: readonly string[];
  /** Answers of each kind that a process keeps; 0 is no cache. */
  readonly cacheEntries: number;
  readonly requestDeadlineMs: number;
  readonly combineShards: number;
  readonly combineQueue: number;
  readonly shutdownGraceMs: number;
  /** Undefined: /metrics is not told. */
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly defaultStrategy: string;
  readonly reservationTtlSeconds: number;
  readonly reservationMaxTtlSeconds: number;
  readonly holdMaxPerBusiness: number;
  readonly holdMaxSharePercent: number;
  readonly holdMaxPerToken: number;
  /** Paths and package names of ES modules with strategies and validators of one's own. */
  readonly extensions: readonly string[];
  readonly autoCreateSku: boolean;
  readonly alertLowThreshold: number;
  readonly alertHighThreshold: number;
  readonly alertExpiryDays: number;
  readonly alertConfirmedHours: number;
  readonly alertTimeoutPercent: number;
  readonly snapshotDaily: boolean;
  readonly snapshotRetentionDays: number;
  readonly auditRetentionDays: number;
  readonly idempotencyDays: number;
  readonly timezone: string;
  /** None without ENCRYPTION_KEYS. */
  readonly encryptionKeys: readonly EncryptionKey[];
  /** Undefined without GRANARY_CHECKPOINT_KEY. */
  readonly checkpointKey: SigningKey | undefined;
  readonly checkpointTrusted: readonly TrustedKey[];
  readonly sensitiveAttributes: readonly string[];
  readonly checkpointMinutes: number;
  readonly checkpointFolder: string | undefined;
  readonly eventStreamKey: string;
  readonly eventStreamLength: number;
  readonly webhookAllowPrivate: boolean;
  readonly webhookTimeoutMs: number;
  readonly lockMode: EnvValues['STOCK_LOCK'];
  readonly businessLockTtlSeconds: number;
  readonly watchLimit: number;
  readonly allowNegative: boolean;
  /** Undefined when costing is switched off. */
  readonly cost: CostConfig | undefined;
  /** Variables named STOCK_… that nothing reads, most likely misspelt. */
  readonly unknownNames: readonly string[];
}

/** Thrown when the process must not start; its message names every bad value and holds no secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The configuration of this process. */
export function readConfig(): Config {
  return parseConfig(process.env);
}

/** Parses an environment, or throws a ConfigError that names all that is wrong with it. An empty value counts as not set. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const bad = new Map<string, string>();
  for (const issue of envSchema.safeParse(given).error?.issues ?? []) {
    const name = String(issue.path[0]) as VariableName;
    const facts = variableFacts.get(envSchema.shape[name]);
    if (facts === undefined || bad.has(name)) continue;
    const why = issue.code === 'custom' ? `: ${issue.message}` : '';
    bad.set(name, `${name} ${shown(given[name], facts)}${why}; expected ${facts.shape}. Fix: ${fixOf(facts)}`);
  }
  const values = envSchema.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !bad.has(name))));
  const broken = envRules.filter((rule) => !rule.names.some((name) => bad.has(name)) && rule.broken(values));
  const problems = [...bad.values(), ...broken.map((rule) => rule.text)];
  if (problems.length > 0 || values.DATABASE_URL === undefined) throw new ConfigError(report(problems));
  return toConfig(values, values.DATABASE_URL, unknownNames(given));
}

/** STOCK_… names that nothing reads; main functions warn of them, as a misspelt name would silently mean its default. */
function unknownNames(given: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(given).filter((name) => name.startsWith('STOCK_') && !(name in envSchema.shape));
}

function report(problems: readonly string[]): string {
  const count = problems.length === 1 ? 'one configuration value is' : `${problems.length} configuration values are`;
  return [`Granary does not start: ${count} wrong.`, ...problems.map((problem) => `- ${problem}.`)].join('\n');
}

function toConfig(values: EnvValues, databaseUrl: string, unknown: readonly string[]): Config {
  return {
    databaseUrl,
    redisUrl: values.REDIS_URL,
    host: values.HOST,
    port: values.PORT,
    access: values.GRANARY_ACCESS,
    publicCap: values.STOCK_PUBLIC_CAP,
    leanHttp: values.GRANARY_HTTP_LEAN === 'on',
    trustedNetwork: values.GRANARY_TRUSTED_NETWORK,
    rateToken: values.GRANARY_RATE_TOKEN,
    rateAddress: values.GRANARY_RATE_ADDRESS ?? (values.GRANARY_ACCESS === 'tokens' ? values.GRANARY_RATE_TOKEN : 0),
    corsOrigins: values.GRANARY_CORS_ORIGINS ?? [],
    logLevel: values.LOG_LEVEL,
    databasePool: values.DATABASE_POOL,
    databaseReplicaUrls: values.DATABASE_REPLICA_URLS ?? [],
    cacheEntries: values.GRANARY_CACHE_ENTRIES,
    requestDeadlineMs: values.REQUEST_DEADLINE_MS,
    combineShards: values.GRANARY_COMBINE_SHARDS,
    combineQueue: values.GRANARY_COMBINE_QUEUE,
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
    metricsPort: values.GRANARY_METRICS_PORT,
    metricsHost: values.GRANARY_METRICS_HOST,
    defaultStrategy: values.STOCK_ALLOCATION_STRATEGY,
    reservationTtlSeconds: values.STOCK_RESERVATION_TTL,
    reservationMaxTtlSeconds: values.STOCK_RESERVATION_MAX_TTL,
    holdMaxPerBusiness: values.STOCK_HOLD_MAX_PER_BUSINESS,
    holdMaxSharePercent: values.STOCK_HOLD_MAX_SHARE,
    holdMaxPerToken: values.STOCK_HOLD_MAX_PER_TOKEN,
    extensions: values.GRANARY_EXTENSIONS ?? [],
    autoCreateSku: values.STOCK_AUTO_CREATE_SKU,
    alertLowThreshold: values.STOCK_ALERT_LOW_THRESHOLD,
    alertHighThreshold: values.STOCK_ALERT_HIGH_THRESHOLD,
    alertExpiryDays: values.STOCK_ALERT_EXPIRY_DAYS,
    alertConfirmedHours: values.STOCK_ALERT_CONFIRMED_HOURS,
    alertTimeoutPercent: values.STOCK_ALERT_TIMEOUT_PERCENT,
    snapshotDaily: values.STOCK_SNAPSHOT_DAILY,
    snapshotRetentionDays: values.STOCK_SNAPSHOT_RETENTION_DAYS,
    auditRetentionDays: values.STOCK_AUDIT_RETENTION_DAYS,
    idempotencyDays: values.STOCK_IDEMPOTENCY_DAYS,
    timezone: values.STOCK_TIMEZONE,
    encryptionKeys: values.ENCRYPTION_KEYS ?? [],
    checkpointKey: values.GRANARY_CHECKPOINT_KEY,
    checkpointTrusted: values.GRANARY_CHECKPOINT_TRUSTED ?? [],
    sensitiveAttributes: values.STOCK_SENSITIVE_ATTRIBUTES ?? [],
    checkpointMinutes: values.GRANARY_CHECKPOINT_MINUTES,
    checkpointFolder: values.GRANARY_CHECKPOINT_FOLDER,
    eventStreamKey: values.STOCK_EVENT_STREAM,
    eventStreamLength: values.STOCK_EVENT_STREAM_LENGTH,
    webhookAllowPrivate: values.STOCK_WEBHOOK_ALLOW_PRIVATE,
    webhookTimeoutMs: values.STOCK_WEBHOOK_TIMEOUT_MS,
    lockMode: values.STOCK_LOCK,
    businessLockTtlSeconds: values.STOCK_LOCK_TTL,
    watchLimit: values.STOCK_WATCH_LIMIT,
    allowNegative: values.STOCK_ALLOW_NEGATIVE,
    cost: costConfig(values),
    unknownNames: unknown,
  };
}
