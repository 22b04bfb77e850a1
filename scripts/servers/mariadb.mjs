// How a MariaDB is initialised and started: its command lines, and nothing that runs.
import { join } from 'node:path';

const asRoot = () => (process.getuid?.() === 0 ? ['--user=root'] : []);
const baseOf = ({ root }) => (root === undefined ? [] : [`--basedir=${join(root, 'usr')}`]);

/** @param {import('./find.mjs').Program} program */
export function initialiseMariadb(program, folder) {
  const options = [
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=8M',
  ];
  return [program.initialiser, '--no-defaults', ...baseOf(program), `--datadir=${folder}`, ...options, ...asRoot()];
}

/**
 * @param {import('./find.mjs').Program} program
 * @param {import('./database.mjs').DatabaseSettings} settings
 */
export function startMariadb(program, { dataDir, scratch, port, durable, bufferPoolMb, initFile, serverId }) {
  return [
    ...program.command,
    '--no-defaults',
    ...baseOf(program),
    ...asRoot(),
    `--datadir=${dataDir}`,
    `--tmpdir=${scratch}`,
    `--socket=${join(scratch, 's')}`,
    `--pid-file=${join(scratch, 'database.pid')}`,
    `--init-file=${initFile}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    ...binaryLog({ serverId, durable }),
    '--character-set-server=utf8mb4',
    '--max-connections=500',
    `--innodb-buffer-pool-size=${bufferPoolMb}M`,
    // Not durable still means that a killed server keeps what it acknowledged; only a power cut would lose it.
    `--innodb-flush-log-at-trx-commit=${durable ? 1 : 2}`,
    ...(durable ? ['--innodb-log-file-size=128M'] : ['--innodb-log-file-size=64M', '--skip-innodb-doublewrite']),
  ];
}

/** Everything that a replica copies, and again what a replica has copied, so that it can be the next primary. */
function binaryLog({ serverId, durable }) {
  if (serverId === undefined) return ['--skip-log-bin'];
  return [
    `--server-id=${serverId}`,
    '--log-bin=binary',
    '--binlog-format=ROW',
    '--gtid-strict-mode=ON',
    '--log-slave-updates',
    // Triggers are made by tests that have no right to everything.
    '--log-bin-trust-function-creators=1',
    `--sync-binlog=${durable ? 1 : 0}`,
    '--slave-parallel-threads=2',
    '--skip-slave-start',
  ];
}
