/** Jobs from the outside: one at a time per kind, progress that can be watched, cancelled, listed, and never a stack. */
import { MAX_PAGE } from '@granary/contracts/page';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { countOf, rowsOf, valueOf } from '../testing/database-state.ts';
import { createTestWorker, manySkus } from '../testing/jobs.ts';
import { expectSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;

beforeAll(async () => {
  at = await openTestDomain();
  await manySkus(at);
});
afterAll(() => at.close());
afterEach(() => at.dataSource.query('DELETE FROM job'));

const jobs = () => at.domain.jobs;
const worker = () => createTestWorker(at.domain, 'w1');
const UNKNOWN = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';

describe('starting', () => {
  test('answers at once; the job waits, and says who asked', async () => {
    const { id, isNew } = await jobs().verify({}, { ...at.call, caller: { ...at.call.caller, actor: 'anna' } });
    expect(isNew).toBe(true);
    expect(await jobs().get({ id })).toMatchObject({
      ...{ id, kind: 'verify', state: 'queued', done: 0, total: null, rows: 0, error: null, report: null, input: {} },
      ...{ requestedBy: 'anna', startedAt: null, progressAt: null, endedAt: null, isCancelRequested: false },
    });
    const commandId = (await jobs().get({ id })).commandId;
    expect(await countOf(at.dataSource, 'command WHERE command_id = ? AND actor = ?', [commandId, 'anna'])).toBe(1);
  });

  test('one of a kind that waits or runs already answers that one; of another kind is another job', async () => {
    const { id } = await jobs().verify({}, at.call);
    expect(await jobs().verify({}, at.call)).toEqual({ id, isNew: false });
    await worker().round();
    expect((await jobs().get({ id })).state).toBe('running');
    expect(await jobs().verify({}, at.call)).toEqual({ id, isNew: false });
    expect((await jobs().rebuild({}, at.call)).isNew).toBe(true);
    await worker().finish(id);
    const next = await jobs().verify({}, at.call);
    expect(next.isNew).toBe(true);
    expect(next.id).not.toBe(id);
  });

  test('many at one moment make one job', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => jobs().rebuild({}, at.call)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await countOf(at.dataSource, 'job')).toBe(1);
  });

  test('with one key answers the same also when that job has long ended', async () => {
    const input = { idempotencyKey: 'nightly' };
    const first = await jobs().verify(input, at.call);
    await worker().finish(first.id);
    expect(await jobs().verify(input, at.call)).toEqual(first);
    await expect(jobs().rebuild(input, at.call)).rejects.toMatchObject({ code: 'INV_011' });
    expect(await countOf(at.dataSource, 'job')).toBe(1);
  });
});

describe('a job that runs', () => {
  test.each(['verify', 'rebuild'] as const)('(%s) shows progress that never falls, up to all of it', async (kind) => {
    const { id } = await jobs()[kind]({}, at.call);
    const seen: { done: number; total: number | null; rows: number }[] = [];
    while ((await jobs().get({ id })).endedAt === null) {
      await worker().round();
      seen.push(await jobs().get({ id }));
    }
    const last = seen.at(-1);
    expect(seen.length).toBeGreaterThan(3);
    for (const field of ['done', 'rows'] as const)
      expect(seen.map((each) => each[field])).toEqual(seen.map((each) => each[field]).toSorted((a, b) => a - b));
    expect(last).toMatchObject({ state: 'done', done: 160, total: 160, rows: 320, error: null });
    expect(new Set(seen.map(({ total }) => total))).toEqual(new Set([160]));
    expect(last).toMatchObject({ startedAt: expect.any(String), progressAt: expect.any(String) });
  });

  test('verifying says at the end what the command line says', async () => {
    const { id } = await jobs().verify({}, at.call);
    expect((await worker().finish(id)).report).toEqual(await at.domain.verify());
  });

  test('verifying a corrupted database names the row', async () => {
    await at.dataSource.query(`UPDATE stock_level SET reserved = 1 WHERE sku_id = 'J123'`);
    const { id } = await jobs().verify({}, at.call);
    const { state, report } = await worker().finish(id);
    await at.dataSource.query(`UPDATE stock_level SET reserved = 0 WHERE sku_id = 'J123'`);
    expect(state).toBe('done');
    expect(report).toMatchObject({ ok: false });
    expect(JSON.stringify(report)).toContain('level J123 / default');
    await expectSound(at);
  });

  test('rebuilding repairs, and the command of a repair names who asked and the job', async () => {
    await at.dataSource.query(`UPDATE stock_level SET on_hand = 9 WHERE sku_id IN ('J001', 'J150')`);
    const { id } = await jobs().rebuild({}, { ...at.call, caller: { ...at.call.caller, actor: 'berta' } });
    const { report } = await worker().finish(id);
    expect(report).toMatchObject({
      levels: 160,
      repaired: ['J001', 'J150'].map((skuId) => ({ skuId, before: { onHand: 9 }, after: { onHand: 1 } })),
    });
    const commands = await rowsOf(
      at.dataSource,
      `SELECT actor FROM command WHERE request_id = ? AND procedure_name = 'system.rebuild' AND request LIKE '%skuId%'`,
      [id],
    );
    expect(commands).toEqual([{ actor: 'berta' }, { actor: 'berta' }]);
    await expectSound(at);
  });
});

describe('cancelling', () => {
  test('a job that waits ends it at once, and it is never begun', async () => {
    const { id } = await jobs().verify({}, at.call);
    expect(await jobs().cancelJob({ id }, at.call)).toMatchObject({ id, state: 'cancelled' });
    expect(await worker().round()).toBe(0);
    expect(await jobs().get({ id })).toMatchObject({ state: 'cancelled', startedAt: null, done: 0 });
    expect((await jobs().verify({}, at.call)).isNew).toBe(true);
  });

  test('a job that runs stops it before its next chunk, with what it had done', async () => {
    const { id } = await jobs().verify({}, at.call);
    await worker().round();
    expect(await jobs().cancelJob({ id }, at.call)).toMatchObject({ state: 'running', isCancelRequested: true });
    expect(await jobs().cancelJob({ id }, at.call)).toMatchObject({ state: 'running', isCancelRequested: true });
    const { done } = await jobs().get({ id });
    await worker().round();
    expect(await jobs().get({ id })).toMatchObject({ state: 'cancelled', done, endedAt: expect.any(String) });
    expect(done).toBe(50);
    expect(await worker().round()).toBe(0);
  });

  test('a job whose worker died ends it at once', async () => {
    const { id } = await jobs().verify({}, at.call);
    await worker().round();
    at.advance(120);
    expect(await jobs().cancelJob({ id }, at.call)).toMatchObject({ state: 'cancelled' });
  });

  test('one that has ended is refused, twice is the same as once, and an unknown one is not found', async () => {
    const { id } = await jobs().verify({}, at.call);
    await worker().finish(id);
    await expect(jobs().cancelJob({ id }, at.call)).rejects.toMatchObject({ code: 'INV_010' });
    const other = await jobs().verify({}, at.call);
    await jobs().cancelJob({ id: other.id }, at.call);
    expect(await jobs().cancelJob({ id: other.id }, at.call)).toMatchObject({ state: 'cancelled' });
    await expect(jobs().cancelJob({ id: UNKNOWN }, at.call)).rejects.toMatchObject({ code: 'INV_007' });
    await expect(jobs().get({ id: UNKNOWN })).rejects.toMatchObject({ code: 'INV_007' });
  });
});

describe('lists', () => {
  test('come newest first, in pages without gaps or repeats, by kind and state, and without reports', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 7; round += 1) {
      const { id } = await jobs()[round % 2 === 0 ? 'verify' : 'rebuild']({}, at.call);
      if (round < 5) await jobs().cancelJob({ id }, at.call);
      ids.unshift(id);
    }
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await jobs().list({ limit: 3, ...(typeof cursor === 'string' ? { cursor } : {}) });
      seen.push(...page.items.map(({ id }) => id));
      for (const item of page.items) expect(item).not.toHaveProperty('report');
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
    const idsOf = async (input: { kind?: 'verify'; state?: 'queued' }) =>
      (await jobs().list({ ...input, limit: MAX_PAGE })).items.map(({ id }) => id);
    expect(await idsOf({ kind: 'verify' })).toEqual(ids.filter((_id, index) => index % 2 === 0));
    expect(await idsOf({ state: 'queued' })).toEqual(ids.slice(0, 2));
    expect(await idsOf({ kind: 'verify', state: 'queued' })).toEqual(ids.slice(0, 1));
    await expect(jobs().list({ limit: 3, cursor: 'x' })).rejects.toMatchObject({ code: 'INV_005' });
  });
});

describe('the database itself', () => {
  test('refuses a second job of a kind that is open', async () => {
    const { id } = await jobs().verify({}, at.call);
    await worker().round();
    const columns = (await rowsOf(at.dataSource, 'SELECT * FROM job')).flatMap((row) =>
      Object.keys(row).filter((column) => !['open', 'job_id', 'state'].includes(column)),
    );
    const rest = columns.join(', ');
    const copy = `INSERT INTO job (job_id, state, ${rest}) SELECT '${UNKNOWN}', 'queued', ${rest} FROM job`;
    await expect(at.dataSource.query(copy)).rejects.toThrow(/duplicate/i);
    expect(await valueOf(at.dataSource, 'SELECT job_id FROM job')).toBe(id);
  });
});
