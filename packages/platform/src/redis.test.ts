import { type RedisSentinels, startRedisSentinels } from '@granary/testkit/cluster/redis-sentinels';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { openRedis } from './redis.ts';

let group: RedisSentinels;
let redis: Redis;
beforeAll(async () => {
  group = await startRedisSentinels();
  redis = await openRedis(group.url, silentLog);
});
afterAll(async () => {
  redis?.disconnect();
  await group?.stop();
});

/** Long enough to change servers; the Sentinels leave a master that came back alone for ten seconds. */
const QUICKLY = { timeout: 5_000 };

describe('a connection by Sentinels', () => {
  it('leaves a master that was replaced while it hung, although that one is back and would take writes', async () => {
    const [master, copy] = group.data;
    await redis.set('before', 'kept');
    process.kill(master.pid, 'SIGSTOP');
    try {
      await group.movedFrom(master.port);
    } finally {
      process.kill(master.pid, 'SIGCONT');
    }
    const portInUse = async () => /tcp_port:(\d+)/.exec(await redis.info('server').catch(String))?.[1];
    await expect.poll(portInUse, QUICKLY).toBe(String(copy.port));
    await expect.poll(() => redis.set('after', 'there').catch(String), QUICKLY).toBe('OK');
    expect(await redis.get('before')).toBe('kept');
  });
});
