/** Two processes of one database count together, as their settings say, through Redis. */
import { parseConfig } from '@granary/platform/env';
import { silentLog } from '@granary/platform/log';
import { testServers } from '@granary/testkit/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../start.ts';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { ask } from '../testing/stub-api.ts';

const settings = { GRANARY_RATE_ADDRESS: '1' };
let first: RealApi;
let second: RunningApi;
beforeAll(async () => {
  first = await openRealApi(settings);
  const { redisUrl } = await testServers();
  const config = parseConfig({ DATABASE_URL: first.databaseUrl, REDIS_URL: redisUrl, PORT: '0', ...settings });
  second = await startApi(config, { log: silentLog });
});
afterAll(async () => {
  await second?.close(0);
  await first?.end();
});

test('an address that is spread over processes gets no more than at one', async () => {
  const statuses: number[] = [];
  for (let at = 0; at < 40; at += 1) {
    const { url } = at % 2 === 0 ? first : second;
    statuses.push((await ask(`${url}/trpc/system.health`)).status);
  }
  const letIn = statuses.filter((status) => status === 200).length;
  // A second or two may pass meanwhile, each of which lets one in.
  expect(letIn).toBeGreaterThanOrEqual(20);
  expect(letIn).toBeLessThanOrEqual(25);
  expect(statuses.filter((status) => status === 429)).toHaveLength(40 - letIn);
});
