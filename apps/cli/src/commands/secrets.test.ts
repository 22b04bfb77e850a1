/** `secrets` and `erase` against the database in use: a turn of keys, a value that was moved, and a person forgotten. */
import { randomBytes } from 'node:crypto';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runMain } from '../testing/run-main.ts';

const keyOf = (kid: string) => `${kid}:${randomBytes(32).toString('base64')}`;
const [old, next] = [keyOf('old'), keyOf('next')];
const call = { caller: { actor: 'local', address: null, agent: 'vitest', requestId: 'test' }, deadlineMs: 30_000 };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('secrets');
  await migrate({ url: database.url, migrations, log: silentLog });
  await inside(old, async ({ domain }) => {
    for (const skuId of ['A', 'B']) await domain.skus.create({ skuId, attributes: { terms: `of ${skuId}` } }, call);
    await domain.webhooks.create({ url: 'https://example.com/hook' }, call);
    const line = { skuId: 'A', quantity: 1, unitCost: '1', locationId: 'default', qualityLevel: 'A' };
    await domain.inbound.purchase({ documentNo: 'D', operator: 'Ann', lines: [line] }, call);
  });
});
afterAll(() => database?.drop());

async function inside<T>(keys: string, work: (granary: Granary) => Promise<T>): Promise<T> {
  const settings = { STOCK_SENSITIVE_ATTRIBUTES: 'terms', STOCK_LOCK: 'none', ENCRYPTION_KEYS: keys };
  const granary = await openGranary(parseConfig({ DATABASE_URL: database.url, ...settings }), { log: silentLog });
  try {
    return await work(granary);
  } finally {
    await granary.close();
  }
}

const run = (keys: string | undefined, ...args: string[]) =>
  runMain({ DATABASE_URL: database.url, ...(keys === undefined ? {} : { ENCRYPTION_KEYS: keys }) }, args);

it('seals everything anew with the first key, after which the old one may go', async () => {
  const found = await run(`${next},${old}`, 'secrets', 'check', '--json');
  expect(found).toMatchObject({ code: 0, figures: { ok: true, looked: 2, old: 2, unopened: [] } });
  expect(await run(next, 'secrets', 'check', '--json')).toMatchObject({
    code: 1,
    figures: { ok: false, unopened: ['sku A (terms)', 'sku B (terms)'] },
  });
  await inside(next, async ({ domain }) => {
    const missing = domain.skus.attributes({ skuId: 'A' });
    await expect(missing).rejects.toMatchObject({
      code: 'INV_012',
      message: expect.stringContaining('"old"') as string,
    });
    // What needs no key is none the worse.
    expect((await domain.skus.get({ skuId: 'A' })).version).toBe(1);
  });
  const turned = await run(`${next},${old}`, 'secrets', 'rotate', '--json');
  expect(turned).toMatchObject({ code: 0, figures: { old: 0, resealed: 2, webhooks: { resealed: 1, left: 0 } } });
  expect((await run(next, 'secrets', 'rotate')).stdout).toContain('0 sealed anew');
  await inside(next, async ({ domain }) =>
    expect(await domain.skus.attributes({ skuId: 'B' })).toEqual({ attributes: { terms: 'of B' } }),
  );
});

it('names a value that was moved to another row, and leaves it', async () => {
  await inside(next, async ({ dataSource }) => {
    await dataSource.query(
      `UPDATE sku AS t JOIN sku AS s ON s.sku_id = 'B' SET t.attributes = s.attributes WHERE t.sku_id = 'A'`,
    );
  });
  const { code, stdout } = await run(next, 'secrets', 'rotate');
  expect(code).toBe(1);
  expect(stdout).toContain('does not open: sku A (terms)');
});

it('says what it lacks', async () => {
  expect((await run(undefined, 'secrets', 'check')).stderr).toContain('ENCRYPTION_KEYS is not set');
  expect((await run(next, 'secrets', 'sell')).stderr).toContain('there are check and rotate');
  expect((await run(next, 'erase')).stderr).toContain('--operator and --token');
});

it('forgets a person', async () => {
  const { code, figures } = await run(next, 'erase', '--operator', 'Ann', '--json');
  expect({ code, figures }).toMatchObject({ code: 0, figures: { ok: true, commands: 1, documents: 1 } });
  await inside(next, async ({ domain }) => {
    const { items } = await domain.inbound.list({ limit: 5 });
    expect(items.map(({ operator }) => operator)).toEqual([figures['pseudonym']]);
    expect((await domain.verify({})).ok).toBe(true);
  });
});
