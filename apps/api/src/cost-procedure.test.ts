/** Procedures of costing where there is none for the caller: switched off, or a token that is limited to some locations. */
import { localPrincipal } from '@granary/contracts/permission';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guide } from './openapi/guide/all.ts';
import { permissionsOf } from './permission-walk.ts';
import { appRouter } from './router.ts';
import { openRealApi, type RealApi } from './testing/real-api.ts';
import { pick, post } from './testing/stub-api.ts';

const COSTING = /^(?:cost|period|costAllocation|costReport|costAnalysis)\./;
const procedures = [...permissionsOf(appRouter)].filter(([path]) => COSTING.test(path));
const inputFor = (path: string) => guide[path]?.examples[0]?.input ?? {};

test('there are procedures to look at', () => {
  expect(procedures.length).toBeGreaterThanOrEqual(24);
});

describe('while costing is switched off', () => {
  let api: RealApi;
  beforeAll(async () => {
    api = await openRealApi({ STOCK_COST_ENABLED: 'false' });
  });
  afterAll(() => api?.end());

  test.each(procedures)('%s says so, and who can change it', async (path) => {
    const { status, body } = await post(`${api.url}/v1/${path.replace('.', '/')}`, inputFor(path));
    expect([status, body]).toEqual([
      409,
      expect.objectContaining({
        code: 'INV_010',
        details: { noun: 'costing', id: 'STOCK_COST_ENABLED', state: 'off' },
        hint: expect.stringContaining('STOCK_COST_ENABLED=true'),
      }),
    ]);
  });

  test('stock moves as ever', async () => {
    const received = { documentNo: 'PO', lines: [{ skuId: 'A', quantity: 1, unitCost: '1' }] };
    expect(await post(`${api.url}/v1/inbound/purchase`, received)).toMatchObject({ status: 200 });
  });
});

describe('a token that is limited to a location', () => {
  let api: RealApi;
  let token = '';
  beforeAll(async () => {
    api = await openRealApi({ GRANARY_ACCESS: 'tokens' });
    const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };
    const limited = { name: 'one', role: 'admin' as const, locationIds: ['default'] };
    token = (await api.granary.domain.tokens.create(limited, call, localPrincipal)).token ?? '';
  });
  afterAll(() => api?.end());

  // Costs are of a SKU at all locations: even to an administrator of one of them.
  test.each(procedures)('%s is not for it (%s)', async (path, permission) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await post(`${api.url}/trpc/${path}`, inputFor(path), headers);
    expect(answer).toMatchObject({ status: 403, code: 'INV_015' });
    expect(pick(pick(answer.body, 'error'), 'data')).toMatchObject({ details: { permission } });
  });
});
