// What every npm script of the root calls. It needs nothing but Node: it fetches the pinned pnpm, installs, builds, starts
// servers where a verb needs them, and leaves no process behind.
import { check, format } from './run/check.mjs';
import { cli } from './run/cli.mjs';
import { helpFor } from './run/help.mjs';
import { reset } from './run/reset.mjs';
import { start } from './run/start.mjs';
import { test, testMysql } from './run/test.mjs';

const LEAST_NODE = [20, 19];
const VERBS = { start, test, 'test:mysql': testMysql, reset, check, format, cli };

async function main([verb, ...args]) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
    console.error(`Granary needs Node ${LEAST_NODE.join('.')} or later, and this is ${process.version}.`);
    return 1;
  }
  if (verb === undefined || !Object.hasOwn(VERBS, verb)) {
    console.error(helpFor());
    return ['--help', '-h'].includes(verb) ? 0 : 2;
  }
  if (['--help', '-h'].includes(args[0])) {
    console.log(helpFor(verb));
    return 0;
  }
  return VERBS[verb](args);
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  // Errors that were raised for the person at the terminal are complete sentences; anything else is a bug and shows where.
  const meant = ['ServersError', 'RunError'].includes(error.name);
  console.error(meant ? `\n${error.message}` : error);
  process.exit(1);
}
