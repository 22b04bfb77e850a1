/** Lists as CSV from a running server: all pages, under the permissions of the list, at the pace of whoever reads. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localPrincipal } from '@granary/contracts/permission';
import { proceduresOf } from '../openapi/procedure-face.ts';
import { appRouter } from '../router.ts';
import { openRealApi, type RealApi } from '../testing/real-api.ts';
import { openStubApi } from '../testing/stub-api.ts';
import { csvColumnsOf } from './csv-list.ts';

const CSV = { accept: 'text/csv' };
const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'setup' } };

let api: RealApi;
const tokens = new Map<string, string>();
beforeAll(async () => {
  api = await openRealApi({ GRANARY_ACCESS: 'tokens' });
  const { tokens: service, skus, inbound } = api.granary.domain;
  for (const role of ['admin', 'user', 'accounting_manager'] as const)
    tokens.set(role, (await service.create({ name: role, role }, call, localPrincipal)).token ?? '');
  const scoped = { name: 'scoped', role: 'admin' as const, locationIds: ['default'] };
  tokens.set('scoped', (await service.create(scoped, call, localPrincipal)).token ?? '');
  await skus.create({ skuId: 'A', name: '=cmd|"calc"', attributes: { colour: ['blue', 'red'] } }, call);
  const lines = Array.from({ length: 1000 }, (_, each) => ({
    ...{
      skuId: `S${String(each).padStart(4, '0')}`,
      quantity: 1,
      unitCost: '1',
      locationId: 'default',
      qualityLevel: 'A',
    },
  }));
  await inbound.purchase({ documentNo: 'P', lines }, call);
}, 60_000);
afterAll(() => api?.end());

async function get(path: string, who = 'admin', headers: Record<string, string> = CSV) {
  const token = tokens.get(who);
  const response = await fetch(`${api.url}${path}`, {
    headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const rowsOf = (text: string) => text.split('\r\n').slice(1, -1);

describe('a list', () => {
  test('comes whole, with a header, over all pages', async () => {
    const { status, headers, text } = await get('/v1/sku/list');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    expect(headers.get('content-disposition')).toBe('attachment; filename="sku.list.csv"');
    expect(text).toMatch(/^skuId,spuId,name,unit,status,/);
    const rows = rowsOf(text);
    expect(rows).toHaveLength(1001);
    expect(rows[0]).toMatch(/^A,,"'=cmd\|""calc""",.*"\{""colour"":\[""blue"",""red""\]\}"/);
    expect(new Set(rows.map((row) => row.split(',')[0])).size).toBe(1001);
  });

  test('comes by POST and by an older path as well, with its filters, in pages as large as asked for', async () => {
    const posted = await fetch(`${api.url}/v1/stock/levels`, {
      method: 'POST',
      headers: { ...CSV, 'content-type': 'application/json', authorization: `Bearer ${tokens.get('admin')}` },
      body: JSON.stringify({ locationId: 'default', limit: 7 }),
    });
    expect(rowsOf(await posted.text())).toHaveLength(1000);
    expect(rowsOf((await get('/inventory/logs/S0001')).text)).toHaveLength(1);
    expect(rowsOf((await get('/v1/stock/levels?skuId=S0002')).text)).toHaveLength(1);
  });

  test('has its header also when it is empty', async () => {
    const { text } = await get('/v1/reservation/list?businessId=NOBODY');
    expect(text).toMatch(/^id,.*\r\n$/);
  });

  test('is JSON for whoever does not ask for CSV first', async () => {
    for (const accept of [
      '*/*',
      'application/json',
      'application/json, text/csv',
      'text/html',
      'text/csv;q=0.5, application/json',
    ]) {
      const { headers } = await get('/v1/sku/list', 'admin', { accept });
      expect([accept, headers.get('content-type')]).toEqual([accept, expect.stringContaining('application/json')]);
    }
    expect((await get('/v1/sku/get?skuId=A')).headers.get('content-type')).toContain('application/json');
  });

  test('the audit comes with the actor, the address and the outcome of every call', async () => {
    const { status, text } = await get('/v1/audit/search?limit=3', 'accounting_manager');
    expect(status).toBe(200);
    expect(text.split('\r\n')[0]).toBe(
      'commandId,recordedAt,actor,address,agent,requestId,procedure,outcome,refusalCode,request,skuIds,hasMoreSkus',
    );
    expect(rowsOf(text).length).toBeGreaterThanOrEqual(6);
    expect(text).toContain('inbound.purchase,done,');
  });
});

describe('refusals are those of the list, in JSON', () => {
  test.each([
    ['without a token', { path: '/v1/sku/list', who: 'nobody' }, [403, 'INV_015']],
    ['without the permission', { path: '/v1/audit/search', who: 'user' }, [403, 'INV_015']],
    ['with a scope where the list needs everywhere', { path: '/v1/audit/search', who: 'scoped' }, [403, 'INV_015']],
    ['for a bad filter', { path: '/v1/sku/list?limit=0', who: 'admin' }, [422, 'INV_005']],
    ['for a bad cursor', { path: '/v1/sku/list?cursor=abc', who: 'admin' }, [422, 'INV_005']],
    ['for an unknown SKU', { path: '/v1/stock/movements?skuId=NONE', who: 'admin' }, [404, 'INV_001']],
  ])('%s', async (_what, { path, who }, expected) => {
    const answer = await get(path, who);
    expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual(expected);
    expect(answer.headers.get('content-disposition')).toBeNull();
  });
});

test('every procedure that answers a page is a list, and no other one is', () => {
  const lists = proceduresOf(appRouter).filter((face) => csvColumnsOf(face) !== undefined);
  const paths = lists.map(({ path }) => path);
  for (const path of ['sku.list', 'location.list', 'batch.list', 'stock.levels', 'stock.movements', 'reservation.list'])
    expect(paths).toContain(path);
  for (const path of ['inbound.list', 'outbound.list', 'token.list', 'system.jobs', 'audit.search'])
    expect(paths).toContain(path);
  const answeringPages = proceduresOf(appRouter).filter(({ output }) => {
    const fields = Object.keys((output as { shape?: object } | undefined)?.shape ?? {});
    return fields.toSorted().join() === 'items,nextCursor';
  });
  expect(paths).toEqual(answeringPages.map(({ path }) => path));
  for (const face of lists) expect([face.path, csvColumnsOf(face)?.length]).toEqual([face.path, expect.any(Number)]);
});

describe('a long list', () => {
  const row = {
    locationId: 'L',
    name: 'x'.repeat(2000),
    priority: 1,
    isActive: true,
    version: 1,
    createdAt: '',
    updatedAt: '',
  };
  const items = Array.from({ length: 500 }, () => row);

  test('is asked for no faster than it is read, and no more once the reader has gone', async () => {
    let pages = 0;
    const stub = await openStubApi({
      answer: ({ path }) => (path === 'locations.list' ? { items, nextCursor: `page ${(pages += 1)}` } : undefined),
    });
    try {
      const socket = connect(stub.port, '127.0.0.1', () =>
        socket.write('GET /v1/location/list HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\n\r\n'),
      );
      socket.on('error', () => undefined);
      socket.pause();
      await settled(() => pages);
      // What the sockets' buffers hold, a megabyte a page; without a brake it would be hundreds.
      const waiting = pages;
      expect(waiting).toBeLessThan(30);
      socket.resume();
      await until(() => pages > waiting + 20);
      socket.destroy();
      await settled(() => pages);
      const ended = pages;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(pages).toBe(ended);
    } finally {
      await stub.api.close(0);
    }
  });

  test('that fails on the way ends without an end, so that nobody takes the part for the whole', async () => {
    let pages = 0;
    const stub = await openStubApi({
      answer: ({ path }) => {
        if (path !== 'locations.list') return undefined;
        if ((pages += 1) > 3) throw new Error('the database has gone');
        return { items, nextCursor: `page ${pages}` };
      },
    });
    try {
      const response = await fetch(`${stub.url}/v1/location/list`, { headers: CSV });
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow('terminated');
      expect(stub.lines.map(({ message }) => message)).toContain('a call failed');
    } finally {
      await stub.api.close(0);
    }
  });
});

/** Waits until the number has not changed for a while. */
async function settled(number: () => number): Promise<void> {
  for (let before = -1; number() !== before;) {
    before = number();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
