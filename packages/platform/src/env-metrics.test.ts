import { expect, it } from 'vitest';
import { parseConfig } from './env.ts';

const good = { DATABASE_URL: 'mysql://granary:s3cret@127.0.0.1:3306/granary', REDIS_URL: 'redis://127.0.0.1:6379' };

it('metrics are told to this machine alone, unless the network is said to keep strangers out', () => {
  const given = { ...good, GRANARY_METRICS_PORT: '9464', GRANARY_METRICS_HOST: '0.0.0.0' };
  expect(() => parseConfig(given)).toThrow('GRANARY_METRICS_HOST is not an address of this machine alone');
  expect(parseConfig({ ...given, GRANARY_TRUSTED_NETWORK: '1' })).toMatchObject({ metricsPort: 9464 });
});
