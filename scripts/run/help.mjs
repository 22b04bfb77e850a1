// The help of each verb, shown by `node scripts/run.mjs VERB --help`.

const PAGES = {
  start: `npm start
  Builds Granary, starts a database and a Redis of its own (or uses DATABASE_URL and REDIS_URL when both are set), runs the
  migrations, starts the API and the worker, and prints the address. Ctrl-C stops everything that it started.
  Data stay in .granary/data until "npm run reset".
  Environment: PORT, HOST, DATABASE_URL with REDIS_URL, GRANARY_SERVERS=unpacked (pass over installed servers).`,
  test: `npm test [-- TURBO-ARGUMENTS]
  Builds everything and runs every test against a database and a Redis that are started for this run and removed after it.
  DATABASE_URL and REDIS_URL are ignored. Example: npm test -- --filter=@granary/domain
  A whole run ends with a table of what was covered, and fails below 90 % or when more of services is open than before.
  Environment: GRANARY_SHARED (folder of truth and data, default ../shared; without it the tests that read it are skipped).`,
  'test:mysql': `npm run test:mysql [-- TURBO-ARGUMENTS]
  Runs the packages that have database tests against a true MySQL, unpacked into .granary/servers if none is installed.`,
  reset: `npm run reset [-- --yes]
  Deletes the data of "npm start" (.granary/data) after asking. Refuses while Granary is running.`,
  check: `npm run check
  Lints with types, checks the formatting, and checks which package may import which and that no files import in a circle.`,
  format: `npm run format
  Formats every file in place.`,
  cli: `node scripts/run.mjs cli COMMAND [ARGUMENT…]
  Builds what has changed and runs a command of apps/cli, for example "npm run -s verify -- --json".
  Its standard output is the command's alone. "node scripts/run.mjs cli COMMAND --help" explains the command.`,
};

/** @param {string} [verb] without one, everything that can be done */
export const helpFor = (verb) =>
  verb === undefined
    ? `usage: node scripts/run.mjs VERB [ARGUMENT…]\n\n${Object.values(PAGES).join('\n\n')}`
    : PAGES[verb];
