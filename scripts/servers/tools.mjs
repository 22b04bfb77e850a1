// Finds the programs that back up and restore a database: a client, a dump and a reader of binary logs. They are put into one
// folder under their own names, so that the commands of the operator's guide run as they are written there.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ServersError } from './errors.mjs';
import { canUnpack, unpack } from './unpack.mjs';
import { unpackedProgram } from './unpacked.mjs';

const NAMES = {
  mariadb: ['mariadb', 'mariadb-dump', 'mariadb-binlog'],
  mysql: ['mysql', 'mysqldump', 'mysqlbinlog'],
};
/** The package of MariaDB's server comes without the dump. */
const FOLDERS = { mariadb: 'mariadb-client', mysql: 'mysql' };

/**
 * @param {{ engine: 'mariadb' | 'mysql', cacheDir: string, onProgress: (line: string) => void }} wish
 * @returns {Promise<{ path: string }>} what to put in front of PATH
 */
export async function findDatabaseTools({ engine, cacheDir, onProgress }) {
  const names = NAMES[engine];
  if (process.env.GRANARY_SERVERS !== 'unpacked' && names.every(isInstalled)) return { path: '' };
  const flavour = FOLDERS[engine];
  const root = join(cacheDir, flavour);
  const found = () => names.map((name) => unpackedProgram(root, name, engine));
  if (found().includes(undefined)) {
    if (!canUnpack())
      throw new ServersError(
        'NOT_FOUND',
        `${names.join(', ')} are needed: install the client programs of the database.`,
      );
    await unpack({ flavours: [flavour], cacheDir, onProgress });
  }
  const path = join(cacheDir, 'tools', engine);
  mkdirSync(path, { recursive: true });
  for (const [at, program] of found().entries()) {
    if (program === undefined)
      throw new ServersError('UNPACK_FAILED', `${names[at]} is not in the package ${flavour}.`);
    writeFileSync(join(path, names[at]), shim(program), { mode: 0o700 });
  }
  return { path };
}

function isInstalled(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)));
}

function shim({ command, env }) {
  const libraries = env.LD_LIBRARY_PATH;
  const quoted = command.map((word) => `'${word}'`).join(' ');
  const setting = libraries === undefined ? '' : `LD_LIBRARY_PATH='${libraries}' `;
  return `#!/bin/sh\n${setting}exec ${quoted} "$@"\n`;
}
