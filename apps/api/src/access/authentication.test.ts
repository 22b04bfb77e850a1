/** How often the database is asked who somebody is, and for how long it is believed. */
import type { IncomingMessage } from 'node:http';
import type { Instant } from '@granary/contracts/instant';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/domain/ports/domain-ports';
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
  lastUsedAt: null,
  lastUsedAddress: null,
  asOf: now,
} as const;

type Tokens = Domain['tokens'];

const asking = (...authorization: string[]) =>
  ({
    headersDistinct: authorization.length === 0 ? {} : { authorization },
    socket: { remoteAddress: '192.0.2.1' },
  }) as unknown as IncomingMessage;

const noteUse = vi.fn<Tokens['noteUse']>();
const log = vi.fn<Log>();
const authentication = (authenticate: Tokens['authenticate']) => createAuthentication({ authenticate, noteUse }, log);

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  noteUse.mockResolvedValue();
});
afterEach(() => void vi.useRealTimers());

test('a token is asked for once while it is believed, also by calls at the same moment', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() => Promise.resolve(token));
  const who = authentication(authenticate);
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
  const who = authentication(authenticate);
  await who(asking('Bearer a'));
  vi.advanceTimersByTime(501);
  await who(asking('Bearer a'));
  expect(authenticate).toHaveBeenCalledTimes(2);
});

test('refusals and failures are not kept', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() => Promise.resolve(undefined));
  const who = authentication(authenticate);
  await expect(who(asking('Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  await expect(who(asking('Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  expect(authenticate).toHaveBeenCalledTimes(2);
});

test('two headers, or none that can be read, let nobody in without asking; no header is a guest', async () => {
  const authenticate = vi.fn<Tokens['authenticate']>(() => Promise.resolve(token));
  const who = authentication(authenticate);
  await expect(who(asking('Bearer a', 'Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  await expect(who(asking('a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  expect((await who(asking())).role).toBe('guest');
  expect(authenticate).not.toHaveBeenCalled();
});

test('the use of a token is noted once a minute, with the address, and nobody waits for it', async () => {
  const who = authentication(() => Promise.resolve(token));
  noteUse.mockReturnValue(new Promise(() => undefined));
  for (let second = 0; second < 60; second += 1) {
    await who(asking('Bearer a'));
    vi.advanceTimersByTime(1000);
  }
  expect(noteUse).toHaveBeenCalledTimes(1);
  expect(noteUse).toHaveBeenCalledWith('T', { caller: expect.objectContaining({ address: '192.0.2.1' }) as unknown });
  await who(asking('Bearer a'));
  expect(noteUse).toHaveBeenCalledTimes(2);
});

test('a note that fails is logged and nothing else; who is not let in is not noted', async () => {
  noteUse.mockRejectedValue(new Error('the database is away'));
  await authentication(() => Promise.resolve(token))(asking('Bearer a'));
  await vi.advanceTimersByTimeAsync(1);
  expect(log).toHaveBeenCalledExactlyOnceWith('warn', expect.stringContaining('last use'), {
    tokenId: 'T',
    error: expect.any(Error) as unknown,
  });
  noteUse.mockClear();
  const nobody = authentication(() => Promise.resolve(undefined));
  await expect(nobody(asking('Bearer a'))).rejects.toMatchObject({ kind: 'notAuthenticated' });
  expect(noteUse).not.toHaveBeenCalled();
});
