/** The variables of a process: what it connects to, where it listens, whom it lets in. */
import { z } from 'zod';
import { parseDatabaseUrl } from './database-url.ts';
import { flag, integer, optionalVariable, variable } from './env-variable.ts';
import { redisUrlProblem } from './redis-url.ts';

const MAX_QUANTITY = 2_147_483_647;

const databaseUrl = z.string().superRefine((text, context) => {
  const result = parseDatabaseUrl(text);
  if (!result.ok) context.addIssue({ code: 'custom', message: result.problem });
  else if (result.target.database === '') context.addIssue({ code: 'custom', message: 'it names no database' });
});
const redisUrl = z.string().superRefine((text, context) => {
  const problem = redisUrlProblem(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});
const extensions = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().min(1, 'a name between commas is empty')));

export const processVariables = {
  DATABASE_URL: optionalVariable(databaseUrl, {
    shape: 'mysql://user:password@host:port/database, with ?socket=/path or ?tls=true if wanted',
    about:
      'MySQL or MariaDB, where all truth lives. Needed always; `npm start` and the tests bring up a private server and set it themselves.',
    example: 'mysql://granary:secret@127.0.0.1:3306/granary',
    secret: true,
  }),
  REDIS_URL: optionalVariable(redisUrl, {
    shape:
      'redis://[user:password@]host:port[/database 0 to 15], or redis+sentinel://[user:password@]host:port,host:port…/master[/database]; rediss for TLS',
    about:
      'Redis or Valkey, used to thin contention, never for truth: when it is away, work goes on. With Sentinels it follows the master they name (docs/scaling.md). Needed unless STOCK_LOCK is `none`.',
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
  GRANARY_HTTP_LEAN: variable(z.enum(['on', 'off']), {
    shape: 'on or off',
    about:
      'Whether ordinary calls of /trpc take a short way past Express and the adapter of tRPC. The answers are the same, several times as many a second (docs/operating.md).',
    example: 'off',
    fallback: 'on',
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
  GRANARY_EXTENSIONS: optionalVariable(extensions, {
    shape: 'paths (./… or /…) or package names of ES modules, parted by commas',
    about:
      'Modules with allocation strategies and validators of your own, loaded by the api and the worker when they start (docs/extending.md). They run inside Granary: load only what you trust.',
    example: './extensions/full-pallets.js',
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
  GRANARY_COMBINE_SHARDS: variable(integer(0, 4), {
    shape: 'a whole number from 0 to 4',
    about:
      'How many groups of calls on reservations may be committed side by side by one process; calls that wait together share a transaction. 0 gives each call its own.',
    example: '1',
    fallback: '1',
  }),
  GRANARY_COMBINE_QUEUE: variable(integer(1, 100_000), {
    shape: 'a whole number from 1 to 100000',
    about:
      'The most calls on reservations that may wait for their shard. Further ones, and those that would wait longer than about 200 ms, are turned away at once (INV_012).',
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
};
