/** Every variable of the configuration with its shape, default and meaning; messages and docs/configuration.md are made from it. */
import { z } from 'zod';
import { parseDatabaseUrl } from './database-url.ts';
import { flag, integer, optionalVariable, variable } from './env-variable.ts';

const DAY_SECONDS = 86_400;
const MAX_QUANTITY = 2_147_483_647;

const databaseUrl = z.string().superRefine((text, context) => {
  const result = parseDatabaseUrl(text);
  if (!result.ok) context.addIssue({ code: 'custom', message: result.problem });
  else if (result.target.database === '') context.addIssue({ code: 'custom', message: 'it names no database' });
});
const redisUrl = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^rediss?:\/\/[^/]+(\/(\d|1[0-5])?)?$/.test(text),
    'it is no redis:// or rediss:// URL',
  );
const timezone = z.string().refine(isTimezone, 'this machine knows no such time zone');

/** Every variable. A variable without `fallback` has no default. */
export const envSchema = z.object({
  DATABASE_URL: optionalVariable(databaseUrl, {
    shape: 'mysql://user:password@host:port/database, with ?socket=/path or ?tls=true if wanted',
    about:
      'MySQL or MariaDB, where all truth lives. Needed always; `npm start` and the tests bring up a private server and set it themselves.',
    example: 'mysql://granary:secret@127.0.0.1:3306/granary',
    secret: true,
  }),
  REDIS_URL: optionalVariable(redisUrl, {
    shape: 'redis://[user:password@]host:port[/database 0 to 15], or rediss:// for TLS',
    about:
      'Redis or Valkey, used to thin contention, never for truth: when it is away, work goes on. Needed unless STOCK_LOCK is `none`.',
    example: 'redis://127.0.0.1:6379',
    secret: true,
  }),
  HOST: variable(z.string().regex(/^[A-Za-z0-9._:-]{1,255}$/), {
    shape: 'an address or a host name',
    about:
      'The address the api listens on. Anything but this machine itself needs GRANARY_ACCESS=tokens, or GRANARY_TRUSTED_NETWORK=1.',
    example: '127.0.0.1',
    fallback: '127.0.0.1',
  }),
  PORT: variable(integer(0, 65_535), {
    shape: 'a whole number from 0 to 65535',
    about: 'The port the api listens on; 0 takes any free one.',
    example: '3000',
    fallback: '3000',
  }),
  GRANARY_ACCESS: variable(z.enum(['local', 'tokens']), {
    shape: 'local or tokens',
    about:
      'Who may do what: with `local` everybody who reaches the port may do everything; with `tokens` everybody may do what their token allows, and without one only what is public (docs/access.md).',
    example: 'tokens',
    fallback: 'local',
  }),
  STOCK_PUBLIC_CAP: variable(integer(1, MAX_QUANTITY), {
    shape: 'a whole number from 1 to 2147483647',
    about: 'The most that `stock.check` tells whoever may not read all stock; `inStock` is true all the same.',
    example: '10',
    fallback: '10',
  }),
  GRANARY_TRUSTED_NETWORK: variable(flag, {
    shape: '1 or 0',
    about:
      'Set to 1, while GRANARY_ACCESS is local, only where the network itself keeps strangers out, such as the private network of docker compose: everybody who reaches the port may do everything.',
    example: '1',
    fallback: '0',
  }),
  LOG_LEVEL: variable(z.enum(['debug', 'info', 'warn', 'error', 'silent']), {
    shape: 'debug, info, warn, error or silent',
    about: 'The least important log lines that are written.',
    example: 'info',
    fallback: 'info',
  }),
  DATABASE_POOL: variable(integer(4, 500), {
    shape: 'a whole number from 4 to 500',
    about:
      'Connections to the database that one process holds at most; a hundred times as many callers may wait for one, further ones are turned away (INV_012).',
    example: '10',
    fallback: '10',
  }),
  REQUEST_DEADLINE_MS: variable(integer(100, 3_600_000), {
    shape: 'a whole number of milliseconds from 100 to 3600000',
    about: 'How long one call may take before it is ended and its outcome looked up.',
    example: '5000',
    fallback: '5000',
  }),
  SHUTDOWN_GRACE_MS: variable(integer(0, 600_000), {
    shape: 'a whole number of milliseconds from 0 to 600000',
    about:
      'How long work in flight may take to finish after SIGTERM or SIGINT; a second signal ends the process at once.',
    example: '10000',
    fallback: '10000',
  }),
  STOCK_ALLOCATION_STRATEGY: variable(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), {
    shape: 'the name of a registered strategy: fifo, lifo, fefo, cost_optimized, least_batches or one of your own',
    about: 'How batches are chosen where neither the call nor the SKU says so.',
    example: 'fifo',
    fallback: 'fifo',
  }),
  STOCK_RESERVATION_TTL: variable(integer(1, 10 * 365 * DAY_SECONDS), {
    shape: 'a whole number of seconds from 1 to 315360000',
    about: 'How long a reservation holds stock when the call does not say.',
    example: '1800',
    fallback: '1800',
  }),
  STOCK_RESERVATION_MAX_TTL: variable(integer(1, 10 * 365 * DAY_SECONDS), {
    shape: 'a whole number of seconds from 1 to 315360000',
    about: 'The longest life of an unconfirmed reservation, extensions included.',
    example: '604800',
    fallback: '604800',
  }),
  STOCK_AUTO_CREATE_SKU: variable(flag, {
    shape: 'true or false',
    about: 'Whether an inbound of an unknown SKU creates it; otherwise it is refused (INV_001).',
    example: 'true',
    fallback: 'true',
  }),
  STOCK_ALERT_LOW_THRESHOLD: variable(integer(0, MAX_QUANTITY), {
    shape: 'a whole number from 0 to 2147483647',
    about: 'The warning threshold of a level that has none of its own; half of it is the critical one.',
    example: '100',
    fallback: '100',
  }),
  STOCK_ALERT_HIGH_THRESHOLD: variable(integer(0, MAX_QUANTITY), {
    shape: 'a whole number from 0 to 2147483647',
    about: 'The high threshold of a level that has none of its own.',
    example: '10000',
    fallback: '10000',
  }),
  STOCK_TIMEZONE: variable(timezone, {
    shape: 'an IANA time zone',
    about: 'Where days begin: a batch that expires on a date is good until the next day begins there.',
    example: 'Asia/Shanghai',
    fallback: 'UTC',
  }),
  STOCK_LOCK: variable(z.enum(['documents', 'all', 'none']), {
    shape: 'documents, all or none',
    about:
      'What takes a Redis lock first, to thin contention: documents only, reservations too, or nothing. No setting changes what is true.',
    example: 'documents',
    fallback: 'documents',
  }),
  STOCK_LOCK_TTL: variable(integer(0, 10 * 365 * DAY_SECONDS), {
    shape: 'a whole number of seconds from 0 (no deadline) to 315360000',
    about:
      'How long a business lock keeps stock out of sale when the call does not say. Read and checked, not used yet: business locks come with stock operations.',
    example: '7200',
    fallback: '7200',
  }),
  STOCK_ALLOW_NEGATIVE: variable(
    z.enum(['false', '0']).transform(() => false as const),
    {
      shape: 'false (selling into a deficit comes with stock operations; until then a shortage is always refused)',
      about: 'Whether a shortage may be sold as a deficit. Only `false` is accepted for now.',
      example: 'false',
      fallback: 'false',
    },
  ),
});

export type EnvValues = z.output<typeof envSchema>;
export type VariableName = keyof EnvValues;

export interface EnvRule {
  readonly names: readonly VariableName[];
  readonly broken: (values: EnvValues) => boolean;
  readonly text: string;
}

/** What one variable alone cannot say. A rule is looked at only when the variables it names are good by themselves. */
export const envRules: readonly EnvRule[] = [
  {
    names: ['DATABASE_URL'],
    broken: (values) => values.DATABASE_URL === undefined,
    text: 'DATABASE_URL is not set; expected mysql://user:password@host:port/database. Fix: set it, for example mysql://granary:secret@127.0.0.1:3306/granary, or use `npm start`, which brings up a private server',
  },
  {
    names: ['REDIS_URL', 'STOCK_LOCK'],
    broken: (values) => values.REDIS_URL === undefined && values.STOCK_LOCK !== 'none',
    text: 'REDIS_URL is not set while STOCK_LOCK wants locks; expected redis://host:port. Fix: set it, for example redis://127.0.0.1:6379, or set STOCK_LOCK=none',
  },
  {
    names: ['HOST', 'GRANARY_ACCESS', 'GRANARY_TRUSTED_NETWORK'],
    broken: (values) =>
      !isLoopback(values.HOST) && values.GRANARY_ACCESS === 'local' && !values.GRANARY_TRUSTED_NETWORK,
    text: 'HOST is not an address of this machine alone; expected 127.0.0.1, ::1 or localhost, as with GRANARY_ACCESS=local everybody who reaches the port may do everything. Fix: set HOST=127.0.0.1, or GRANARY_ACCESS=tokens, or GRANARY_TRUSTED_NETWORK=1 if the network itself keeps strangers out',
  },
  {
    names: ['STOCK_RESERVATION_TTL', 'STOCK_RESERVATION_MAX_TTL'],
    broken: (values) => values.STOCK_RESERVATION_TTL > values.STOCK_RESERVATION_MAX_TTL,
    text: 'STOCK_RESERVATION_TTL is longer than STOCK_RESERVATION_MAX_TTL; expected at most as long. Fix: lower the first or raise the second',
  },
  {
    names: ['STOCK_ALERT_LOW_THRESHOLD', 'STOCK_ALERT_HIGH_THRESHOLD'],
    broken: (values) => values.STOCK_ALERT_LOW_THRESHOLD >= values.STOCK_ALERT_HIGH_THRESHOLD,
    text: 'STOCK_ALERT_LOW_THRESHOLD is not below STOCK_ALERT_HIGH_THRESHOLD; expected a lower number. Fix: lower the first or raise the second',
  },
];

/** True when only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
