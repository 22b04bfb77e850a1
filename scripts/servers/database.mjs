// Starts one database server, either on a throw-away copy of the template or on a folder that stays, and creates what the
// caller will log in with. Everything is given to the server as a start-up script, so no client program is needed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startMariadb } from './mariadb.mjs';
import { startMysql } from './mysql.mjs';
import { databaseAnswers } from './ports.mjs';
import { startServer } from './server.mjs';

/**
 * @typedef {object} DatabaseSettings
 * @property {string} dataDir
 * @property {string} scratch
 * @property {number} port
 * @property {boolean} durable
 * @property {number} bufferPoolMb
 * @property {string} initFile
 * @property {number} [serverId] given, the server writes a binary log that others can copy from
 */

/**
 * @param {import('./find.mjs').Program} program
 * @param {Omit<DatabaseSettings, 'initFile'> & { template?: string, accounts: string[], graceSeconds: number }} settings
 */
export function startDatabase(program, { template, accounts, graceSeconds, ...settings }) {
  const initFile = join(settings.scratch, 'accounts.sql');
  writeFileSync(initFile, `${accounts.join(';\n')};\n`, { mode: 0o600 });
  const line = program.flavour === 'mysql' ? startMysql : startMariadb;
  return startServer({
    title: program.flavour === 'mysql' ? 'MySQL' : 'MariaDB',
    line: line(program, { ...settings, initFile }),
    env: program.env,
    port: settings.port,
    scratch: settings.scratch,
    graceSeconds,
    answers: databaseAnswers,
    ...(template === undefined ? {} : { copy: { from: template, to: settings.dataDir } }),
  });
}

/** Tests log in as root without a password: the server lives for seconds on the loopback address. */
export const testAccounts = () => [
  "CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY ''",
  "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION",
  'CREATE DATABASE IF NOT EXISTS granary CHARACTER SET utf8mb4',
];

/**
 * Each server of a cluster makes them for itself and none copies them. `granary` has every right but that of writing where
 * only a copy is kept; `copier` reads the binary log.
 * @param {'mariadb' | 'mysql'} flavour
 */
export const replicatedAccounts = (flavour) => [
  'SET SESSION sql_log_bin = 0',
  ...testAccounts(),
  ...['granary', 'copier'].map((user) => `CREATE USER IF NOT EXISTS '${user}'@'127.0.0.1' IDENTIFIED BY '${user}'`),
  `GRANT ${RIGHTS_ON_DATA} ON *.* TO 'granary'@'127.0.0.1'`,
  ...(flavour === 'mariadb' ? [`GRANT SLAVE MONITOR ON *.* TO 'granary'@'127.0.0.1'`] : []),
  "GRANT REPLICATION SLAVE ON *.* TO 'copier'@'127.0.0.1'",
];

const RIGHTS_ON_DATA =
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, TRIGGER, PROCESS';

/** @param {{ user: string, password: string, rootPassword: string }} secrets */
export const lastingAccounts = ({ user, password, rootPassword }) => [
  'CREATE DATABASE IF NOT EXISTS granary CHARACTER SET utf8mb4',
  `CREATE USER IF NOT EXISTS '${user}'@'127.0.0.1' IDENTIFIED BY '${password}'`,
  `ALTER USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}'`,
  `GRANT ALL PRIVILEGES ON granary.* TO '${user}'@'127.0.0.1'`,
  `ALTER USER 'root'@'localhost' IDENTIFIED BY '${rootPassword}'`,
  ...['127.0.0.1', '::1'].map((host) => `DROP USER IF EXISTS 'root'@'${host}'`),
];
