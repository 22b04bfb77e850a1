/** The doctor finds every fault that is seeded, mends what it may, says why where it may not, and is then done: a second run writes nothing. */
import { ailments } from '@granary/contracts/doctor';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faults } from '../testing/ailing.ts';
import { corruptions, spoil } from '../testing/corruptions.ts';
import { changedBy, rowsOf, valueOf } from '../testing/database-state.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { createRelayDesk } from '../testing/relaying.ts';
import { buildRichHistory } from '../testing/rich-history.ts';
import { copyTables, type TableCopy } from '../testing/table-copy.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { takeDownTheWalls } from '../testing/walls.ts';
import { ailmentFacts } from '../rules/doctor-ailments.ts';

let at: TestDomain;
let copy: TableCopy;

beforeAll(async () => {
  at = await openTestDomain();
  await buildRichHistory(at);
  await createRelayDesk(at).drain({ leaseMs: 3_600_000 });
  copy = await copyTables(at.dataSource);
}, 120_000);
afterAll(() => at.close());

const HEALTHY = { ok: true, findings: [] };

test('a healthy database: nothing is found, and nothing is written', async () => {
  const seen: { done: number; total: number }[] = [];
  const changed = await changedBy(at.dataSource, async () => {
    expect(await at.domain.doctor({ repair: true, onProgress: (each) => seen.push(each) })).toMatchObject(HEALTHY);
  });
  expect(changed).toEqual([]);
  expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
});

test('it stops where it is told to stop', async () => {
  await expect(at.domain.doctor({ signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});

test('every ailment says either what a repair does or why a person must decide, and what to type', () => {
  expect(Object.keys(ailmentFacts)).toEqual([...ailments]);
  for (const { repair, why, command } of Object.values(ailmentFacts)) {
    expect((repair === null) !== (why === null)).toBe(true);
    expect(command).not.toBe('');
  }
});

describe('of a fault that is seeded', () => {
  beforeAll(async () => {
    for (const statement of takeDownTheWalls) await at.dataSource.query(statement);
  });
  afterEach(() => copy.restore());

  test.each(faults.map((fault) => [fault.ailment, fault.what, fault] as const))(
    '%s: %s',
    async (_ailment, _what, fault) => {
      const where = await spoil(at.dataSource, { invariant: '', ...fault });
      const same = { ailment: fault.ailment, where };
      const changed = await changedBy(at.dataSource, async () => {
        const { ok, findings } = await at.domain.doctor();
        expect(findings).toContainEqual(expect.objectContaining({ ...same, state: 'found' }));
        expect(ok).toBe(findings.every(({ gravity }) => gravity === 'notice'));
      });
      expect(changed).toEqual([]);
      if (fault.heals) await expectMended(same);
      else await expectLeft(same);
    },
  );

  async function expectMended(same: { ailment: string; where: string }): Promise<void> {
    const told = await commandCount();
    const first = await at.domain.doctor({ repair: true });
    expect(first.findings).toContainEqual(
      expect.objectContaining({ ...same, state: 'repaired', repair: expect.any(String), why: null }),
    );
    expect(first).toMatchObject({ ok: true });
    expect(await commandCount()).toBeGreaterThan(told);
    const changed = await changedBy(at.dataSource, async () => {
      expect(await at.domain.doctor({ repair: true })).toMatchObject(HEALTHY);
    });
    expect(changed).toEqual([]);
    expect((await at.domain.verify()).violations).toEqual([]);
  }

  async function expectLeft(same: { ailment: string; where: string }): Promise<void> {
    const changed = await changedBy(at.dataSource, async () => {
      const { ok, findings } = await at.domain.doctor({ repair: true });
      expect(findings).toContainEqual(
        expect.objectContaining({ ...same, state: 'left', repair: null, why: expect.any(String) }),
      );
      expect(ok).toBe(false);
    });
    expect(changed).toEqual([]);
  }

  const commandCount = async () => Number(await valueOf(at.dataSource, 'SELECT COUNT(*) FROM command'));

  /** The last of each invariant and kind of row. */
  const kinds = new Map(corruptions.map((each) => [`${each.invariant} ${each.row.split(' ')[0]}`, each]));

  test.each([...kinds.values()].map((each) => [each.invariant, each.what, each] as const))(
    'what verify finds, the doctor does as well: %s: %s',
    async (_invariant, _what, corruption) => {
      await spoil(at.dataSource, corruption);
      const { ok, findings } = await at.domain.doctor();
      expect(ok).toBe(false);
      expect(findings.length).toBeGreaterThan(0);
    },
  );

  test('only what is asked for is looked at and mended', async () => {
    await at.dataSource.query(`UPDATE stock_level SET on_hand = on_hand + 3 WHERE sku_id = 'H1'`);
    const changed = await changedBy(at.dataSource, async () => {
      expect(await at.domain.doctor({ repair: true, only: ['overdueHolds', 'ledger'] })).toMatchObject(HEALTHY);
    });
    expect(changed).toEqual([]);
  });

  test('more than one look holds is mended in one run', async () => {
    await at.dataSource.query(
      `INSERT INTO command_sku (command_id, sku_id, recorded_at)
       SELECT CONCAT('01J0000000000000000000', LPAD(n.n, 4, '0')), 'H1', UTC_TIMESTAMP(6)
       FROM (SELECT a.v * 100 + b.v * 10 + c.v AS n FROM ${['a', 'b', 'c'].map((name) => `(${digits}) AS ${name}`).join(', ')}) AS n`,
    );
    const { ok, findings } = await at.domain.doctor({ repair: true });
    expect({ ok, repaired: findings.filter(({ state }) => state === 'repaired').length }).toEqual({
      ok: true,
      repaired: 1000,
    });
  });

  test('as a job it runs for whoever asked, and keeps its findings', async () => {
    await at.dataSource.query(`UPDATE stock_level SET on_hand = on_hand + 3 WHERE sku_id = 'H1'`);
    const call = { ...at.call, caller: { ...at.call.caller, actor: 'ann' } };
    const { id } = await at.domain.jobs.doctor({ repair: true, only: ['counters'] }, call);
    const again = await at.domain.jobs.doctor({ repair: true, only: ['counters'] }, call);
    expect(again).toEqual({ id, isNew: false });
    await expect(at.domain.jobs.doctor({ repair: false }, call)).rejects.toMatchObject({ code: 'INV_010' });
    const ended = await createTestWorker(at.domain, 'worker').finish(id);
    expect(ended).toMatchObject({ state: 'done', kind: 'doctor', input: { repair: true, only: ['counters'] } });
    expect(ended.report).toMatchObject({ ok: true, findings: [{ ailment: 'counters', state: 'repaired' }, {}] });
    expect(ended.done).toBe(ended.total);
    const repairs = await rowsOf(
      at.dataSource,
      `SELECT actor AS actor FROM command WHERE procedure_name = 'system.rebuild' AND request_id = ?`,
      [id],
    );
    expect(repairs).toEqual([{ actor: 'ann' }]);
  });
});

const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS v`).join(' UNION ALL ');
