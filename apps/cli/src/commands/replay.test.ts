import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { needsShared } from '@granary/testkit/shared-folder';
import { afterAll, describe, expect, it } from 'vitest';
import { startMember } from '../fleet/fleet.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';

const itWithShared = needsShared(it);
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'granary-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The command as a person runs it, in the folder where they stand. */
function replay(args: string[]): Promise<{ code: number; figures: Record<string, unknown>; complaints: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, 'replay', ...args],
      { cwd: folder, maxBuffer: 1e8, timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
      (_error, stdout, stderr) => {
        const last = stdout.trim().split('\n').at(-1) ?? '';
        resolve({
          code: child.exitCode ?? -1,
          figures: last.startsWith('{') ? (JSON.parse(last) as Record<string, unknown>) : {},
          complaints: stderr,
        });
      },
    );
  });
}

/** Ten lines that know nothing of the engine. */
function closingByHand(text: string, limit: number): Record<string, number> {
  const closing: Record<string, number> = {};
  for (const line of text
    .trim()
    .split('\n')
    .slice(1, limit + 1)) {
    const [, , sku = '', type, qty] = line.split(',');
    closing[sku] = (closing[sku] ?? 0) + (type === 'sale' ? -Number(qty) : Number(qty));
  }
  return closing;
}

async function replaysTheFile(shared: string): Promise<void> {
  const file = join(shared, 'data/replay_events.csv.gz');
  const { code, figures } = await replay([file, '--limit', '2000', '--json']);
  expect(figures).toMatchObject({ ok: true, rows: 2000, refusals: 0, violations: 0, differences: [] });
  expect(figures['closing']).toEqual(closingByHand(gunzipSync(readFileSync(file)).toString('utf8'), 2000));
  expect(figures).toMatchObject({ orders: 231, receipts: 1, returns: 21, holdsReleased: 23, holdsLeft: 9 });
  expect(code).toBe(0);
}

/** No command outlives its test. */
const PATIENCE_MS = 110_000;
const HEADING = 'seq,ts,sku,type,qty,unit_cost,ref';

describe('replay', () => {
  itWithShared(
    'ships every order of the first 2,000 rows, proves the ledger, and ends with the quantities that the file adds up to',
    replaysTheFile,
    120_000,
  );

  it('waits for the deadline of an extra hold that takes what a sale needs, and then sells', async () => {
    // The 25th order wants the last unit, which the hold before it has taken for a second.
    const sales = Array.from(
      { length: 25 },
      (_, index) => `${index + 2},2026-01-02T00:00:00Z,A,sale,1,,ORDER-${index}`,
    );
    const rows = [
      '1,2026-01-01T00:00:00Z,A,receipt,25,1.00,R',
      ...sales,
      '27,2026-01-03T00:00:00Z,A,return,1,1.00,ORDER-3',
    ];
    writeFileSync(join(folder, 'last-unit.csv'), [HEADING, ...rows].join('\n'));
    const { code, figures } = await replay(['last-unit.csv', '--json']);
    expect({ code, ...figures }).toMatchObject({
      code: 0,
      ok: true,
      orders: 25,
      returns: 1,
      waitedForHold: 1,
      refusals: 0,
      closing: { A: 1 },
    });
  });

  it('counts a sale that cannot be served as a refusal, goes on, and ends not ok', async () => {
    const rows = [
      '1,2026-01-01T00:00:00Z,A,receipt,1,1.00,R',
      '2,2026-01-02T00:00:00Z,A,sale,2,,X',
      '3,2026-01-02T00:00:00Z,A,sale,1,,Y',
    ];
    writeFileSync(join(folder, 'short.csv'), [HEADING, ...rows].join('\n'));
    const { code, figures } = await replay(['short.csv', '--json']);
    expect({ code, ...figures }).toMatchObject({
      code: 1,
      ok: false,
      orders: 1,
      refusals: 1,
      violations: 0,
      closing: { A: 0 },
    });
  });

  it('feeds a Granary that runs already, and never twice', async () => {
    const { databaseUrl, redisUrl, drop } = await openOwnDatabase('replay_url');
    const member = await startMember({ settings: { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, PORT: '0' } });
    try {
      const rows = ['1,2026-01-01T00:00:00Z,A,receipt,5,1.00,R', '2,2026-01-02T00:00:00Z,A,sale,2,,X'];
      writeFileSync(join(folder, 'running.csv'), [HEADING, ...rows].join('\n'));
      const first = await replay(['running.csv', '--json', '--url', member.url]);
      expect(first).toMatchObject({ code: 0, figures: { ok: true, orders: 1, closing: { A: 3 }, violations: null } });
      const again = await replay(['running.csv', '--json', '--url', member.url]);
      expect(again).toMatchObject({ code: 1, figures: { ok: false } });
      expect(again.complaints).toMatch(/has receipt R already: the file was fed to it before/);
      expect(await member.client.stock.available.query({ skuId: 'A' })).toMatchObject({ onHand: 3, reserved: 0 });
    } finally {
      await member.stop();
      await drop();
    }
  });

  it('names the line of a malformed row before anything is started', async () => {
    writeFileSync(
      join(folder, 'bad.csv'),
      [HEADING, '1,2026-01-01T00:00:00Z,A,receipt,1,1.00,R', '2,yesterday,A,sale,1,,X'].join('\n'),
    );
    const { code, figures, complaints } = await replay(['bad.csv', '--json']);
    expect(code).toBe(1);
    expect(complaints).toMatch(/^Line 3 of .*bad\.csv: ts must be a time with an offset/);
    expect(figures['ok']).toBe(false);
  });
});
