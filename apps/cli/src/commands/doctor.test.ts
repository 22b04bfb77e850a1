/** doctor as a command: what it says of a database that a test spoils, and with which code it exits. */
import { createTestDatabase, type TestDatabase } from '@granary/testkit/servers';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summaryOf } from './doctor.ts';
import { runMain } from '../testing/run-main.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase('doctor');
});
afterAll(() => database?.drop());

const run = (command: string, ...args: string[]) => runMain({ DATABASE_URL: database.url }, [command, ...args]);

async function spoil(sql: string): Promise<void> {
  const connection = await createConnection({ uri: database.url });
  await connection.query(sql);
  await connection.end();
}

describe('doctor', () => {
  it('tells a database without its schema as the finding that it is', async () => {
    const { code, figures } = await run('doctor', '--json');
    expect(code).toBe(1);
    expect(figures).toMatchObject({ ok: false, findings: [{ ailment: 'schema', command: 'npm run -s migrate' }] });
  });

  it('finds nothing in a sound one, finds and mends what is wrong, and is then done', async () => {
    await run('migrate');
    expect(await run('doctor', '--json')).toMatchObject({ code: 0, figures: { ok: true } });
    await spoil(`INSERT INTO stock_batch (batch_id, sku_id, location_id, batch_no, quality_level, status, on_hand, reserved, locked, unit_cost,
        expires_at, received_at, version) VALUES ('GHOST', 'A', 'default', 'B', 'A', 'available', 0, 0, 0, 1, '9999-12-31', UTC_TIMESTAMP(6), 0)`);
    const found = await run('doctor');
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/danger +missingLevels +batch GHOST +found +npm run -s rebuild/);
    expect(await run('doctor', '--repair', '--json')).toMatchObject({
      code: 0,
      figures: { ok: true, findings: expect.arrayContaining([expect.objectContaining({ state: 'repaired' })]) },
    });
    expect((await run('doctor', '--repair')).stdout).not.toContain('repaired  ');
  });

  it('knows which names it may be asked for', async () => {
    const { code, stderr } = await run('doctor', '--only', 'counters,humours');
    expect(code).toBe(2);
    expect(stderr).toContain("--only knows no 'humours'");
  });
});

describe('the summary', () => {
  const finding = {
    ...({
      ailment: 'holds',
      gravity: 'danger',
      where: 'reservation R',
      detail: 'holds too much',
      state: 'left',
    } as const),
    ...{ repair: null, why: 'Somebody must look', command: 'reservation.get' },
  };

  it('says what was looked at, what is wrong, why, and how many more there are', () => {
    const text = summaryOf({ ok: false, looked: 1234, findings: Array.from({ length: 52 }, () => finding) });
    expect(text).toContain('holds  reservation R: holds too much. Somebody must look');
    expect(text).toContain('… and 2 more');
    expect(text).toContain('Looked at 1,234 rows: 52 findings, 0 repaired, 52 left.');
    expect(text).toContain('Something is left to be done.');
  });

  it('says so where nothing is wrong', () => {
    expect(summaryOf({ ok: true, looked: 1, findings: [] })).toContain('Nothing is wrong.');
  });
});
