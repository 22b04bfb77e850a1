/** Reports of cost through the doors: JSON and CSV of a closed period stay the same bytes, and only who may see costs sees them. */
import { localPrincipal, type Role, roles } from '@granary/contracts/permission';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApi, type RealApi } from './testing/real-api.ts';

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };
const REPORTS = [
  ...['valuation?on=2026-09-30', 'valuation?on=2026-09-30&by=place', 'ageing?on=2026-09-30&bucketDays=7&bucketDays=14'],
  ...['costOfSales', 'rollForward', 'turnover', 'allocation', 'journal'],
].map((path) => `costReport/${path}`);
const PATHS = [...REPORTS, 'costAnalysis/variance', 'costAnalysis/trend'];

let api: RealApi;
let periodId = '';
const tokens = new Map<string, string>();

beforeAll(async () => {
  api = await openRealApi({ GRANARY_ACCESS: 'tokens', STOCK_COST_ACCOUNTS: 'inventory=1405,cost_of_sales=64 01' });
  const { domain, cost } = api.granary;
  for (const role of roles)
    tokens.set(role, (await domain.tokens.create({ name: role, role }, call, localPrincipal)).token ?? '');
  const scoped = { name: 'scoped', role: 'admin' as const, locationIds: ['default'] };
  tokens.set('scoped', (await domain.tokens.create(scoped, call, localPrincipal)).token ?? '');
  const line = { locationId: 'default', qualityLevel: 'A', skuId: '=A1', quantity: 10, unitCost: '2.50' };
  const day = { occurredAt: '2026-09-10T00:00:00.000000Z' };
  await domain.inbound.purchase({ documentNo: 'P', lines: [line], ...day }, call);
  await domain.outbound.sales({ orderNo: 'O', lines: [{ skuId: '=A1', quantity: 4 }], ...day }, call);
  const { items = [] } = (await cost?.periods.list({ limit: 9 })) ?? {};
  periodId = items[0]?.periodId ?? '';
}, 60_000);
afterAll(() => api?.end());

async function get(path: string, accept: string, who: string = 'cost_viewer') {
  const filter = path.includes('?') ? '' : `?periodId=${periodId}`;
  const headers = { accept, authorization: `Bearer ${tokens.get(who)}` };
  const response = await fetch(`${api.url}/v1/${path}${filter}`, { headers });
  return { status: response.status, text: await response.text() };
}

async function all(accept: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const path of PATHS) {
    const { status, text } = await get(path, accept);
    expect([path, status]).toEqual([path, 200]);
    texts.push(text);
  }
  return texts;
}

test('a report is JSON, or CSV whose cells are no formulas', async () => {
  const { text } = await get('costReport/journal', 'text/csv');
  const [header, ...rows] = text.split('\r\n');
  expect(header).toBe('periodId,period,skuId,recordNo,occurredAt,kind,account,code,debit,credit,documentId,commandId');
  expect(rows[0]).toMatch(/^\w{26},2026-09,'=A1,1,2026-09-10T00:00:00.000000Z,receipt,inventory,1405,25.00,0.00,/);
  expect(rows[2]).toMatch(/,cost_of_sales,64 01,10.00,0.00,/);
  const json = await get('costReport/rollForward', 'application/json');
  expect(JSON.parse(json.text)).toMatchObject({ items: [{ closingQuantity: 6, closingValue: '15.00' }] });
});

test('of a closed period both are the same bytes after all that comes later', async () => {
  const { cost, domain } = api.granary;
  await cost?.periods.close({ periodId }, call);
  const before = [await all('application/json'), await all('text/csv')];
  await cost?.switchStrategy({ skuId: '=A1', to: 'lifo' }, call);
  await cost?.revalue({ skuId: '=A1', amount: '-1.00', reason: 'rain' }, call);
  await domain.outbound.sales({ orderNo: 'O2', lines: [{ skuId: '=A1', quantity: 1 }] }, call);
  expect([await all('application/json'), await all('text/csv')]).toEqual(before);
});

describe('who may see them', () => {
  const allowed: readonly Role[] = ['cost_viewer', 'cost_manager', 'accounting_manager', 'admin'];
  test.for([...roles])('%s', async (role) => {
    for (const path of ['costReport/valuation', 'costAnalysis/trend']) {
      const { status } = await get(`${path}?limit=5`, 'application/json', role);
      expect([path, status]).toEqual([path, allowed.includes(role) ? 200 : 403]);
    }
  });

  test('nobody whose token is limited to some locations', async () => {
    expect((await get('costReport/valuation', 'text/csv', 'scoped')).status).toBe(403);
  });
});
