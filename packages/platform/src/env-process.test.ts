import { expect, it } from 'vitest';
import { parseConfig } from './env.ts';

const good = { DATABASE_URL: 'mysql://granary:s3cret@127.0.0.1:3306/granary', REDIS_URL: 'redis://127.0.0.1:6379' };

it('sends every call the standard way where that is asked for', () => {
  expect(parseConfig({ ...good, GRANARY_HTTP_LEAN: 'off' }).leanHttp).toBe(false);
  expect(() => parseConfig({ ...good, GRANARY_HTTP_LEAN: 'no' })).toThrow(/GRANARY_HTTP_LEAN.*on or off/);
});
