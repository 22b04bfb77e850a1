// An initialised, empty data folder per database version, made once and copied for every start: initialising takes up to
// two seconds, copying a fraction of one. A half-made template is never seen, because it gets its name when it is done.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ServersError } from './errors.mjs';
import { ensureOwnFolder } from './folders.mjs';
import { run } from './guard.mjs';
import { initialiseMariadb } from './mariadb.mjs';
import { initialiseMysql } from './mysql.mjs';

/**
 * @param {import('./find.mjs').Program} program
 * @param {string} cacheDir
 * @returns {Promise<string>} the folder to copy
 */
export async function templateFor(program, cacheDir) {
  const parent = join(cacheDir, 'templates');
  const template = join(parent, `${program.flavour}-${program.version}-${program.source}`);
  if (existsSync(template)) return template;
  const work = ensureOwnFolder(parent, 'template');
  try {
    await initialise(program, work);
    moveUnlessThere(join(work, 'data'), template);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return template;
}

async function initialise(program, work) {
  const folder = join(work, 'data');
  const line = program.flavour === 'mysql' ? initialiseMysql(program, folder) : initialiseMariadb(program, folder);
  const [file, ...args] = line;
  const { code, output } = await run(file, args, { env: program.env, cwd: work });
  if (code !== 0) {
    const hint =
      program.source === 'path' ? ' GRANARY_SERVERS=unpacked uses a copy of its own instead of the installed one.' : '';
    throw new ServersError('START_FAILED', `The database could not be initialised.${hint} It said:\n${output.trim()}`);
  }
  // Two servers must not share one identity.
  rmSync(join(folder, 'auto.cnf'), { force: true });
}

/** Two first starts at once both make a template; the second one finds the place taken and uses that. */
function moveUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
