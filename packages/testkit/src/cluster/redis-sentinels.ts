/** A Redis, one that copies it, and three Sentinels that let the copy take over. They end with this process, however it ends. */
import { Redis } from 'ioredis';
import { startRedisServer, startSentinelServer, type Server } from '../private-servers.ts';
import { eventually } from './eventually.ts';

export interface RedisSentinels {
  /** In the form that REDIS_URL takes: `redis+sentinel://host:port,…/name`. */
  readonly url: string;
  readonly masterName: string;
  /** The two that hold data: at first the first is the master. */
  readonly data: readonly [Server, Server];
  readonly sentinels: readonly Server[];
  /** The port of the master, as a majority of the Sentinels names it. */
  masterPort(): Promise<number>;
  /** Resolves when they have named a master on another port than this one, and it takes writes. */
  movedFrom(port: number): Promise<void>;
  /** Resolves when the master has a copy that is in step: only then can another failure be survived. */
  inStep(): Promise<void>;
  stop(): Promise<void>;
}

const NAME = 'granary';
const SENTINELS = 3;
const QUORUM = 2;

export async function startRedisSentinels(): Promise<RedisSentinels> {
  const servers: Server[] = [];
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  try {
    const master = await startRedisServer();
    servers.push(master);
    const replica = await startRedisServer({ replicaOf: master.port });
    servers.push(replica);
    const watched = { name: NAME, masterPort: master.port, quorum: QUORUM };
    const started = await Promise.allSettled(Array.from({ length: SENTINELS }, () => startSentinelServer(watched)));
    const sentinels = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    servers.push(...sentinels);
    const failed = started.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const group = groupOf([master, replica], sentinels);
    await group.inStep();
    await eventually('the Sentinels know each other and the copy', () => knowEachOther(sentinels));
    return { ...group, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function groupOf(data: RedisSentinels['data'], sentinels: readonly Server[]): Omit<RedisSentinels, 'stop'> {
  const masterPort = async () => {
    const named = await Promise.all(sentinels.map(({ port }) => namedBy(port)));
    const agreed = named.find((port) => named.filter((other) => other === port).length >= QUORUM);
    if (agreed === undefined) throw new Error(`the Sentinels name different masters: ${named.join(', ')}`);
    return agreed;
  };
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    masterName: NAME,
    data,
    sentinels,
    masterPort,
    movedFrom: (port) =>
      eventually('another Redis is the master', async () => {
        const now = await masterPort();
        return now !== port && (await infoOf(now)).includes('role:master');
      }),
    inStep: () =>
      eventually('the copy is in step', async () => {
        const info = await infoOf(await masterPort().catch(() => data[0].port));
        return info.includes('role:master') && info.includes('state=online');
      }),
  };
}

async function namedBy(port: number): Promise<number> {
  return asking(port, async (sentinel) => {
    const address = (await sentinel.call('SENTINEL', 'get-master-addr-by-name', NAME)) as readonly string[] | null;
    return Number(address?.[1]);
  });
}

async function knowEachOther(sentinels: readonly Server[]): Promise<boolean> {
  const seen = await Promise.all(
    sentinels.map(({ port }) => asking(port, (sentinel) => sentinel.call('INFO', 'sentinel') as Promise<string>)),
  );
  return seen.every((text) => text.includes(`slaves=1,sentinels=${SENTINELS}`));
}

const infoOf = (port: number) => asking(port, (redis) => redis.info('replication'));

async function asking<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({
    ...{ host: '127.0.0.1', port, lazyConnect: true, enableReadyCheck: false },
    // One question at once or none: a server that hangs must not hold up the one who asks.
    ...{ connectTimeout: 300, commandTimeout: 300, maxRetriesPerRequest: 0, retryStrategy: () => null },
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
