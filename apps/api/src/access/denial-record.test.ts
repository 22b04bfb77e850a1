/** Whoever is denied a permission is on record, through both doors, bounded in number, and without the secrets that they sent. */
import { localPrincipal } from '@granary/contracts/permission';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { inputOf, post } from '../testing/stub-api.ts';

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };
let api: RealApi;
beforeAll(async () => {
  api = await openRealApi({ GRANARY_ACCESS: 'tokens' });
});
afterAll(() => api?.end());

async function holder(role: 'user' | 'business' | 'admin', locationIds?: string[]) {
  const made = await api.granary.domain.tokens.create({ name: role, role, locationIds }, call, localPrincipal);
  return { actor: `token:${made.tokenId}`, text: made.token ?? '', headers: { authorization: `Bearer ${made.token}` } };
}
const recorded = async (actor: string) =>
  (await api.granary.domain.audit.search({ actor, outcome: 'refused', limit: 500 })).items;

test('through both doors: who, from where, with what, and what it was', async () => {
  const { actor, headers } = await holder('user');
  const agent = { ...headers, 'user-agent': 'shop/1.0', 'x-request-id': 'the-request' };
  for (const path of ['/trpc/sku.create', '/v1/sku/create'])
    expect((await post(`${api.url}${path}`, { skuId: 'X', name: 'y' }, agent)).status).toBe(403);
  const rows = await recorded(actor);
  expect(rows).toHaveLength(2);
  for (const row of rows)
    expect(row).toMatchObject({
      ...{ procedure: 'sku.create', refusalCode: 'INV_015', address: '127.0.0.1', agent: 'shop/1.0' },
      ...{ requestId: 'the-request', request: '{"name":"y","skuId":"X"}' },
    });
  const record = await api.granary.domain.audit.get({ commandId: rows[0]?.commandId ?? '' });
  expect(record).toMatchObject({
    refusal: { kind: 'notPermitted', details: { permission: 'sku.write' } },
    after: null,
  });
});

test('a scope that is too narrow, and a token that would give more than one has, are recorded too', async () => {
  const { actor, headers } = await holder('admin', ['default']);
  await fetch(`${api.url}/v1/audit/search${inputOf({})}`, { headers });
  await post(`${api.url}/v1/token/create`, { name: 'more', role: 'admin' }, headers);
  expect((await recorded(actor)).map(({ procedure }) => procedure).toSorted()).toEqual([
    'audit.search',
    'token.create',
  ]);
});

test('what is refused for another reason leaves no record', async () => {
  const { actor, headers } = await holder('user');
  expect((await post(`${api.url}/v1/sku/get`, { skuId: 'NONE' }, headers)).status).toBe(404);
  expect((await post(`${api.url}/v1/sku/list`, { limit: 0 }, headers)).status).toBe(422);
  expect(await recorded(actor)).toEqual([]);
});

test('a token or a password that was sent by mistake is not kept', async () => {
  const { actor, headers, text } = await holder('user');
  const inputs = [{ name: text }, { [text]: 1 }, { deep: [{ note: `see ${text}` }] }, { password: 'hunter2' }];
  for (const input of inputs) await post(`${api.url}/v1/sku/create`, input, headers);
  const rows = await recorded(actor);
  expect(rows).toHaveLength(inputs.length);
  const secret = text.split('_')[2] ?? '';
  const [row] = await api.granary.dataSource.query<{ kept: string }[]>(
    'SELECT GROUP_CONCAT(request) AS kept FROM command WHERE actor = ?',
    [actor],
  );
  expect(row?.kept).toEqual(expect.any(String));
  expect(row?.kept).not.toContain(secret);
  expect(row?.kept).not.toContain('hunter2');
});

test('a flood without a token fills neither the database nor the patience of others', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => post(`${api.url}/v1/sku/create`, { skuId: 'FLOOD' })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  const rows = await recorded('guest');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThanOrEqual(5);
});

test('a record that cannot be written does not undo the refusal', async () => {
  await api.granary.dataSource.query('RENAME TABLE command TO command_away');
  try {
    const answer = await post(`${api.url}/v1/location/create`, { locationId: 'X' });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([403, 'INV_015']);
  } finally {
    await api.granary.dataSource.query('RENAME TABLE command_away TO command');
  }
});
