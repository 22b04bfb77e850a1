/** Tokens: the secret is told once and kept nowhere; what has ended lets nobody in; nobody gives more than they have. */
import { localPrincipal, principalOf, rolePermissions, roles } from '@granary/contracts/permission';
import type { TokenCreateInput } from '@granary/contracts/token';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../testing/database-state.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  for (const locationId of ['A', 'B']) await at.domain.locations.create({ locationId }, at.call);
});
afterAll(() => at.close());

const DAY = 86_400;
const tokens = () => at.domain.tokens;
const make = (input: Partial<TokenCreateInput> = {}, grantor = localPrincipal) =>
  tokens().create({ name: 'a shop', role: 'business', ...input }, at.call, grantor);
const isLetIn = async (text: string | null) => (await tokens().authenticate(text ?? '')) !== undefined;

describe('a token', () => {
  test('lets in with its role and scope, and stands in no row', async () => {
    const { token, ...made } = await make({ locationIds: ['B', 'A', 'B'] });
    expect(token).toMatch(new RegExp(`^gk_${made.tokenId}_[\\w-]{43}$`));
    expect(await tokens().authenticate(token ?? '')).toMatchObject({ ...made, locationIds: ['A', 'B'] });
    const secret = token?.slice(30) ?? '';
    for (const table of ['token', 'command', 'outbox'])
      expect(JSON.stringify(await rowsOf(at.dataSource, `SELECT * FROM ${table}`))).not.toContain(secret);
  });

  test('with another secret, another id, or in another shape lets nobody in', async () => {
    const { token } = await make();
    const text = token ?? '';
    const wrong = `${text.slice(0, -2)}${text.endsWith('AA') ? 'BA' : 'AA'}`;
    for (const each of [wrong, text.replace(/^gk_.{26}/, 'gk_01JD7Z5K3M8Q2W4E6R7T8Y9ZAB'), `${text} `, '', 'gk__'])
      expect([each, await isLetIn(each)]).toEqual([each, false]);
    expect(await isLetIn(text)).toBe(true);
  });

  test('a repeat with the same key answers the same token without its secret, and makes no second one', async () => {
    const first = await make({ idempotencyKey: 'K' });
    const again = await make({ idempotencyKey: 'K' });
    expect(again).toEqual({ ...first, token: null });
    expect(await isLetIn(first.token)).toBe(true);
    await expect(make({ idempotencyKey: 'K', name: 'other' })).rejects.toMatchObject({ kind: 'idempotencyKeyReused' });
  });

  test('is made for locations that exist and for no other', async () => {
    await expect(make({ locationIds: ['A', 'NOWHERE', 'a'] })).rejects.toMatchObject({
      kind: 'notFound',
      details: { noun: 'location', id: 'NOWHERE' },
    });
  });

  test('tells when and from where it was last shown, to the minute, and outlives that as it was', async () => {
    const { token: text, ...made } = await make();
    expect(made).toMatchObject({ lastUsedAt: null, lastUsedAddress: null });
    const look = async () => (await tokens().list({ limit: 1 }, localPrincipal)).items[0];
    const from = (address: string | null) => ({ ...at.call, caller: { ...at.call.caller, address } });
    await tokens().noteUse(made.tokenId, from('192.0.2.1'));
    const first = await look();
    expect(first).toEqual({ ...made, lastUsedAt: expect.any(String), lastUsedAddress: '192.0.2.1' });
    await tokens().noteUse(made.tokenId, from('192.0.2.2'));
    expect(await look()).toEqual(first);
    at.advance(61);
    await tokens().noteUse(made.tokenId, from('192.0.2.3'));
    const later = await look();
    expect(later).toMatchObject({ lastUsedAddress: '192.0.2.3', version: 1 });
    expect(Date.parse(later?.lastUsedAt ?? '') - Date.parse(first?.lastUsedAt ?? '')).toBeGreaterThan(60_000);
    const revoked = await tokens().revoke({ tokenId: made.tokenId }, at.call, localPrincipal);
    expect(revoked).toEqual({ ...later, revokedAt: expect.any(String), version: 2 });
    expect(await isLetIn(text)).toBe(false);
  });

  test('ends when it is revoked; revoking it again changes nothing', async () => {
    const { tokenId, token } = await make();
    const revoked = await tokens().revoke({ tokenId }, at.call, localPrincipal);
    expect(revoked).toMatchObject({ version: 2, revokedAt: expect.any(String) });
    expect(await isLetIn(token)).toBe(false);
    expect(await tokens().revoke({ tokenId }, at.call, localPrincipal)).toEqual(revoked);
  });

  test('ends by the database clock, and cannot be made in the past', async () => {
    const expiresAt = new Date(Date.now() + DAY * 1000).toISOString();
    const { token } = await make({ expiresAt });
    expect(await isLetIn(token)).toBe(true);
    at.advance(2 * DAY);
    expect(await isLetIn(token)).toBe(false);
    await expect(make({ expiresAt })).rejects.toMatchObject({ kind: 'validation' });
  });
});

describe('whoever grants', () => {
  const clerk = principalOf({ actor: 'clerk', role: 'business', locationIds: null });
  const chief = principalOf({ actor: 'chief', role: 'admin', locationIds: ['A'] });

  test('gives no role that may do more', async () => {
    await expect(make({ role: 'admin' }, clerk)).rejects.toMatchObject({ kind: 'notPermitted' });
    expect((await make({ role: 'user' }, clerk)).role).toBe('user');
  });

  test('gives no location that is not theirs, and sees and revokes no other token', async () => {
    await expect(make({}, chief)).rejects.toMatchObject({ kind: 'notPermitted' });
    await expect(make({ locationIds: ['A', 'B'] }, chief)).rejects.toMatchObject({ kind: 'notPermitted' });
    const mine = await make({ locationIds: ['A'] }, chief);
    const other = await make({ locationIds: ['B'] });
    const page = await tokens().list({ limit: 1 }, chief);
    expect(page).toEqual({ items: [expect.objectContaining({ tokenId: mine.tokenId })], nextCursor: null });
    const { items } = await tokens().list({ limit: 500 }, chief);
    expect(items.map(({ tokenId }) => tokenId)).toEqual([mine.tokenId]);
    const refusal = tokens().revoke({ tokenId: other.tokenId }, at.call, chief);
    await expect(refusal).rejects.toMatchObject({ kind: 'notFound' });
  });

  test('every role may do what a guest may, and an admin what anybody may', () => {
    for (const role of roles) {
      expect([role, rolePermissions.guest.filter((each) => !rolePermissions[role].includes(each))]).toEqual([role, []]);
      expect([role, rolePermissions[role].filter((each) => !localPrincipal.may(each))]).toEqual([role, []]);
    }
  });
});
