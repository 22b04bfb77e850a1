// Finds programs for a database and a Redis: on PATH, else unpacked earlier, else unpacked now from the packages of this
// system. Whatever is found is asked for its version first, so that a broken copy is never handed on.
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { adviceFor } from './advice.mjs';
import { ServersError } from './errors.mjs';
import { run } from './guard.mjs';
import { unpackedProgram } from './unpacked.mjs';
import { canUnpack, unpack } from './unpack.mjs';

/**
 * @typedef {object} Program how to run one server
 * @property {'mariadb' | 'mysql' | 'redis'} flavour
 * @property {string} version
 * @property {'path' | 'unpacked'} source
 * @property {readonly string[]} command the program, possibly with a loader in front
 * @property {string} [initialiser] MariaDB only: the script that fills an empty data folder
 * @property {string} [root] the folder it was unpacked into
 * @property {NodeJS.ProcessEnv} env
 */

const KINDS = {
  mariadb: { names: ['mariadbd', 'mysqld'], pattern: /Ver (\d+\.\d+\.\d+)-MariaDB/, least: [10, 6] },
  mysql: { names: ['mysqld'], pattern: /Ver (\d+\.\d+\.\d+)(?!.*MariaDB)/, least: [8, 4] },
  redis: { names: ['redis-server', 'valkey-server'], pattern: /v=(\d+\.\d+\.\d+)/, least: [6, 0] },
};

// Servers are often installed where only root's PATH looks, or where brew keeps what it does not link.
const BREW_FORMULAS = ['mariadb', 'mysql', 'mysql@8.4', 'redis', 'valkey'];
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/usr/local/bin', '/opt/homebrew/bin'].concat(
  BREW_FORMULAS.flatMap((name) => [`/opt/homebrew/opt/${name}/bin`, `/usr/local/opt/${name}/bin`]),
);

/**
 * @param {object} wish
 * @param {'mariadb' | 'mysql'} [wish.engine] 'mariadb' takes a MySQL that is installed when no MariaDB is; 'mysql' takes only MySQL
 * @param {string} wish.cacheDir where unpacked copies are kept
 * @param {boolean} [wish.allowUnpack]
 * @param {(line: string) => void} [wish.onProgress]
 * @returns {Promise<{ database: Program, redis: Program }>}
 */
export async function findBinaries({ engine = 'mariadb', cacheDir, allowUnpack = true, onProgress = () => {} }) {
  const flavours = engine === 'mysql' ? ['mysql'] : ['mariadb', 'mysql'];
  const present = async () => ({
    database: (await firstInstalled(flavours)) ?? (await firstUnpacked(flavours[0], cacheDir)),
    redis: (await firstInstalled(['redis'])) ?? (await firstUnpacked('redis', cacheDir)),
  });
  const found = await present();
  const missing = Object.entries({ [flavours[0]]: found.database, redis: found.redis })
    .filter(([, program]) => program === undefined)
    .map(([flavour]) => flavour);
  if (missing.length === 0) return found;

  if (!allowUnpack || !canUnpack()) throw new ServersError('NOT_FOUND', missing.map(adviceFor).join('\n\n'));
  try {
    await unpack({ flavours: missing, cacheDir, onProgress });
  } catch (error) {
    throw new ServersError(
      'UNPACK_FAILED',
      `The servers could not be unpacked: ${error.message}\n${missing.map(adviceFor).join('\n\n')}`,
    );
  }
  const now = await present();
  if (now.database !== undefined && now.redis !== undefined) return now;
  throw new ServersError(
    'UNPACK_FAILED',
    `What the packages of this system hold does not run here.\n${missing.map(adviceFor).join('\n\n')}`,
  );
}

async function firstInstalled(flavours) {
  // GRANARY_SERVERS=unpacked passes over what is installed: for tests, and where an installed server may not be used.
  if (process.env.GRANARY_SERVERS === 'unpacked') return undefined;
  for (const flavour of flavours) {
    for (const path of KINDS[flavour].names.flatMap((name) => onPath(name))) {
      const program = await examine(flavour, { command: [path], source: 'path', env: { ...process.env } });
      if (program === undefined) continue;
      if (flavour !== 'mariadb') return program;
      const initialiser = ['mariadb-install-db', 'mysql_install_db'].flatMap((name) => onPath(name))[0];
      if (initialiser !== undefined) return { ...program, initialiser };
    }
  }
  return undefined;
}

function onPath(name) {
  const folders = new Set([...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS].filter(Boolean));
  return [...folders].map((folder) => join(folder, name)).filter(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function firstUnpacked(flavour, cacheDir) {
  const root = join(cacheDir, flavour);
  for (const name of KINDS[flavour].names) {
    const found = unpackedProgram(root, name, flavour);
    if (found === undefined) continue;
    const program = await examine(flavour, { ...found, root, source: 'unpacked' });
    if (program === undefined) continue;
    return flavour === 'mariadb' ? { ...program, initialiser: join(root, 'usr/bin/mariadb-install-db') } : program;
  }
  return undefined;
}

/** Asks for the version; undefined when the program does not run, is of another make, or is too old. */
async function examine(flavour, found) {
  const [file, ...before] = found.command;
  const { code, output } = await run(file, [...before, '--version'], {
    env: found.env,
    cwd: dirname(file),
    timeoutMs: 10_000,
  });
  const version = KINDS[flavour].pattern.exec(output)?.[1];
  if (code !== 0 || version === undefined) return undefined;
  const [major, minor] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = KINDS[flavour].least;
  const recent = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return recent ? { flavour, version, ...found } : undefined;
}
