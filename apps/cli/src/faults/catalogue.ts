/** Every fault of `reliability.md` section 5, in an order in which faults that share their scene follow each other. */
import { clockFaults } from './clock-faults.ts';
import { connectionFaults } from './connection-faults.ts';
import { corruptionFaults } from './corruption-faults.ts';
import { databaseFaults } from './database-faults.ts';
import { diskFaults } from './disk-faults.ts';
import { eventFaults } from './event-faults.ts';
import type { Fault } from './fault.ts';
import { killFaults } from './kill-faults.ts';
import { limitFaults } from './limit-faults.ts';
import { lockFaults } from './lock-faults.ts';
import { networkFaults } from './network-faults.ts';
import { processFaults } from './process-faults.ts';
import { raceFaults } from './race-faults.ts';
import { redisFaults } from './redis-faults.ts';
import { keyFaults, retryFaults } from './retry-faults.ts';
import type { NotRun } from './run-faults.ts';
import { storageFaults } from './storage-faults.ts';
import { upgradeFaults } from './upgrade-faults.ts';
import { workerFaults } from './worker-faults.ts';

export const catalogue: readonly Fault[] = [
  ...connectionFaults,
  ...retryFaults,
  ...keyFaults,
  ...databaseFaults,
  ...networkFaults,
  ...limitFaults,
  ...corruptionFaults,
  ...upgradeFaults,
  ...lockFaults,
  ...redisFaults,
  ...processFaults,
  ...clockFaults,
  ...raceFaults,
  ...killFaults,
  ...workerFaults,
  ...eventFaults,
  ...storageFaults,
  ...diskFaults,
];

const NO_SQLITE = 'there is no embedded engine: Granary runs on MySQL and MariaDB only';

/** Rows of the catalogue that stand for nothing here. */
export const voided: readonly NotRun[] = [
  { id: 'F23', title: 'a SQLite file is locked by another process', lacks: NO_SQLITE },
  { id: 'F24', title: 'SQLite is killed during a checkpoint', lacks: NO_SQLITE },
  { id: 'F25', title: 'transactions overlap on the embedded engine', lacks: NO_SQLITE },
];
