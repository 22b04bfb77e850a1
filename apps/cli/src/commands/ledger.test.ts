/** migrate, verify and rebuild against a database that a test spoils. */
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMember } from '../fleet/fleet.ts';
import { runMain } from '../testing/run-main.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('ledger');
});
afterAll(() => database?.drop());

const run = (command: string, ...args: string[]) => runMain({ DATABASE_URL: database.url }, [command, ...args]);

describe('the ledger commands', () => {
  it('say what to do while the schema is not there', async () => {
    const { code, stderr } = await run('verify');
    expect(code).toBe(1);
    expect(stderr).toMatch(/does not have the schema of this version/);
  });

  it('migrate once, and find nothing to do the second time', async () => {
    expect(await run('migrate', '--json')).toMatchObject({ code: 0, figures: { ok: true, createdDatabase: false } });
    expect((await run('migrate', '--json')).figures['applied']).toEqual([]);
  });

  it('verify a sound ledger, name what breaks it, and rebuild it', async () => {
    const member = await startMember({ settings: { DATABASE_URL: database.url, STOCK_LOCK: 'none', PORT: '0' } });
    await member.client.inbound.purchase.mutate({
      documentNo: 'PO',
      lines: [{ skuId: 'A', quantity: 5, unitCost: '1.00' }],
    });
    await member.stop();
    expect(await run('verify', '--json')).toMatchObject({
      code: 0,
      figures: { ok: true, levels: 1, movements: 1, violations: [] },
    });

    const connection = await createConnection({ uri: database.url });
    await connection.query('UPDATE stock_level SET on_hand = on_hand + 2 WHERE sku_id = ?', ['A']);
    await connection.end();
    const spoiled = await run('verify');
    expect(spoiled.code).toBe(1);
    expect(spoiled.stdout).toMatch(/I3 .*violations/);
    expect((await run('rebuild', '--json')).figures).toMatchObject({
      ok: true,
      repaired: [{ skuId: 'A', locationId: 'default' }],
    });
    expect(await run('verify', '--json')).toMatchObject({ code: 0, figures: { ok: true } });
  });
});
