/** The variables of reading calls: what is kept of their answers, and which copies of the database answer them. */
import { z } from 'zod';
import { parseDatabaseUrl } from './database-url.ts';
import { integer, optionalVariable, variable } from './env-variable.ts';

const replicaUrls = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim()))
  .superRefine((urls, context) => {
    for (const [at, url] of urls.entries()) {
      const result = parseDatabaseUrl(url);
      const problem = result.ok ? 'it names no database' : result.problem;
      if (!result.ok || result.target.database === '')
        context.addIssue({ code: 'custom', message: `of number ${at + 1}, ${problem}` });
    }
  });

export const readVariables = {
  GRANARY_CACHE_ENTRIES: variable(integer(0, 1_000_000), {
    shape: 'a whole number from 0 (no cache) to 1000000',
    about:
      'Answers of each reading call that one process keeps (docs/reads.md). They are never older than the last change that the process has acknowledged, nor than a second; decisions read none of them.',
    example: '10000',
    fallback: '10000',
  }),
  DATABASE_REPLICA_URLS: optionalVariable(replicaUrls, {
    shape: 'one or more of what DATABASE_URL takes, parted by commas',
    about:
      'Replicas of the database that answer reading calls. One that lacks what this process has committed, lags or is away is passed over, and the primary answers; needs GTIDs (docs/reads.md).',
    example: 'mysql://granary:secret@replica-1:3306/granary,mysql://granary:secret@replica-2:3306/granary',
    secret: true,
  }),
};
