/**
 * The replicas of a process. A reading call goes to one that has applied whatever this process has committed and whatever the
 * primary had a moment ago; when none has, or none answers, the primary answers.
 */
import { ReplicaBehind, type Replica, type Replicas } from '@granary/domain/ports/replicas';
import type { DataSource } from 'typeorm';
import { type CircuitBreaker, createCircuitBreaker } from '../circuit-breaker.ts';
import type { Engine } from '../database-session.ts';
import type { Log } from '../log.ts';
import { createPosition, type Position } from './position.ts';

export interface ReplicaSetOptions {
  readonly primary: DataSource;
  readonly engine: Engine;
  readonly count: number;
  /** Opens the replica of this number; may be tried again. */
  readonly open: (at: number) => Promise<DataSource>;
  readonly log: Log;
}

export interface ReplicaCounters {
  readonly served: number;
  /** Reading calls that the primary answered, as no replica could. */
  readonly declined: number;
}

export interface ReplicaSet extends Replicas {
  counters(): ReplicaCounters;
  close(): Promise<void>;
}

const ASK_EVERY_MS = 200;
/** A position older than this says too little: with what a replica's answer may be kept for, it stays within the documented second. */
const LONGEST_POSITION_MS = 450;
const HOLDS_MS = 450;
/** How long a replica may take to catch up while a caller waits. */
const PATIENCE_SECONDS = 0.05;
const REOPEN_MS = 1_000;
const BREAKER = { failures: 3, restMs: 500 };

const WHOLE_POSITION = {
  mariadb: 'SELECT @@GLOBAL.gtid_binlog_pos AS at',
  mysql: 'SELECT @@GLOBAL.gtid_executed AS at',
};
const CATCH_UP = {
  mariadb: 'SELECT MASTER_GTID_WAIT(?, ?) AS reached',
  mysql: 'SELECT WAIT_FOR_EXECUTED_GTID_SET(?, ?) AS reached',
};

interface Member {
  dataSource: DataSource | undefined;
  readonly breaker: CircuitBreaker;
}

export function createReplicaSet(options: ReplicaSetOptions): ReplicaSet {
  const { primary, engine, log } = options;
  const position = createPosition(engine);
  const counts = { served: 0, declined: 0 };
  const members = Array.from({ length: options.count }, (): Member => {
    return { dataSource: undefined, breaker: createCircuitBreaker(BREAKER) };
  });
  const asking = createAsking({ primary, sql: WHOLE_POSITION[engine], position, log });
  const opening = members.map((member, at) => keepOpening(member, () => options.open(at), log));
  let turn = 0;

  const replicaOf = ({ breaker }: Member, dataSource: DataSource, text: string): Replica => ({
    dataSource,
    catchUp: {
      sql: CATCH_UP[engine],
      parameters: [text, PATIENCE_SECONDS],
      holdsMs: HOLDS_MS,
      check: (result) => {
        const [row] = result as readonly { readonly reached?: unknown }[];
        if (row === undefined || row.reached === null || Number(row.reached) !== 0)
          throw new ReplicaBehind('the replica has not come far enough');
      },
    },
    succeeded: () => {
      counts.served += 1;
      breaker.succeeded();
    },
    failed: (error) => {
      counts.declined += 1;
      if (breaker.failed() === BREAKER.failures)
        log('warn', 'a replica is left alone for a while; the primary answers', { error: String(error) });
    },
  });

  return {
    next: () => {
      const text = asking.isRecent() ? position.text() : '';
      for (let tries = members.length; text !== '' && tries > 0; tries -= 1) {
        const member = members[(turn = (turn + 1) % members.length)];
        if (member?.dataSource === undefined || !member.breaker.mayTry()) continue;
        return replicaOf(member, member.dataSource, text);
      }
      counts.declined += 1;
      return undefined;
    },
    committed: (header) => {
      const gtid = gtidIn(header);
      if (gtid === undefined) asking.forget();
      else position.note(gtid);
    },
    counters: () => ({ ...counts }),
    close: async () => {
      asking.close();
      for (const each of opening) each.close();
      await Promise.all(members.map(async ({ dataSource }) => await dataSource?.destroy()));
    },
  };
}

interface Asking {
  readonly primary: DataSource;
  readonly sql: string;
  readonly position: Position;
  readonly log: Log;
}

/** Asks the primary where it is, several times a second. */
function createAsking({ primary, sql, position, log }: Asking) {
  let knownAtMs = -Infinity;
  let forgottenAtMs = -Infinity;
  let isAsking = false;
  let warned = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    const askedAtMs = performance.now();
    position.asking();
    try {
      const [row] = await primary.query<readonly { readonly at: string }[]>(sql);
      position.asked(row?.at);
      if (position.text() === '' && !warned) {
        warned = true;
        log('warn', 'the primary tells no GTID position, so replicas stay unused; switch on its binary log and GTIDs');
      }
      if (askedAtMs > forgottenAtMs) knownAtMs = askedAtMs;
    } catch {
      position.asked(undefined);
    }
    isAsking = false;
  };
  const timer = setInterval(() => void ask(), ASK_EVERY_MS);
  timer.unref();
  void ask();
  return {
    isRecent: () => performance.now() - knownAtMs <= LONGEST_POSITION_MS,
    /** A commit whose place nobody told: only what the primary says from now on contains it. */
    forget: () => {
      forgottenAtMs = performance.now();
      knownAtMs = -Infinity;
    },
    close: () => clearInterval(timer),
  };
}

/** A replica that is away when the process starts is no reason not to start. */
function keepOpening(member: Member, open: () => Promise<DataSource>, log: Log) {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const attempt = async (isFirst: boolean): Promise<void> => {
    try {
      const dataSource = await open();
      if (closed) await dataSource.destroy();
      else member.dataSource = dataSource;
    } catch (error) {
      if (isFirst) log('warn', 'a replica cannot be used; it is tried again', { error: String(error) });
      if (closed) return;
      timer = setTimeout(() => void attempt(false), REOPEN_MS);
      timer.unref();
    }
  };
  void attempt(true);
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** How the driver shows what the server tells of a session besides the answer. */
interface Tracked {
  readonly stateChanges?: {
    readonly systemVariables?: Readonly<Record<string, string>>;
    readonly gtids?: readonly string[];
  };
}

function gtidIn(header: unknown): string | undefined {
  const { systemVariables, gtids } = (header as Tracked | undefined)?.stateChanges ?? {};
  const gtid = systemVariables?.['last_gtid'] ?? gtids?.at(-1);
  return gtid === '' ? undefined : gtid;
}
