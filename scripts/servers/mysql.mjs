// How a MySQL is initialised and started: its command lines, and nothing that runs.
import { join } from 'node:path';

const asRoot = () => (process.getuid?.() === 0 ? ['--user=root'] : []);

function placesOf({ root }) {
  if (root === undefined) return [];
  const share = join(root, 'usr/share/mysql');
  return [
    `--basedir=${join(root, 'usr')}`,
    `--lc-messages-dir=${share}`,
    `--plugin-dir=${join(root, 'usr/lib/mysql/plugin')}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
  ];
}

/** @param {import('./find.mjs').Program} program */
export function initialiseMysql(program, folder) {
  const options = ['--innodb-redo-log-capacity=16M', '--secure-file-priv=NULL', '--initialize-insecure'];
  return [...program.command, '--no-defaults', ...placesOf(program), `--datadir=${folder}`, ...options, ...asRoot()];
}

/**
 * @param {import('./find.mjs').Program} program
 * @param {import('./database.mjs').DatabaseSettings} settings
 */
export function startMysql(program, { dataDir, scratch, port, durable, bufferPoolMb, initFile, serverId }) {
  return [
    ...program.command,
    '--no-defaults',
    ...placesOf(program),
    ...asRoot(),
    `--datadir=${dataDir}`,
    `--tmpdir=${scratch}`,
    `--socket=${join(scratch, 's')}`,
    `--pid-file=${join(scratch, 'database.pid')}`,
    `--init-file=${initFile}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--secure-file-priv=NULL',
    '--mysqlx=OFF',
    '--skip-name-resolve',
    ...binaryLog({ serverId, durable }),
    '--character-set-server=utf8mb4',
    '--max-connections=500',
    `--innodb-buffer-pool-size=${bufferPoolMb}M`,
    `--innodb-flush-log-at-trx-commit=${durable ? 1 : 2}`,
    `--innodb-redo-log-capacity=${durable ? 256 : 64}M`,
    ...(durable ? [] : ['--performance-schema=OFF', '--skip-innodb-doublewrite']),
  ];
}

/** Everything that a replica copies, and again what a replica has copied, so that it can be the next primary. */
function binaryLog({ serverId, durable }) {
  if (serverId === undefined) return ['--skip-log-bin'];
  return [
    `--server-id=${serverId}`,
    '--log-bin=binary',
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    // Triggers are made by tests that have no right to everything.
    '--log-bin-trust-function-creators=1',
    `--sync-binlog=${durable ? 1 : 0}`,
    '--replica-parallel-workers=2',
    '--skip-replica-start',
  ];
}
