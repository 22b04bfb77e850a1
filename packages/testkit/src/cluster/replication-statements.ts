/** What a database is told when it is to copy another one, in the words of each engine. Statements run as root, in order. */

export interface ReplicationStatements {
  /** Makes an empty server read only and lets it copy the one at this port from its first change on. */
  follow(primaryPort: number): readonly string[];
  /** Changes go on arriving and none is carried out. */
  readonly stopApplying: readonly string[];
  readonly resumeApplying: readonly string[];
  /** Changes are carried out so many whole seconds after they were made. */
  delayApplying(seconds: number): readonly string[];
  /** One value: all that this server has committed. */
  readonly position: string;
  /** One row, and in it the field `receivedIn`: all that a replica was sent, carried out or not. */
  readonly status: string;
  readonly receivedIn: string;
  /** One value, 0 when a position was reached within so many seconds. */
  waitFor(position: string, seconds: number): string;
  readonly stopReceiving: readonly string[];
  /** Only after everything received was carried out: it forgets what was not. */
  readonly becomePrimary: readonly string[];
  /** A COMMIT is answered when a replica has it. Before `follow`, on the server that is to follow, and on the one to be followed. */
  readonly semiSync: {
    readonly replica: readonly string[];
    readonly primary: readonly string[];
    /** One value, 1 when it is so. */
    readonly isOn: string;
    readonly off: readonly string[];
  };
}

const LONGEST_WAIT_FOR_A_REPLICA_MS = 600_000;

const mariadb: ReplicationStatements = {
  follow: (port) => [
    'SET GLOBAL read_only = 1',
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${port}, MASTER_USER = 'copier', MASTER_PASSWORD = 'copier',
     MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1`,
    'START SLAVE',
  ],
  stopApplying: ['STOP SLAVE SQL_THREAD'],
  resumeApplying: ['START SLAVE SQL_THREAD'],
  delayApplying: (seconds) => ['STOP SLAVE', `CHANGE MASTER TO MASTER_DELAY = ${seconds}`, 'START SLAVE'],
  position: 'SELECT @@gtid_binlog_pos',
  status: 'SHOW SLAVE STATUS',
  receivedIn: 'Gtid_IO_Pos',
  waitFor: (position, seconds) => `SELECT MASTER_GTID_WAIT('${position}', ${seconds})`,
  stopReceiving: ['STOP SLAVE IO_THREAD'],
  becomePrimary: ['STOP SLAVE', 'RESET SLAVE ALL', 'SET GLOBAL read_only = 0'],
  semiSync: {
    replica: ['SET GLOBAL rpl_semi_sync_slave_enabled = 1'],
    primary: [
      "SET GLOBAL rpl_semi_sync_master_wait_point = 'AFTER_SYNC'",
      `SET GLOBAL rpl_semi_sync_master_timeout = ${LONGEST_WAIT_FOR_A_REPLICA_MS}`,
      'SET GLOBAL rpl_semi_sync_master_enabled = 1',
    ],
    isOn: "SELECT VARIABLE_VALUE = '1' FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'RPL_SEMI_SYNC_MASTER_CLIENTS'",
    off: ['SET GLOBAL rpl_semi_sync_master_enabled = 0'],
  },
};

const mysql: ReplicationStatements = {
  follow: (port) => [
    'SET GLOBAL super_read_only = 1',
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = ${port}, SOURCE_USER = 'copier', SOURCE_PASSWORD = 'copier',
     SOURCE_AUTO_POSITION = 1, SOURCE_CONNECT_RETRY = 1, GET_SOURCE_PUBLIC_KEY = 1`,
    'START REPLICA',
  ],
  stopApplying: ['STOP REPLICA SQL_THREAD'],
  resumeApplying: ['START REPLICA SQL_THREAD'],
  delayApplying: (seconds) => [
    'STOP REPLICA SQL_THREAD',
    `CHANGE REPLICATION SOURCE TO SOURCE_DELAY = ${seconds}`,
    'START REPLICA SQL_THREAD',
  ],
  position: 'SELECT @@GLOBAL.gtid_executed',
  status: 'SHOW REPLICA STATUS',
  receivedIn: 'Retrieved_Gtid_Set',
  waitFor: (position, seconds) => `SELECT WAIT_FOR_EXECUTED_GTID_SET('${position}', ${seconds})`,
  stopReceiving: ['STOP REPLICA IO_THREAD'],
  becomePrimary: ['STOP REPLICA', 'RESET REPLICA ALL', 'SET GLOBAL super_read_only = 0', 'SET GLOBAL read_only = 0'],
  semiSync: {
    replica: [
      "INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'",
      'SET GLOBAL rpl_semi_sync_replica_enabled = 1',
    ],
    primary: [
      "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
      "SET GLOBAL rpl_semi_sync_source_wait_point = 'AFTER_SYNC'",
      `SET GLOBAL rpl_semi_sync_source_timeout = ${LONGEST_WAIT_FOR_A_REPLICA_MS}`,
      'SET GLOBAL rpl_semi_sync_source_enabled = 1',
    ],
    isOn: "SELECT VARIABLE_VALUE = '1' FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_clients'",
    off: ['SET GLOBAL rpl_semi_sync_source_enabled = 0'],
  },
};

/** Ready words for what differs between the engines. */
export const replicationStatements = { mariadb, mysql } as const;
