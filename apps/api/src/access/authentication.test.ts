/** How often the database is asked who somebody is, and for how long it is believed. */
import type { IncomingMessage } from 'node:http';
import type { Instant } from '@granary/contracts/instant';
import type { Domain } from '@granary/domain';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BELIEVED_MS, createAuthentication } from './authentication.ts';

const now = '2026-11-20T10:00:00.000000Z' as Instant;
const token = {
  tokenId: 'T',
  name: 'n',
  role: 'user',
  locationIds: null,
  expiresAt: null,
  revokedAt: null,
  createdBy: 'local',
  createdAt: now,
  version: 1,
  asOf: now,
} as const;

type Tokens = Domain['tokens'];

const asking = (...authorization: string[]) =>
  ({ headersDistinct: authorization.length === 0 ? {} : { authorization } }) as unknown as IncomingMessage;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a token is asked for once while it is believed, also by calls at the same moment', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() => Promise.resolve(token));
  const who = createAuthentication({ authenticate });
  await Promise.all([who(asking('Bearer a')), who(asking('bearer a'))]);
  expect((await who(asking('Bearer a'))).actor).toBe('token:T');
  expect(authenticate).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(BELIEVED_MS + 1);
  await who(asking('Bearer a'));
  expect(authenticate).toHaveBeenCalledTimes(2);
});

test('a token is not believed beyond its own end', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() =>
    Promise.resolve({ ...token, expiresAt: '2026-11-20T10:00:00.500000Z' }),
  );
  const who = createAuthentication({ authenticate });
  await who(asking('Bearer a'));
  vi.advanceTimersByTime(501);
  await who(asking('Bearer a'));
  expect(authenticate).toHaveBeenCalledTimes(2);
});

test('refusals and failures are not kept', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() => Promise.resolve(undefined));
  const who = createAuthentication({ authenticate });
  await expect(who(asking('Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  await expect(who(asking('Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  expect(authenticate).toHaveBeenCalledTimes(2);
});

test('two headers, or none that can be read, let nobody in without asking; no header is a guest', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() => Promise.resolve(token));
  const who = createAuthentication({ authenticate });
  await expect(who(asking('Bearer a', 'Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  await expect(who(asking('a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  expect((await who(asking())).role).toBe('guest');
  expect(authenticate).not.toHaveBeenCalled();
});
