/**
 * Who may do what, by asking: a guest, every role, a foreign scope, an expired and a revoked token against every procedure
 * through both doors of a real server. What they are answered is docs/access.md; `vitest run -u` renews it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { localPrincipal, rolePermissions, roles } from '@granary/contracts/permission';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guide } from '../openapi/guide/all.ts';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { appRouter } from '../router.ts';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { firstWord } from '../testing/event-frames.ts';
import { type Answer, ask, inputOf, pick, post } from '../testing/stub-api.ts';
import { accessPage, type AccessRow } from './testing/access-page.ts';

const faces = proceduresOf(appRouter);
const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };
const FAR = '2099-01-01T00:00:00.000000Z';

let api: RealApi;
/** By what stands in the head of its column. */
const tokens = new Map<string, string | undefined>([['guest', undefined]]);
beforeAll(async () => {
  api = await openRealApi({ GRANARY_ACCESS: 'tokens' });
  const { tokens: service, inbound, locations } = api.granary.domain;
  const make = async (input: Parameters<typeof service.create>[0]) => {
    const made = await service.create(input, call, localPrincipal);
    return { tokenId: made.tokenId, text: made.token ?? '' };
  };
  const line = { skuId: 'STOCKED', quantity: 100, unitCost: '1', locationId: 'default', qualityLevel: 'A' };
  await locations.create({ locationId: 'ELSEWHERE' }, call);
  await inbound.purchase({ documentNo: 'SETUP', lines: [line] }, call);
  for (const role of roles.filter((each) => each !== 'guest'))
    tokens.set(role, (await make({ name: role, role })).text);
  tokens.set('foreign scope', (await make({ name: 'far away', role: 'admin', locationIds: ['ELSEWHERE'] })).text);
  const ended = await make({ name: 'ended', role: 'admin', expiresAt: FAR });
  const gone = await make({ name: 'gone', role: 'admin' });
  await service.revoke({ tokenId: gone.tokenId }, call, localPrincipal);
  // The database's clock decides, so the end is put behind it there.
  const past = 'UPDATE token SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE token_id = ?';
  await api.granary.dataSource.query(past, [ended.tokenId]);
  tokens.set('expired', ended.text);
  tokens.set('revoked', gone.text);
});
afterAll(() => api?.end());

const inputFor = (path: string) => guide[path]?.examples[0]?.input ?? {};
const headersOf = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** Through /trpc, and through each method that /v1 has for it. Of a stream, the first word counts. */
async function throughAll(
  { path, type }: (typeof faces)[number],
  token: string | undefined,
): Promise<Pick<Answer, 'status' | 'body'>[]> {
  const headers = headersOf(token);
  const rest = `${api.url}/v1/${path.replace('.', '/')}`;
  if (type === 'subscription')
    return await Promise.all(
      [`${api.url}/trpc/${path}`, rest].map((url) => firstWord(`${url}${inputOf(inputFor(path))}`, headers)),
    );
  const answers = [
    await post(`${api.url}/trpc/${path}`, inputFor(path), headers),
    await post(rest, inputFor(path), headers),
  ];
  if (type === 'query') answers.push(await ask(`${rest}${inputOf(inputFor(path))}`, { headers }));
  return answers;
}

const codeOf = (body: unknown) => pick(pick(pick(body, 'error'), 'data') ?? body, 'code');

function verdictOf({ status, body }: Pick<Answer, 'status' | 'body'>): string {
  switch (status) {
    case 401:
      return '401';
    case 403:
      return '403';
    case 404:
      return codeOf(body) === 'INV_007' ? 'as absent' : 'yes';
    default:
      return 'yes';
  }
}

test(
  'every procedure, asked by everybody through both doors, is what docs/access.md says',
  { timeout: 180_000 },
  async () => {
    const rows: AccessRow[] = [];
    const disagreeing: unknown[] = [];
    for (const face of faces) {
      const { path, permission } = face;
      const verdicts = new Map<string, string>();
      for (const [who, token] of tokens) {
        const answers = await throughAll(face, token);
        const found = new Set(answers.map(verdictOf));
        if (found.size !== 1 && who !== 'admin') disagreeing.push([path, who, ...found]);
        const [first = ''] = found;
        // What somebody who may is told of this one example is of no interest, only that they are heard.
        verdicts.set(who, who === 'foreign scope' || first === '401' || first === '403' ? first : 'yes');
      }
      rows.push({ path, permission, verdicts });
    }
    expect(disagreeing).toEqual([]);
    for (const { path, permission, verdicts } of rows) {
      expect([path, verdicts.get('expired'), verdicts.get('revoked')]).toEqual([path, '401', '401']);
      for (const role of roles) {
        const held: readonly string[] = rolePermissions[role];
        expect([path, role, verdicts.get(role)]).toEqual([path, role, held.includes(permission) ? 'yes' : '403']);
      }
    }
    await expect(accessPage([...tokens.keys()], rows)).toMatchFileSnapshot('../../../../docs/access.md');
  },
);

test('a guest has what is public and nothing else', () => {
  expect(rolePermissions.guest.toSorted()).toEqual(['stock.check', 'system.health']);
});

describe('what lets nobody in', () => {
  const unknown = `gk_01JD7Z5K3M8Q2W4E6R7T8Y9ZAB_${randomBytes(32).toString('base64url')}`;
  test.each<[string, () => string]>([
    ['an unknown id', () => `Bearer ${unknown}`],
    ['a wrong secret', () => `Bearer ${(tokens.get('admin') ?? '').slice(0, 30)}${unknown.slice(30)}`],
    ['a hash instead of the secret', () => `Bearer gk_${createHash('sha256').update('x').digest('hex')}`],
    ['an expired one', () => `Bearer ${tokens.get('expired')}`],
    ['a revoked one', () => `Bearer ${tokens.get('revoked')}`],
    ['another scheme', () => `Basic ${tokens.get('admin')}`],
    ['no scheme', () => tokens.get('admin') ?? ''],
    ['nothing', () => 'Bearer'],
    ['two in one header', () => `Bearer ${tokens.get('admin')}, Bearer ${tokens.get('admin')}`],
  ])('%s is 401 INV_014 with the same words, even for what is public', async (_what, header) => {
    const headers = { authorization: header() };
    for (const url of [`${api.url}/trpc/stock.check`, `${api.url}/v1/stock/check`]) {
      const answer = await post(url, { skuId: 'STOCKED' }, headers);
      const told = pick(pick(answer.body, 'error'), 'data') ?? answer.body;
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="granary"');
      expect(told).toMatchObject({ code: 'INV_014', message: 'This token does not let anybody in.', details: {} });
    }
  });

  test('a token in the URL is not looked at', async () => {
    const answer = await ask(`${api.url}/v1/sku/list?authorization=${tokens.get('admin')}`);
    expect(answer.status).toBe(403);
  });
});

describe('stock.check', () => {
  const available = async (token: string | undefined) => {
    const headers = headersOf(token);
    const { body } = await post(`${api.url}/v1/stock/check`, { skuId: 'STOCKED' }, headers);
    const many = await post(`${api.url}/v1/stock/checkMany`, { skuIds: ['STOCKED'] }, headers);
    expect((pick(many.body, 'items') as unknown[])[0]).toMatchObject({ available: pick(body, 'available') });
    return { inStock: pick(body, 'inStock'), available: pick(body, 'available') };
  };

  test('tells the public no more than the cap, and whoever may read stock all of it', async () => {
    expect(await available(undefined)).toEqual({ inStock: true, available: 10 });
    expect(await available(tokens.get('user'))).toEqual({ inStock: true, available: 100 });
    expect(await available(tokens.get('foreign scope'))).toEqual({ inStock: false, available: 0 });
  });
});
