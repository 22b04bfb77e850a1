/** Deadlines: past one the caller is told, nothing was changed, and neither the server nor the pool keeps anything of the call. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Call } from '../call.ts';
import { changedBy, openStranger } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { poolOf } from '../testing/pool.ts';
import { refusalOf } from '../testing/refusals.ts';
import { expectIdlePool, expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let stranger: Connection;
let inside: () => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  at = await openTestDomain({ poolSize: 4, ports: { onHandHandlers: [async () => void (await inside())] } });
  stranger = await openStranger(at.url);
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 50), receipt('B', 50)]), at.call);
});
beforeEach(() => {
  inside = () => Promise.resolve();
});
afterEach(async () => {
  await stranger.rollback();
  expectIdlePool(at);
  await expectSound(at);
});
afterAll(async () => {
  await stranger.end();
  await at.close();
});

async function lockOf(skuId: string): Promise<void> {
  await stranger.beginTransaction();
  await stranger.query('SELECT 1 FROM stock_level WHERE sku_id = ? FOR UPDATE', [skuId]);
}

/** Statements of this test's database that wait for, or hold, a lock on a level. */
async function lockingStatements(): Promise<readonly unknown[]> {
  const database = new URL(at.url).pathname.slice(1);
  const [rows] = await stranger.query('SHOW FULL PROCESSLIST');
  return (rows as { db: string | null; Info: string | null }[]).filter(
    (row) => row.db === database && (row.Info ?? '').includes('FROM stock_level AS t'),
  );
}

test('on a row that somebody holds: told in time, nothing changed, the statement killed, the pool whole', async () => {
  await lockOf('A');
  const begun = performance.now();
  const line = { ...hold('A', 1, 'WAITS'), idempotencyKey: 'waits' };
  const changed = await changedBy(at.dataSource, async () => {
    const waiting = refusalOf(at.domain.reservations.reserve(line, { ...at.call, deadlineMs: 400 }));
    await sleep(200);
    expect(await lockingStatements(), 'it waits on the server').toHaveLength(1);
    const refusal = await waiting;
    expect(refusal).toMatchObject({
      ...{ code: 'INV_012', kind: 'deadlineExceeded', retryable: true },
      details: { deadlineMs: 400, retryAfterSeconds: 1 },
    });
    expect(refusal.hint).toContain('same idempotency key');
  });
  expect(performance.now() - begun).toBeLessThan(1500);
  expect(changed).toEqual([]);
  await expect.poll(lockingStatements, { timeout: 2000 }).toEqual([]);
  await stranger.rollback();
  const answer = await at.domain.reservations.reserve(line, at.call);
  expect(await at.domain.reservations.reserve(line, at.call)).toEqual(answer);
});

test('what the call had locked already is free again, though its row is still held', async () => {
  await lockOf('B');
  const lines = [hold('A', 1, 'BOTH'), hold('B', 1, 'BOTH')];
  const refusal = await refusalOf(at.domain.reservations.reserveMany({ lines }, { ...at.call, deadlineMs: 300 }));
  expect(refusal.kind).toBe('deadlineExceeded');
  const begun = performance.now();
  await at.domain.reservations.reserve(hold('A', 1, 'AFTER'), at.call);
  expect(performance.now() - begun).toBeLessThan(1000);
});

test('passed between two statements: nothing was changed', async () => {
  inside = () => sleep(400);
  const changed = await changedBy(at.dataSource, async () => {
    const selling = at.domain.outbound.sales(sale('SLOW', [{ skuId: 'A', quantity: 1 }]), {
      ...at.call,
      deadlineMs: 300,
    });
    expect(await refusalOf(selling)).toMatchObject({ kind: 'deadlineExceeded' });
  });
  expect(changed).toEqual([]);
});

test('of the configuration, where the call names none', async () => {
  const hasty = await openTestDomain({ config: { requestDeadlineMs: 250 } });
  const other = await openStranger(hasty.url);
  try {
    await hasty.domain.inbound.purchase(inbound('P', [receipt('A', 1)]), hasty.call);
    await other.beginTransaction();
    await other.query('SELECT 1 FROM stock_level FOR UPDATE');
    const { caller } = hasty.call;
    expect(await refusalOf(hasty.domain.reservations.reserve(hold('A', 1, 'O'), { caller }))).toMatchObject({
      kind: 'deadlineExceeded',
      details: { deadlineMs: 250 },
    });
  } finally {
    await other.end();
    await hasty.close();
  }
});

/** Each kind of call waits for its own thing: for a connection of four, or for a flush. */
test.each([
  [
    'documents, each with a unit of its own',
    ['deadlineExceeded', 'overloaded'],
    (each: number, call: Call) => at.domain.outbound.sales(sale(`C-${each}`, [{ skuId: 'A', quantity: 1 }]), call),
  ],
  [
    'reservations, which share one',
    ['deadlineExceeded'],
    (each: number, call: Call) => at.domain.reservations.reserve(hold('A', 1, `C-${each}`), call),
  ],
] as const)(
  'of forty callers on one held row, with four connections (%s): everybody is told, nobody is left',
  async (...given) => {
    const [, kinds, calling] = given;
    await lockOf('A');
    const call = { ...at.call, deadlineMs: 400 };
    const begun = performance.now();
    const callers = Array.from({ length: 40 }, (_, each) => each);
    const refusals = await Promise.all(callers.map((each) => refusalOf(calling(each, call))));
    expect(performance.now() - begun).toBeLessThan(2500);
    expect(new Set(refusals.map(({ code }) => code))).toEqual(new Set(['INV_012']));
    const told = new Set(refusals.map(({ kind }) => kind));
    expect([...told]).toEqual(expect.arrayContaining([...kinds]));
    expect(['deadlineExceeded', 'overloaded']).toEqual(expect.arrayContaining([...told]));
    await stranger.rollback();
    await expect.poll(() => poolOf(at.dataSource).busy, { timeout: 2000 }).toBe(0);
    expect((await at.domain.reservations.list({ businessId: 'C-0', limit: 1 })).items).toEqual([]);
    await calling(0, at.call);
  },
);

test('behind a row that somebody holds no more may wait than the queue has room for, and others pass it', async () => {
  const narrow = await openTestDomain({ poolSize: 4, config: { combineQueue: 5 } });
  const other = await openStranger(narrow.url);
  try {
    await narrow.domain.inbound.purchase(inbound('P', [receipt('A', 50), receipt('B', 50)]), narrow.call);
    await other.beginTransaction();
    await other.query(`SELECT 1 FROM stock_level WHERE sku_id = 'A' FOR UPDATE`);
    const reserve = (skuId: string, each: number) =>
      narrow.domain.reservations.reserve(hold(skuId, 1, `${skuId}-${each}`), { ...narrow.call, deadlineMs: 10_000 });
    const first = reserve('A', 0);
    await sleep(100);
    const behind = [1, 2, 3, 4, 5].map((each) => reserve('A', each));
    expect(await refusalOf(reserve('A', 6))).toMatchObject({ kind: 'overloaded', details: { retryAfterSeconds: 1 } });
    await sleep(400);
    await reserve('B', 1);
    await other.rollback();
    expect((await Promise.all([first, ...behind])).map(({ state }) => state)).toEqual(Array(6).fill('active'));
  } finally {
    await other.end();
    await narrow.close();
  }
});
