/**
 * What the command line finds around it: where its caller stands, whose servers it may use, and what `npm start` told it.
 * This is its only look at the process environment; the settings of Granary itself are read by the platform's schema.
 */
import { resolve } from 'node:path';
import { currentUse, defaultDataDir } from '../../../scripts/servers.mjs';
import { PlainError } from './command.ts';

/** scripts/run.mjs starts every command in the folder where its caller stood. */
export const fromCallersFolder = (path: string): string => resolve(path);

export interface ServerUrls {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
}

/** The servers that DATABASE_URL names, else those of the `npm start` that runs here now. */
export function serversInUse(): ServerUrls {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = environment();
  if (databaseUrl !== undefined && databaseUrl !== '') return { databaseUrl, redisUrl };
  const use = currentUse(defaultDataDir);
  if (use?.databaseUrl !== undefined) return { databaseUrl: use.databaseUrl, redisUrl: use.redisUrl };
  throw new PlainError(
    'Which database? Set DATABASE_URL, or run `npm start` in another terminal and this command beside it.',
  );
}

/** True when scripts/run.mjs started the servers itself, so that loading a sample can meet nobody's data. */
export const serversAreOurs = (): boolean => environment()['GRANARY_OWN_SERVERS'] === '1';

/** The environment as it is, for the platform's schema and for child processes. */
export function environment(): NodeJS.ProcessEnv {
  // eslint-disable-next-line node/no-process-env -- a command hands its environment on; Granary's settings are not read here
  return process.env;
}
