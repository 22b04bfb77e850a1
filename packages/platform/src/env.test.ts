import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { accountsNamed } from '@granary/cost/rules/ledger-account';
import { describe, expect, it, vi } from 'vitest';
import { ConfigError, parseConfig, readConfig } from './env.ts';
import { isLoopback } from './env-rules.ts';

const good = { DATABASE_URL: 'mysql://granary:s3cret@127.0.0.1:3306/granary', REDIS_URL: 'redis://127.0.0.1:6379' };

function refusal(env: Record<string, string | undefined>): string {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('the configuration', () => {
  it('has a default for everything but the two servers', () => {
    expect(parseConfig(good)).toEqual({
      databaseUrl: good.DATABASE_URL,
      redisUrl: good.REDIS_URL,
      host: '127.0.0.1',
      port: 3000,
      access: 'local',
      publicCap: 10,
      leanHttp: true,
      trustedNetwork: false,
      rateToken: 5000,
      rateAddress: 0,
      corsOrigins: [],
      logLevel: 'info',
      databasePool: 10,
      databaseReplicaUrls: [],
      cacheEntries: 10_000,
      requestDeadlineMs: 5000,
      combineShards: 1,
      combineQueue: 5000,
      shutdownGraceMs: 10_000,
      metricsHost: '127.0.0.1',
      defaultStrategy: 'fifo',
      reservationTtlSeconds: 1800,
      reservationMaxTtlSeconds: 604_800,
      holdMaxPerBusiness: 0,
      holdMaxSharePercent: 100,
      holdMaxPerToken: 0,
      extensions: [],
      autoCreateSku: true,
      alertLowThreshold: 100,
      alertHighThreshold: 10_000,
      alertExpiryDays: 30,
      alertConfirmedHours: 72,
      alertTimeoutPercent: 50,
      snapshotDaily: true,
      snapshotRetentionDays: 400,
      auditRetentionDays: 0,
      idempotencyDays: 7,
      timezone: 'UTC',
      encryptionKeys: [],
      ...{ checkpointKey: undefined, checkpointTrusted: [], checkpointMinutes: 60, checkpointFolder: undefined },
      sensitiveAttributes: [],
      eventStreamKey: 'granary:events',
      eventStreamLength: 100_000,
      webhookAllowPrivate: false,
      webhookTimeoutMs: 15_000,
      lockMode: 'documents',
      businessLockTtlSeconds: 7200,
      watchLimit: 1_000,
      allowNegative: false,
      cost: {
        defaultStrategy: 'weighted_average',
        policy: { shortage: 'owe', returns: 'original', reversals: 'original', issueDecimals: 6 },
        createPeriods: true,
        timezone: 'UTC',
        baseCurrency: 'CNY',
        multiCurrency: false,
        varianceThresholdMillionths: 100_000,
        autoAllocation: true,
        autoCloseDays: null,
        eventsAtOnce: 2000,
        accounts: accountsNamed(),
      },
      unknownNames: [],
    });
  });

  it('takes an empty value as not set, as docker compose passes unset ones', () => {
    expect(parseConfig({ ...good, PORT: '', STOCK_TIMEZONE: '' })).toMatchObject({ port: 3000, timezone: 'UTC' });
  });

  it('reads what is given', () => {
    const given = {
      STOCK_AUTO_CREATE_SKU: '0',
      STOCK_TIMEZONE: 'Asia/Shanghai',
      STOCK_LOCK: 'all',
      STOCK_ALLOCATION_STRATEGY: 'my_own',
      PORT: '0',
      STOCK_ALLOW_NEGATIVE: 'false',
    };
    expect(parseConfig({ ...good, ...given })).toMatchObject({
      autoCreateSku: false,
      timezone: 'Asia/Shanghai',
      lockMode: 'all',
      defaultStrategy: 'my_own',
      port: 0,
      allowNegative: false,
    });
  });

  it('reads replicas one by one, and says which of them is wrong', () => {
    const [one, two] = ['mysql://a:b@replica-1/granary', 'mysql://a:b@replica-2:3307/granary'];
    expect(parseConfig({ ...good, DATABASE_REPLICA_URLS: `${one}, ${two}` }).databaseReplicaUrls).toEqual([one, two]);
    const told = refusal({ ...good, DATABASE_REPLICA_URLS: `${one},mysql://a:b@replica-2` });
    expect(told).toContain('of number 2, it names no database');
    expect(told).not.toContain('a:b@');
  });

  it('needs no Redis where nothing takes a lock', () => {
    expect(parseConfig({ DATABASE_URL: good.DATABASE_URL, STOCK_LOCK: 'none' }).redisUrl).toBeUndefined();
  });

  it('reads the keys that seal secrets, and shows none of them', () => {
    const keys = [7, 8].map((start) =>
      Buffer.from(Array.from({ length: 32 }, (_, at) => start * at)).toString('base64'),
    );
    const config = parseConfig({ ...good, ENCRYPTION_KEYS: `new:${keys[0]},old:${keys[1]}` });
    expect(config.encryptionKeys.map(({ kid }) => kid)).toEqual(['new', 'old']);
    expect(JSON.stringify(config)).not.toContain(keys[0]);
    const told = refusal({ ...good, ENCRYPTION_KEYS: `new:${keys[0]?.slice(4)}` });
    expect(told).toMatch(
      /ENCRYPTION_KEYS has a value .*: key "new" has 29 bytes, not 32; expected id:key.*openssl rand -base64 32/,
    );
    expect(told).not.toContain(keys[0]?.slice(4));
  });

  it.each([
    ['no number', { STOCK_RESERVATION_TTL: 'abc' }],
    ['an exponent', { STOCK_RESERVATION_TTL: '1e3' }],
    ['hexadecimal', { PORT: '0x10' }],
    ['digits with spaces', { PORT: ' 80' }],
    ['below the range', { DATABASE_POOL: '3' }],
    ['above the range', { PORT: '65536' }],
    ['less than a week that is not never', { STOCK_AUDIT_RETENTION_DAYS: '6' }],
    ['beyond exact integers', { REQUEST_DEADLINE_MS: '99999999999999999999' }],
    ['a fraction', { SHUTDOWN_GRACE_MS: '1.5' }],
    ['an unknown word', { STOCK_LOCK: 'everything' }],
    ['another case', { LOG_LEVEL: 'INFO' }],
    ['an unknown zone', { STOCK_TIMEZONE: 'Mars/Olympus' }],
    ['yes for a flag', { STOCK_AUTO_CREATE_SKU: 'yes' }],
    ['a URL of another kind', { REDIS_URL: 'http://127.0.0.1' }],
    ['a database URL of another kind', { DATABASE_URL: 'postgres://a@b/c' }],
    ['no database in the URL', { DATABASE_URL: 'mysql://a@b' }],
    ['a strategy that is no name', { STOCK_ALLOCATION_STRATEGY: '../x' }],
  ])('refuses %s and names the variable, the shape and the fix', (_what, env) => {
    const [name = ''] = Object.keys(env);
    const message = refusal({ ...good, ...env });
    expect(message).toContain(`- ${name} `);
    expect(message).toMatch(/expected .+\. Fix: set it to such a value, for example .+/);
    expect(message.split('\n')).toHaveLength(2);
  });

  it('names all bad values at once', () => {
    const message = refusal({ PORT: 'x', STOCK_LOCK: 'y', STOCK_TIMEZONE: 'z' });
    for (const name of ['PORT', 'STOCK_LOCK', 'STOCK_TIMEZONE', 'DATABASE_URL'])
      expect(message).toContain(`- ${name} `);
    expect(message).toContain('4 configuration values are wrong');
  });

  it('never prints a password', () => {
    for (const url of [
      'mysql://root:hunter2@',
      'postgres://root:hunter2@h/d',
      'root:hunter2',
      'mysql://root:hunter2@h/d?x=1',
      'mysql://root:hunter2%@h/d',
    ]) {
      expect(refusal({ DATABASE_URL: url, REDIS_URL: 'redis://:hunter2@' })).not.toContain('hunter2');
    }
  });

  it('sells into a deficit only where that is wished', () => {
    expect(parseConfig({ ...good }).allowNegative).toBe(false);
    expect(parseConfig({ ...good, STOCK_ALLOW_NEGATIVE: 'true' }).allowNegative).toBe(true);
  });

  it.each([
    ['the lock without its server', { REDIS_URL: undefined }, /REDIS_URL is not set while STOCK_LOCK wants locks/],
    [
      'a life longer than the longest',
      { STOCK_RESERVATION_TTL: '100', STOCK_RESERVATION_MAX_TTL: '99' },
      /STOCK_RESERVATION_TTL is longer/,
    ],
    [
      'an audit shorter than its keys',
      { STOCK_AUDIT_RETENTION_DAYS: '29', STOCK_IDEMPOTENCY_DAYS: '30' },
      /STOCK_AUDIT_RETENTION_DAYS is shorter/,
    ],
    [
      'thresholds the wrong way round',
      { STOCK_ALERT_LOW_THRESHOLD: '5', STOCK_ALERT_HIGH_THRESHOLD: '5' },
      /STOCK_ALERT_LOW_THRESHOLD is not below/,
    ],
    [
      'an address that others reach',
      { HOST: '0.0.0.0' },
      /HOST is not an address of this machine alone.*GRANARY_TRUSTED_NETWORK=1/,
    ],
  ])('refuses %s', (_what, env, text) => {
    expect(refusal({ ...good, ...env })).toMatch(text);
  });

  it('does not judge a pair of which one is bad by itself', () => {
    const message = refusal({ ...good, STOCK_RESERVATION_TTL: 'x', STOCK_RESERVATION_MAX_TTL: '1' });
    expect(message.split('\n')).toHaveLength(2);
  });

  it('listens for strangers only in a network that is declared trusted', () => {
    expect(parseConfig({ ...good, HOST: '0.0.0.0', GRANARY_ACCESS: 'tokens' }).access).toBe('tokens');
    expect(parseConfig({ ...good, HOST: '0.0.0.0', GRANARY_TRUSTED_NETWORK: '1' }).host).toBe('0.0.0.0');
    expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.example'].some(isLoopback)).toBe(false);
  });

  it('notices names that nothing reads, as a misspelt one would silently mean its default', () => {
    expect(parseConfig({ ...good, STOCK_RESERVATION_TLL: '5' }).unknownNames).toEqual(['STOCK_RESERVATION_TLL']);
  });

  it('comes from the environment of the process', () => {
    vi.stubEnv('DATABASE_URL', good.DATABASE_URL);
    vi.stubEnv('REDIS_URL', good.REDIS_URL);
    vi.stubEnv('PORT', '4321');
    expect(readConfig().port).toBe(4321);
    vi.unstubAllEnvs();
  });

  it('is the only thing in this package that reads the environment', () => {
    const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const readers = files.filter((file) => /process\.env/.test(code(file)));
    expect(files.length).toBeGreaterThan(10);
    expect(readers).toEqual(['env.ts']);
  });
});

/** A file without its comments, which may well speak of the environment. */
function code(file: string): string {
  return readFileSync(join(import.meta.dirname, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
}
