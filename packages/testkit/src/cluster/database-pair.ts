/**
 * A primary and a replica that copies it, both on throw-away data on this machine. The replica can be made to lag, and to take
 * the place of the primary. Servers end with this process, however it ends.
 */
import { startDatabaseServer, type Engine } from '../private-servers.ts';
import { type DatabaseNode, databaseNode, valueOf } from './database-node.ts';
import { eventually, PATIENCE_SECONDS } from './eventually.ts';
import { replicationStatements } from './replication-statements.ts';

export interface DatabasePair {
  readonly engine: Engine;
  readonly version: string;
  readonly primary: DatabaseNode;
  readonly replica: DatabaseNode;
  /** Changes go on arriving at the replica, and none shows until `resumeApplying`. */
  stopApplying(): Promise<void>;
  resumeApplying(): Promise<void>;
  /** Changes show on the replica so many whole seconds late; 0 ends that. */
  delayApplying(seconds: number): Promise<void>;
  /** Resolves when the replica shows all that the primary has committed by now. */
  caughtUp(): Promise<void>;
  /** COMMIT no longer waits for the replica. */
  goOnAlone(): Promise<void>;
  /** Carries out what the replica has received, and lets it take writes; the old primary must be gone. Answers how long that took. */
  promote(): Promise<{ readonly ms: number }>;
  stop(): Promise<void>;
}

export interface DatabasePairOptions {
  readonly engine?: Engine | undefined;
  /** Whether a COMMIT waits until the replica has received it, so that nothing acknowledged can be lost with the primary. */
  readonly semiSync?: boolean;
  /** Whether a COMMIT is flushed to disk. */
  readonly durable?: boolean;
}

export async function startDatabasePair(options: DatabasePairOptions = {}): Promise<DatabasePair> {
  const { engine, semiSync = false, durable = false } = options;
  const started = await Promise.allSettled(
    [1, 2].map((serverId) => startDatabaseServer({ serverId, durable, ...(engine === undefined ? {} : { engine }) })),
  );
  const servers = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  const [first, second] = servers;
  try {
    const failed = started.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (first === undefined || second === undefined) throw new Error('a pair has two servers');
    const nodes = { primary: databaseNode(first), replica: databaseNode(second) };
    await join(nodes, first.engine, semiSync);
    return { engine: first.engine, version: first.version, ...nodes, ...leverage(nodes, first.engine), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Nodes = Pick<DatabasePair, 'primary' | 'replica'>;

async function join({ primary, replica }: Nodes, engine: Engine, semiSync: boolean): Promise<void> {
  const { follow, semiSync: half } = replicationStatements[engine];
  if (semiSync) await replica.ask(...half.replica);
  await replica.ask(...follow(primary.server.port));
  if (!semiSync) return;
  await primary.ask(...half.primary);
  await eventually(
    'the replica confirms what it receives',
    async () => Number(await valueOf(primary, half.isOn)) === 1,
  );
}

function leverage(
  { primary, replica }: Nodes,
  engine: Engine,
): Omit<DatabasePair, keyof Nodes | 'engine' | 'version' | 'stop'> {
  const say = replicationStatements[engine];
  const reach = async (position: string) => {
    const answer = await valueOf(replica, say.waitFor(position, PATIENCE_SECONDS));
    if (Number(answer) !== 0) throw new Error(`the replica did not reach ${position} within ${PATIENCE_SECONDS} s`);
  };
  return {
    stopApplying: async () => void (await replica.ask(...say.stopApplying)),
    resumeApplying: async () => void (await replica.ask(...say.resumeApplying)),
    delayApplying: async (seconds) => void (await replica.ask(...say.delayApplying(seconds))),
    goOnAlone: async () => void (await primary.ask(...say.semiSync.off)),
    caughtUp: async () => reach(String(await valueOf(primary, say.position))),
    async promote() {
      const startedAt = performance.now();
      await replica.ask(...say.stopReceiving);
      const [status] = await replica.ask(say.status);
      // What was received and not yet carried out was acknowledged as well; becoming the primary forgets it.
      await reach(String(status?.[say.receivedIn] ?? ''));
      await replica.ask(...say.becomePrimary);
      return { ms: Math.round(performance.now() - startedAt) };
    },
  };
}
